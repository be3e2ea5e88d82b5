import { Client } from 'pg';
import { describe, expect, it, onTestFinished } from 'vitest';
import { newOrganizationId } from '../src/ids.js';
import type { Change } from '../src/ports/access.js';
import type { Store } from '../src/ports/store.js';
import { organization } from '../src/contract/specimens.js';
import { openStore } from '../src/sql/open-store.js';
import { PostgresHome } from '../src/sql/postgres/postgres-home.js';
import { secretKeys } from './folder.js';
import { aSchema, databaseUrl } from './postgres-database.js';

/** A schema, what opens stores in it, and a client beside them. */
async function database() {
  const { location, schema, drop } = await aSchema();
  const client = new Client(location.url);
  const ends: (() => Promise<unknown>)[] = [];
  onTestFinished(async () => {
    for (const end of ends) await end();
    await client.end();
    await drop();
  });
  const open = async () => {
    const store = await openStore(location, { secretKeys });
    ends.push(() => store.close());
    return store;
  };
  const home = async () => {
    const opened = await PostgresHome.open(location, () => undefined);
    ends.push(() => opened.close());
    return opened;
  };
  await client.connect();
  return { open, home, client, schema };
}

function heardBy(store: Store): Change[] {
  const heard: Change[] = [];
  store.changes.subscribe((change) => heard.push(change));
  return heard;
}

async function anOrganization(store: Store): Promise<string> {
  const id = newOrganizationId();
  await store.transaction((tx) => tx.organizations.insert(organization({ id })));
  return id;
}

describe.runIf(databaseUrl)('the change log', () => {
  it('D4: a commit that becomes visible late is not missed, although a higher one was heard before', async () => {
    const { open } = await database();
    const [writer, reader] = [await open(), await open()];
    const id = await anOrganization(writer);
    const heard = heardBy(reader);
    let letCommit!: () => void;
    const held = new Promise<void>((resolve) => (letCommit = resolve));
    const home = (writer as unknown as { home: PostgresHome }).home;
    const record = home.commits.record.bind(home.commits);
    let recorded!: () => void;
    const low = new Promise<void>((resolve) => (recorded = resolve));
    home.commits.record = async (trx, touched) => {
      home.commits.record = record;
      const versions = await record(trx, touched);
      recorded();
      await held;
      return versions;
    };
    const late = writer.transaction((tx) => tx.changes.touch(id, ['late']));
    await low;
    await writer.transaction((tx) => tx.changes.touch(id, ['early']));
    await reader.changes.poll();
    expect(heard.map((change) => change.members)).toEqual([['early']]);
    letCommit();
    await late;
    await reader.changes.poll();
    expect(heard.map((change) => change.members)).toEqual([['early'], ['late']]);
    expect(heard[1]?.version).toBeLessThan(heard[0]?.version ?? 0);
    await reader.changes.poll();
    expect(heard).toHaveLength(2);
  });

  it('says whose members changed, and the end of an organization; not what was committed before, nor what it wrote itself', async () => {
    const { open } = await database();
    const writer = await open();
    const id = await anOrganization(writer);
    await writer.transaction((tx) => tx.changes.touch(id, 'all'));
    const reader = await open();
    const heard = heardBy(reader);
    await reader.transaction((tx) => tx.changes.touch(id, ['own']));
    await writer.transaction((tx) => tx.changes.touch(id, ['a', 'b']));
    await writer.transaction(async (tx) => {
      await tx.organizations.delete(id);
      await tx.changes.touch(id, 'all');
    });
    await reader.changes.poll();
    expect(heard.slice(0, 3)).toMatchObject([
      { members: ['own'] },
      { organization: id, members: ['a', 'b'] },
      { organization: id, members: 'all', version: Number.MAX_SAFE_INTEGER },
    ]);
    // What is known by its members too is told again where its version became that of the end.
    for (const again of heard.slice(3)) expect(again.version).toBe(Number.MAX_SAFE_INTEGER);
  });

  it('D4: notifies the channel of its schema when it commits, and not when it rolls back', async () => {
    const { open, client, schema } = await database();
    const store = await open();
    const id = await anOrganization(store);
    const notices: unknown[] = [];
    client.on('notification', ({ payload }) => notices.push(JSON.parse(payload ?? '')));
    await client.query(`listen ${schema}`);
    const heard = heardBy(store);
    await store.transaction((tx) => tx.changes.touch(id, ['mem_"1"', 'mem_ü']));
    const crowd = Array.from({ length: 1_000 }, (_, i) => `mem_${i}`);
    await store.transaction((tx) => tx.changes.touch(id, crowd));
    const failed = store.transaction(async (tx) => {
      await tx.changes.touch(id, 'all');
      throw new Error('no');
    });
    await expect(failed).rejects.toThrow('no');
    await store.transaction((tx) => tx.changes.touch(id, 'all'));
    await client.query('select 1');
    // A crowd is told as `all` by its notice, and again by its row.
    const [one, two, three] = [...new Set(heard.map((change) => change.version))];
    const common = { organization: id };
    expect(notices).toEqual([
      { ...common, version: one, members: ['mem_"1"', 'mem_ü'] },
      // More than a notification holds: the row has them.
      { ...common, version: two, members: null },
      { ...common, version: three, members: null },
    ]);
  });

  it('keeps the newest row of an organization whatever its age, and others for a while', async () => {
    const { open, client, schema } = await database();
    const store = await open();
    const [old, young] = [await anOrganization(store), await anOrganization(store)];
    for (let i = 0; i < 3; i++)
      await store.transaction(async (tx) => {
        await tx.changes.touch(old, 'all');
        await tx.changes.touch(young, 'all');
      });
    const age = `update ${schema}.changes set at = at - interval '11 minutes' where organization = '${old}'`;
    await client.query(age);
    await open();
    const { rows } = await client.query(
      `select organization, count(*)::int, max(id)::int from ${schema}.changes group by 1`,
    );
    const newest = await client.query(`select max(id)::int from ${schema}.changes where organization = $1`, [
      old,
    ]);
    expect(rows).toHaveLength(2);
    expect(rows).toContainEqual({ organization: old, count: 1, max: newest.rows[0].max });
    expect(rows).toContainEqual({ organization: young, count: 3, max: expect.any(Number) });
  });

  it('what another cluster wrote before it was restored here is heard once at most', async () => {
    const { open, home, client, schema } = await database();
    await open();
    await client.query(`insert into ${schema}.changes (organization, tx) values ('org_x', '99999999999')`);
    await (await home()).commits.prune();
    const store = await open();
    const heard = heardBy(store);
    await store.changes.poll();
    await store.changes.poll();
    expect(heard).toEqual([]);
  });
});
