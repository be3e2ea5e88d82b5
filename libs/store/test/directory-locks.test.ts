import { openStore, type Store } from '@idp-roles/store';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { directory, directoryGroup, directoryUser } from '../src/contract/directory-specimens.js';
import { member, organization } from '../src/contract/specimens.js';
import { secretKeys } from './folder.js';
import { aSchema, databaseUrl } from './postgres-database.js';

describe.runIf(databaseUrl)('locks of a directory', () => {
  let store: Store;
  let drop: () => Promise<void>;
  let beside: Client;
  beforeAll(async () => {
    const made = await aSchema();
    drop = made.drop;
    store = await openStore(made.location, { secretKeys });
    beside = new Client(databaseUrl);
    await beside.connect();
  });
  afterAll(async () => {
    await beside?.end();
    await store?.close();
    await drop?.();
  });

  /** The most that any session of the server holds: others hold fewer. */
  const held = async () => {
    const { rows } = await beside.query<{ most: string }>(`
      select coalesce(max(held), 0) as most from (
        select count(*) as held from pg_locks where locktype = 'advisory' group by pid) as sessions`);
    return Number(rows[0]?.most);
  };

  it('are few, however many unknown members a group names, at once or one after the other', async () => {
    const organized = organization();
    const within = directory(organized.id);
    const group = directoryGroup(within, 'Everybody');
    const add = [organized.id, within.id, group.id] as const;
    await store.transaction(async (tx) => {
      await tx.organizations.insert(organized);
      await tx.directories.insert(within);
      await tx.directoryGroups.insert(group);
      for (let turn = 0; turn < 20; turn++) {
        const unknown = Array.from({ length: 1_000 }, (_, at) => ({ value: `nobody-${turn}-${at}` }));
        await tx.directoryGroups.addMembers(...add, unknown);
      }
      expect(await held()).toBeGreaterThan(200);
      expect(await held()).toBeLessThan(300);
    });
    const late = directoryUser(within, 'nobody-7-7');
    await store.transaction(async (tx) => {
      await tx.members.insert(member(organized.id, { id: late.member }));
      expect(await tx.directoryUsers.insert(late)).toEqual({ joined: [group.id] });
    });
  });
});
