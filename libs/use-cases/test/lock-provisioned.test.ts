import type { Directory, DirectoryUser, Member } from '@idp-roles/store';
import { describe, expect, it } from 'vitest';
import { lockProvisioned } from '../src/lock-provisioned.js';
import type { Work } from '../src/work.js';

const directory = { id: 'dir_a' } as Directory;

const user = (id: string) => ({ id, member: `m${9_999 - Number(id.slice(1))}` }) as DirectoryUser;

/** Members are named against the order of their users. */
async function locking(count: number) {
  const asked: { what: string; ids: readonly string[] }[] = [];
  const answer =
    <T>(what: string, of: (id: string) => T) =>
    (ids: readonly string[]) => {
      asked.push({ what, ids });
      return Promise.resolve(ids.map(of));
    };
  const users = answer('lock users', user);
  const read = answer('read users', user);
  const tx = {
    directoryUsers: {
      lockAll: (_o: string, _d: string, ids: readonly string[]) => users(ids),
      byIds: (_o: string, _d: string, ids: readonly string[]) => read(ids),
    },
    members: {
      lockAll: (_o: string, ids: readonly string[]) =>
        answer('lock members', (id) => ({ id }) as Member)(ids),
    },
  };
  let turns = 0;
  let over = false;
  const beat = () => {
    turns++;
    if (!over) setImmediate(beat);
  };
  setImmediate(beat);
  const ids = Array.from({ length: count }, (_, at) => `u${1_000 + ((at * 7) % count)}`);
  const given: string[] = [];
  const work = { tx, organization: 'org_a' } as unknown as Work;
  for await (const batch of lockProvisioned(work, directory, [...ids, ...ids])) {
    given.push(...batch.map((one) => `${one.user.id} ${one.member.id}`));
  }
  over = true;
  return { asked, given, turns, ids: ids.toSorted() };
}

describe('S12: users of a sync', () => {
  it('are locked all before their members, both by id, and read again in batches: few are held in memory at a time', async () => {
    const { asked, given, ids } = await locking(1_100);
    const order = asked.map(({ what }) => what);
    expect(order).toEqual(order.toSorted((a, b) => ORDER.indexOf(a) - ORDER.indexOf(b)));
    for (const what of ORDER) {
      const all = asked.filter((one) => one.what === what).flatMap((one) => one.ids);
      expect(all).toEqual(all.toSorted());
      expect(all).toHaveLength(1_100);
    }
    expect(Math.max(...asked.map((one) => one.ids.length))).toBeLessThanOrEqual(250);
    expect(given).toEqual(ids.map((id) => `${id} m${9_999 - Number(id.slice(1))}`));
  });

  it('leave a turn to others between batches, where the store never yields', async () => {
    expect((await locking(1_100)).turns).toBeGreaterThanOrEqual(12);
  });

  it('that are few cost two statements', async () => {
    const { asked, given } = await locking(3);
    expect(asked.map(({ what }) => what)).toEqual(['lock users', 'lock members']);
    expect(given).toHaveLength(3);
  });
});

const ORDER = ['lock users', 'lock members', 'read users'];
