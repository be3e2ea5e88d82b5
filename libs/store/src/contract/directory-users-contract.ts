import { describe, expect, it } from 'vitest';
import type { DirectoryUser } from '../ports/directory-users.js';
import { aDirectory, aGroup, aUser, directoryUser } from './directory-specimens.js';
import { aMember, member } from './specimens.js';
import { expectRefusal, START, type Subject } from './subject.js';

export function directoryUsersContract(on: Subject): void {
  describe('directory users', () => {
    it('keeps every field, and grows the version with each change', async () => {
      const within = await aDirectory(on);
      const bare = await aUser(on, within, 'alice');
      const { organization, id } = bare;
      const read = on.store.read.directoryUsers;
      expect(await read.get(organization, within.id, id)).toStrictEqual(bare);
      const full: DirectoryUser = {
        ...bare,
        userName: 'Älice',
        externalId: 'A-1',
        active: false,
        attributes: {
          userName: 'Älice',
          nested: [{ a: null }],
          emails: [{ value: 'a@acme.test' }, 7, { type: 3 }],
          name: 'x',
        },
        updatedAt: START + 1,
      };
      await on.write((tx) => tx.directoryUsers.update(full));
      expect(await read.get(organization, within.id, id)).toStrictEqual({ ...full, version: 2 });
      await on.write((tx) => tx.directoryUsers.update({ ...bare, version: 3 }));
      expect(await on.write((tx) => tx.directoryUsers.lock(organization, within.id, id))).toStrictEqual({
        ...bare,
        version: 3,
      });
      await expectRefusal(
        on.write((tx) => tx.directoryUsers.update(directoryUser(within, 'nobody'))),
        'store-misused',
      );
      await expectRefusal(
        on.write((tx) => tx.directoryUsers.delete(directoryUser(within, 'nobody'), START)),
        'store-misused',
      );
    });

    it('have a userName of their own in the directory, letter case aside', async () => {
      const within = await aDirectory(on);
      const other = await aDirectory(on, { organization: within.organization });
      const alice = await aUser(on, within, 'Ålice@acme.test');
      const bob = await aUser(on, within, 'bob');
      await aUser(on, other, 'ålice@acme.test');
      await expectRefusal(aUser(on, within, 'A\u030aLICE@acme.test'), 'user-name-taken');
      await on.write(async (tx) => {
        await expectRefusal(
          tx.directoryUsers.update({ ...bob, userName: 'ålice@ACME.test' }),
          'user-name-taken',
        );
        // The transaction lives on.
        await tx.directoryUsers.update({ ...alice, userName: 'ålice@acme.test' });
      });
      expect(await on.store.read.directoryUsers.count(within.organization, within.id)).toBe(2);
      const long = 'n'.repeat(3_000);
      await aUser(on, within, `${long}1`);
      await aUser(on, within, `${long}2`);
      await expectRefusal(aUser(on, within, `${long.toUpperCase()}1`), 'user-name-taken');
    });

    it('of sixteen who take one userName at once, one does', async () => {
      const within = await aDirectory(on);
      const all = await Promise.allSettled(Array.from({ length: 16 }, () => aUser(on, within, 'alice')));
      expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      expect(await on.store.read.directoryUsers.count(within.organization, within.id)).toBe(1);
    });

    it('are found by their keys: userName folded, externalId byte by byte', async () => {
      const within = await aDirectory(on);
      const { organization, id } = within;
      const [alice, twin] = [
        await aUser(on, within, 'Alice', { externalId: 'X1' }),
        await aUser(on, within, 'twin', { externalId: 'X1', createdAt: START + 1 }),
      ];
      const by = (key: Parameters<typeof on.store.read.directoryUsers.byKey>[2]) =>
        on.store.read.directoryUsers.byKey(organization, id, key);
      expect(await by({ userName: 'aLICE' })).toEqual([alice]);
      expect(await by({ externalId: 'X1' })).toEqual([alice, twin]);
      expect(await by({ externalId: 'x1' })).toEqual([]);
      expect(await by({ userName: '' })).toEqual([]);
    });

    it('of one directory are not found in another, nor changed from there', async () => {
      const within = await aDirectory(on);
      const other = await aDirectory(on, { organization: within.organization });
      const alice = await aUser(on, within, 'alice', { externalId: 'A' });
      const { organization } = within;
      const read = on.store.read.directoryUsers;
      expect(await read.get(organization, other.id, alice.id)).toBeUndefined();
      for (const key of [{ externalId: 'A' }, { userName: 'alice' }])
        expect(await read.byKey(organization, other.id, key)).toEqual([]);
      expect(await read.byIds(organization, other.id, [alice.id])).toEqual([]);
      expect(await read.after(organization, other.id, undefined, 9)).toEqual([]);
      expect((await read.query(organization, other.id, { count: 9, total: true })).total).toBe(0);
      const foreign = { ...alice, directory: other.id };
      await on.write(async (tx) => {
        expect(await tx.directoryUsers.lock(organization, other.id, alice.id)).toBeUndefined();
        expect(await tx.directoryUsers.lockAll(organization, other.id, [alice.id])).toEqual([]);
        await expectRefusal(tx.directoryUsers.update(foreign), 'store-misused');
        await expectRefusal(tx.directoryUsers.delete(foreign, 1), 'store-misused');
        await tx.directoryUsers.setTookOver(organization, other.id, [alice.id], 5);
        await tx.directoryUsers.setTookOver(organization, other.id, 'all', 5);
      });
      expect(await read.get(organization, within.id, alice.id)).toStrictEqual(alice);
    });

    it('are read and locked by many ids at once, and one after the other by id', async () => {
      const within = await aDirectory(on);
      const { organization, id } = within;
      const all: DirectoryUser[] = [];
      for (const name of ['a', 'b', 'c', 'd']) all.push(await aUser(on, within, name));
      all.sort((one, two) => (one.id < two.id ? -1 : 1));
      const ids = all.map((user) => user.id);
      const read = on.store.read.directoryUsers;
      const some = [ids[2]!, 'usr_none', ids[0]!];
      expect((await read.byIds(organization, id, some)).map((user) => user.id).toSorted()).toEqual(
        [ids[0], ids[2]].toSorted(),
      );
      expect(await read.byIds(organization, id, [])).toEqual([]);
      const many = [...ids, ...Array.from({ length: 3_000 }, (_, i) => `usr_${i}`)];
      expect((await read.byIds(organization, id, many)).length).toBe(4);
      await on.write(async (tx) => {
        expect(await tx.directoryUsers.lockAll(organization, id, [...ids].toReversed())).toEqual(all);
      });
      expect(await read.after(organization, id, undefined, 3)).toEqual(all.slice(0, 3));
      expect(await read.after(organization, id, ids[2], 3)).toEqual(all.slice(3));
    });

    it('of a member are found in every directory', async () => {
      const who = await aMember(on);
      const { organization } = who;
      const [one, two] = [
        await aDirectory(on, { organization }),
        await aDirectory(on, { organization, createdAt: START + 1 }),
      ];
      const first = await aUser(on, one, 'alice', { member: who.id });
      const second = await aUser(on, two, 'alice', { member: who.id, createdAt: START + 1 });
      await aUser(on, two, 'bob');
      expect(await on.store.read.directoryUsers.ofMember(organization, who.id)).toEqual([first, second]);
    });

    it('S8: leave a tombstone when they go, found by each key, until it is lifted', async () => {
      const within = await aDirectory(on);
      const { organization, id } = within;
      const group = await aGroup(on, within, 'Engineering');
      const alice = await aUser(on, within, 'Alice', { externalId: 'A' });
      const { left } = await on.write(async (tx) => {
        await tx.directoryGroups.addMembers(organization, id, group.id, [{ value: alice.id }]);
        return tx.directoryUsers.delete(alice, START + 5);
      });
      expect(left).toEqual([group.id]);
      const read = on.store.read.directoryUsers;
      expect(await read.get(organization, id, alice.id)).toBeUndefined();
      expect(await read.count(organization, id)).toBe(0);
      expect(await on.store.read.directoryGroups.users(organization, id, group.id)).toEqual([]);
      const again = await aUser(on, within, 'alice', { externalId: 'A', member: alice.member });
      await on.write((tx) => tx.directoryUsers.delete(again, START + 7));
      const tombstone = {
        organization,
        directory: id,
        user: alice.id,
        externalId: 'A',
        userName: 'Alice',
        member: alice.member,
        deletedAt: START + 5,
      };
      const newer = { ...tombstone, user: again.id, userName: 'alice', deletedAt: START + 7 };
      expect(await read.tombstones(organization, id, { externalId: 'A' })).toStrictEqual([newer, tombstone]);
      expect(await read.tombstones(organization, id, { userName: 'ALICE' })).toStrictEqual([
        newer,
        tombstone,
      ]);
      expect(await read.tombstones(organization, id, { externalId: 'a' })).toEqual([]);
      expect(await read.tombstones(organization, 'dir_x', { externalId: 'A' })).toEqual([]);
      await on.write((tx) => tx.directoryUsers.liftTombstones(organization, 'mem_x'));
      expect((await read.tombstones(organization, id, { externalId: 'A' })).length).toBe(2);
      await on.write((tx) => tx.directoryUsers.liftTombstones(organization, alice.member));
      expect(await read.tombstones(organization, id, { externalId: 'A' })).toEqual([]);
    });

    it('S8: leave a tombstone for each person that a user has stood for, the newest word of each', async () => {
      const within = await aDirectory(on);
      const { organization, id } = within;
      const first = await aUser(on, within, 'alice', { externalId: 'A' });
      const { id: other } = await aMember(on, { organization });
      const second = { ...first, externalId: 'B', member: other };
      await on.write(async ({ directoryUsers }) => {
        await directoryUsers.delete(first, START + 1);
        await directoryUsers.insert(second);
        await directoryUsers.delete(second, START + 2);
        await directoryUsers.insert({ ...first, userName: 'anew' });
        await directoryUsers.delete({ ...first, userName: 'anew' }, START + 3);
      });
      const of = async (externalId: string) =>
        (await on.store.read.directoryUsers.tombstones(organization, id, { externalId })).map(
          ({ member, userName, deletedAt }) => [member, userName, deletedAt - START],
        );
      expect(await of('A')).toEqual([[first.member, 'anew', 3]]);
      expect(await of('B')).toEqual([[other, 'alice', 2]]);
    });

    it('S6: are taken over and handed back, which is no change of the resource', async () => {
      const within = await aDirectory(on);
      const { organization, id } = within;
      const [alice, bob] = [await aUser(on, within, 'alice'), await aUser(on, within, 'bob')];
      const took = async () =>
        (await on.store.read.directoryUsers.byIds(organization, id, [alice.id, bob.id]))
          .map(({ userName, tookOverAt, version }) => [userName, tookOverAt, version])
          .toSorted();
      const set = (users: readonly string[] | 'all', at?: number) =>
        on.write((tx) => tx.directoryUsers.setTookOver(organization, id, users, at));
      await set([alice.id], START + 3);
      await set([], START + 4);
      await on.write((tx) => tx.directoryUsers.update({ ...alice, tookOverAt: 1 }));
      expect(await took()).toEqual([
        ['alice', START + 3, 2],
        ['bob', undefined, 1],
      ]);
      await set('all');
      expect(await took()).toEqual([
        ['alice', undefined, 2],
        ['bob', undefined, 1],
      ]);
      await set('all', START + 9);
      await set([bob.id]);
      expect(await took()).toEqual([
        ['alice', START + 9, 2],
        ['bob', undefined, 1],
      ]);
    });

    it('tell the groups that name them, by display name', async () => {
      const within = await aDirectory(on);
      const { organization, id } = within;
      const people = [await aUser(on, within, 'alice'), await aUser(on, within, 'bob')];
      const [b, a] = [
        await aGroup(on, within, 'B', { externalId: 'b' }),
        await aGroup(on, within, 'A'),
        await aGroup(on, within, 'C'),
      ];
      await on.write(async (tx) => {
        for (const group of [a, b])
          await tx.directoryGroups.addMembers(organization, id, group.id, [{ value: people[0]!.id }]);
      });
      const found = await on.store.read.directoryUsers.groupsOf(
        organization,
        id,
        people.map((user) => user.id),
      );
      expect([...found]).toStrictEqual([
        [
          people[0]!.id,
          [
            { id: a.id, displayName: 'A' },
            { id: b.id, displayName: 'B', externalId: 'b' },
          ],
        ],
      ]);
    });

    it('count what was committed, whoever wrote it', async () => {
      const within = await aDirectory(on);
      const { organization, id } = within;
      const second = await on.open();
      await Promise.all(
        Array.from({ length: 16 }, (_, i) =>
          (i % 2 ? on.store : second)
            .transaction(async (tx) => {
              const user = directoryUser(within, `u${i}`);
              await tx.members.insert(member(organization, { id: user.member }));
              await tx.directoryUsers.insert(user);
              if (i % 4 === 0) throw new Error('not this one');
            })
            .catch(() => undefined),
        ),
      );
      await second.close();
      expect(await on.store.read.directoryUsers.count(organization, id)).toBe(12);
    });

    it('P11: one without memberships that wait is inserted by few statements', async () => {
      const within = await aDirectory(on);
      const user = directoryUser(within, 'alice', { attributes: { emails: [{ value: 'a@acme.test' }] } });
      let statements = 0;
      await on.write(async (tx) => {
        await tx.members.insert(member(within.organization, { id: user.member }));
        statements = await on.statementsOf(() => tx.directoryUsers.insert(user));
      });
      // Of a home with one writer none is a round trip.
      expect(statements).toBeLessThanOrEqual(on.writers === 'one' ? 4 : 2);
    });
  });

  describe('members in bulk', () => {
    it('are read and locked by their ids, in order', async () => {
      const first = await aMember(on);
      const { organization } = first;
      const second = await aMember(on, { organization });
      const stranger = await aMember(on);
      const sorted = [first, second].toSorted((one, two) => (one.id < two.id ? -1 : 1));
      const ids = [...sorted.map(({ id }) => id).toReversed(), stranger.id, 'mem_x'];
      const { members } = on.store.read;
      expect((await members.byIds(organization, ids)).toSorted((a, b) => (a.id < b.id ? -1 : 1))).toEqual(
        sorted,
      );
      await on.write(async (tx) => expect(await tx.members.lockAll(organization, ids)).toEqual(sorted));
      expect(await members.byIds(organization, [])).toEqual([]);
    });

    it('L4: identities with a subject are those of one source, whatever their issuer', async () => {
      const who = await aMember(on);
      const key = {
        organization: who.organization,
        source: 'sso:c',
        issuer: 'i',
        format: 'sub',
        subject: 'A',
      };
      const one = { ...key, member: who.id, importDone: false, createdAt: START };
      const all = [one, { ...one, issuer: 'j' }, { ...one, source: 'sso:d' }, { ...one, subject: 'a' }];
      await on.write(async (tx) => {
        for (const identity of all) await tx.members.insertIdentity(identity);
      });
      const { members } = on.store.read;
      expect(await members.identitiesWith(who.organization, 'sso:c', 'A')).toStrictEqual(all.slice(0, 2));
    });

    it('S8: say which directory shut them out, until it did not', async () => {
      const who = await aMember(on);
      const out = { ...who, status: 'deprovisioned', deprovisionedBy: 'directory:d' } as const;
      await on.write((tx) => tx.members.update(out));
      expect(await on.store.read.members.get(who.organization, who.id)).toStrictEqual(out);
      await on.write((tx) => tx.members.update(who));
      expect(await on.store.read.members.get(who.organization, who.id)).toStrictEqual(who);
    });
  });
}
