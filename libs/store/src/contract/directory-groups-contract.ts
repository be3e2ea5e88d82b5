import { describe, expect, it } from 'vitest';
import type { Directory } from '../ports/directories.js';
import type { DirectoryGroup, NamedMember } from '../ports/directory-groups.js';
import { aDirectory, aGroup, aUser, directoryGroup, directoryUser } from './directory-specimens.js';
import { member } from './specimens.js';
import { expectRefusal, START, type Subject } from './subject.js';

export function directoryGroupsContract(on: Subject): void {
  const add = (group: DirectoryGroup, ...members: readonly (string | NamedMember)[]) =>
    on.write((tx) =>
      tx.directoryGroups.addMembers(
        group.organization,
        group.directory,
        group.id,
        members.map((each) => (typeof each === 'string' ? { value: each } : each)),
      ),
    );
  const remove = (group: DirectoryGroup, ...values: readonly string[]) =>
    on.write((tx) => tx.directoryGroups.removeMembers(group.organization, group.directory, group.id, values));
  const replace = (group: DirectoryGroup, ...members: readonly NamedMember[]) =>
    on.write((tx) =>
      tx.directoryGroups.replaceMembers(group.organization, group.directory, group.id, members),
    );
  const members = async ({ organization, directory, id }: DirectoryGroup) =>
    (await on.store.read.directoryGroups.members(organization, directory, [id])).get(id);
  const users = ({ organization, directory, id }: DirectoryGroup) =>
    on.store.read.directoryGroups.users(organization, directory, id);
  const unchanged = { joined: [], left: [], changed: false };

  describe('directory groups', () => {
    it('keeps every field, and grows the version with each change', async () => {
      const within = await aDirectory(on);
      const bare = await aGroup(on, within, 'Engineering');
      const { organization, id } = bare;
      const read = on.store.read.directoryGroups;
      expect(await read.get(organization, within.id, id)).toStrictEqual(bare);
      const full = { ...bare, displayName: 'Ünï', externalId: 'X', updatedAt: START + 1 };
      await on.write((tx) => tx.directoryGroups.update(full));
      expect(await read.get(organization, within.id, id)).toStrictEqual({ ...full, version: 2 });
      await on.write((tx) => tx.directoryGroups.update({ ...bare, version: 3 }));
      expect(await on.write((tx) => tx.directoryGroups.lock(organization, within.id, id))).toStrictEqual({
        ...bare,
        version: 3,
      });
      await expectRefusal(
        on.write((tx) => tx.directoryGroups.update(directoryGroup(within, 'Nobody'))),
        'store-misused',
      );
    });

    it('of one directory are not found in another, nor changed from there', async () => {
      const within = await aDirectory(on);
      const other = await aDirectory(on, { organization: within.organization });
      const group = await aGroup(on, within, 'Engineering');
      const alice = await aUser(on, within, 'alice');
      await add(group, alice.id);
      const { organization, id } = group;
      const read = on.store.read.directoryGroups;
      expect(await read.get(organization, other.id, id)).toBeUndefined();
      expect((await read.query(organization, other.id, { count: 9, total: true })).total).toBe(0);
      expect((await read.members(organization, other.id, [id])).get(id)).toEqual([]);
      expect(await read.users(organization, other.id, id)).toEqual([]);
      await on.write(async (tx) => {
        const groups = tx.directoryGroups;
        expect(await groups.lock(organization, other.id, id)).toBeUndefined();
        expect(await groups.removeMembers(organization, other.id, id, [alice.id])).toEqual(unchanged);
        expect((await groups.replaceMembers(organization, other.id, id, [])).left).toEqual([]);
        expect((await groups.delete(organization, other.id, id)).left).toEqual([]);
      });
      const bob = await aUser(on, other, 'bob');
      expect((await add(group, bob.id)).joined).toEqual([]);
      expect(await users(group)).toEqual([alice.id]);
    });

    it('name members by id, else by externalId or userName, where one user has it', async () => {
      const within = await aDirectory(on);
      const group = await aGroup(on, within, 'Engineering');
      const [alice, bob, carol] = [
        await aUser(on, within, 'Alice@acme.test', { attributes: { displayName: 'Alice A' } }),
        await aUser(on, within, 'bob', { externalId: 'B-1' }),
        await aUser(on, within, 'carol', { externalId: 'twice' }),
      ];
      await aUser(on, within, 'dave', { externalId: 'twice' });
      await aUser(on, within, 'b-2', { externalId: 'x' });
      await aUser(on, within, 'erin', { externalId: 'b-2' });
      const change = await add(group, carol.id, 'ALICE@acme.test', 'B-1', 'b-1', 'twice', 'b-2', {
        value: 'nobody',
        display: 'No Body',
      });
      expect([...change.joined].toSorted()).toEqual([alice.id, bob.id, carol.id].toSorted());
      expect(await members(group)).toEqual(
        [
          { value: alice.id, user: alice.id, type: 'User', display: 'Alice A' },
          { value: bob.id, user: bob.id, type: 'User', display: 'bob' },
          { value: carol.id, user: carol.id, type: 'User', display: 'carol' },
          { value: 'b-1', type: 'User' },
          { value: 'b-2', type: 'User' },
          { value: 'nobody', type: 'User', display: 'No Body' },
          { value: 'twice', type: 'User' },
        ].toSorted((one, two) => (one.value < two.value ? -1 : 1)),
      );
      expect(await users(group)).toEqual([alice.id, bob.id, carol.id].toSorted());
    });

    it('take groups as members, said or seen, and give those no users', async () => {
      const within = await aDirectory(on);
      const [group, inner] = [await aGroup(on, within, 'Engineering'), await aGroup(on, within, 'Platform')];
      await aUser(on, within, 'ops');
      const change = await add(group, inner.id, { value: 'ops', type: 'Group' });
      expect(change).toEqual({ joined: [], left: [], changed: true });
      const both = [{ value: 'ops', type: 'Group' } as const, { value: 'ops' }];
      const third = await aGroup(on, within, 'Third');
      expect((await add(third, ...both)).joined.length).toBe(1);
      expect((await members(third))?.map(({ type }) => type).toSorted()).toEqual(['Group', 'User']);
      expect(await members(group)).toEqual([
        { value: inner.id, type: 'Group' },
        { value: 'ops', type: 'Group' },
      ]);
      await aUser(on, within, 'Platform', { externalId: inner.id });
      expect(await users(group)).toEqual([]);
    });

    it('add, remove and replace once; what stays is not written again', async () => {
      const within = await aDirectory(on);
      const group = await aGroup(on, within, 'Engineering');
      const [alice, bob, carol] = [
        await aUser(on, within, 'alice'),
        await aUser(on, within, 'bob', { externalId: 'B' }),
        await aUser(on, within, 'carol'),
      ];
      expect(await add(group)).toEqual(unchanged);
      expect(await add(group, alice.id, alice.id)).toEqual({ joined: [alice.id], left: [], changed: true });
      expect(await add(group, alice.id, 'ALICE')).toEqual(unchanged);
      expect(await add(group, 'ext')).toEqual({ joined: [], left: [], changed: true });
      expect(await remove(group, bob.id, 'none')).toEqual(unchanged);
      await add(group, bob.id);
      expect(await remove(group, 'B')).toEqual({ joined: [], left: [bob.id], changed: true });
      expect(await remove(group, 'ext')).toEqual({ joined: [], left: [], changed: true });
      expect(await remove(group)).toEqual(unchanged);
      const next = [{ value: carol.id }, { value: 'bob' }, { value: 'later' }];
      const change = await replace(group, ...next);
      expect({ ...change, joined: [...change.joined].toSorted() }).toEqual({
        joined: [bob.id, carol.id].toSorted(),
        left: [alice.id],
        changed: true,
      });
      expect(await replace(group, ...next)).toEqual(unchanged);
      expect((await members(group))?.length).toBe(3);
      const emptied = await replace(group);
      expect([...emptied.left].toSorted()).toEqual([bob.id, carol.id].toSorted());
      expect(await members(group)).toEqual([]);
    });

    it('keep names of any length and kind apart', async () => {
      const within = await aDirectory(on);
      const group = await aGroup(on, within, 'Engineering');
      const long = 'x'.repeat(5_000);
      const names = [`${long}1`, `${long}2`, 'ÄÖ', 'äö', '%', '_', "'", '"', '\\', ' ', '{"a":1}', '😀'];
      expect((await add(group, ...names)).changed).toBe(true);
      expect((await members(group))?.map(({ value }) => value).toSorted()).toEqual(names.toSorted());
      await remove(group, `${long}1`, '%');
      expect((await members(group))?.length).toBe(names.length - 2);
      const late = await aUser(on, within, 'late', { externalId: `${long}2` });
      expect(await users(group)).toEqual([late.id]);
    });

    it('find who was named before they came, by either key, and tell whose groups', async () => {
      const within = await aDirectory(on);
      const other = await aDirectory(on, { organization: within.organization });
      const [first, second, theirs] = [
        await aGroup(on, within, 'First'),
        await aGroup(on, within, 'Second'),
        await aGroup(on, other, 'Theirs'),
      ];
      await add(first, 'BOB@acme.test', 'b-1', 'B-1');
      await add(second, 'b-1', { value: 'bob@acme.test', type: 'Group' });
      await add(theirs, 'b-1');
      const bob = directoryUser(within, 'bob@ACME.test', { externalId: 'b-1' });
      const { joined } = await on.write(async (tx) => {
        await tx.members.insert(member(within.organization, { id: bob.member }));
        return tx.directoryUsers.insert(bob);
      });
      expect([...joined].toSorted()).toEqual([first.id, second.id].toSorted());
      expect(await members(first)).toEqual(
        [
          { value: bob.id, user: bob.id, type: 'User', display: 'bob@ACME.test' },
          { value: 'B-1', type: 'User' },
        ].toSorted((one, two) => (one.value < two.value ? -1 : 1)),
      );
      expect(await users(second)).toEqual([bob.id]);
      expect(await users(theirs)).toEqual([]);
      const groups = await on.store.read.directoryUsers.groupsOf(within.organization, within.id, [bob.id]);
      expect(groups.get(bob.id)?.map(({ displayName }) => displayName)).toEqual(['First', 'Second']);
    });

    it('find who takes a name that was waited for, also who is in the group already', async () => {
      const within = await aDirectory(on);
      const [one, two] = [await aGroup(on, within, 'One'), await aGroup(on, within, 'Two')];
      const carol = await aUser(on, within, 'carol');
      await add(one, carol.id, 'new');
      await add(two, 'new');
      const { joined } = await on.write((tx) =>
        tx.directoryUsers.update({ ...carol, userName: 'NEW', attributes: { userName: 'NEW' } }),
      );
      expect(joined).toEqual([two.id]);
      expect(await users(one)).toEqual([carol.id]);
      expect((await members(one))?.length).toBe(1);
      const again = await on.write((tx) => tx.directoryUsers.update({ ...carol, userName: 'NEW' }));
      expect(again.joined).toEqual([]);
    });

    it('leave waiting who could be two people', async () => {
      const within = await aDirectory(on);
      const group = await aGroup(on, within, 'Engineering');
      await add(group, 'same');
      await aUser(on, within, 'one', { externalId: 'other' });
      const first = await aUser(on, within, 'two', { externalId: 'same' });
      expect(await users(group)).toEqual([first.id]);
      await remove(group, first.id);
      await aUser(on, within, 'three', { externalId: 'same' });
      await add(group, 'same');
      await aUser(on, within, 'same');
      expect(await users(group)).toEqual([]);
    });

    it('go with their memberships, and say whose they were', async () => {
      const within = await aDirectory(on);
      const [group, other] = [await aGroup(on, within, 'One'), await aGroup(on, within, 'Two')];
      const alice = await aUser(on, within, 'alice');
      await add(group, alice.id, 'nobody');
      await add(other, alice.id);
      const { organization, directory, id } = group;
      const { left } = await on.write((tx) => tx.directoryGroups.delete(organization, directory, id));
      expect(left).toEqual([alice.id]);
      expect(await members(group)).toEqual([]);
      expect(await users(other)).toEqual([alice.id]);
      expect(
        (await on.store.read.directoryGroups.query(organization, directory, { count: 0, total: true })).total,
      ).toBe(1);
      await on.write((tx) => tx.directoryGroups.delete(organization, directory, id));
      expect(
        (await on.store.read.directoryGroups.query(organization, directory, { count: 0, total: true })).total,
      ).toBe(1);
    });

    it('answer members of several groups at once, in order of value', async () => {
      const within = await aDirectory(on);
      const [one, two] = [await aGroup(on, within, 'One'), await aGroup(on, within, 'Two')];
      await add(one, 'b', 'a', 'c');
      const { organization, id } = within;
      const found = await on.store.read.directoryGroups.members(organization, id, [two.id, one.id]);
      expect(found.get(one.id)?.map(({ value }) => value)).toEqual(['a', 'b', 'c']);
      expect(found.get(two.id)).toEqual([]);
    });

    it('S12: sixteen who add to one group at once lose nobody', async () => {
      const within = await aDirectory(on);
      const group = await aGroup(on, within, 'Engineering');
      const people = await Promise.all(Array.from({ length: 16 }, (_, i) => aUser(on, within, `u${i}`)));
      const { organization, directory, id } = group;
      await Promise.all(
        people.map((person) =>
          on.write(async (tx) => {
            const now = await tx.directoryGroups.lock(organization, directory, id);
            await new Promise((done) => setTimeout(done, 1));
            await tx.directoryGroups.addMembers(organization, directory, id, [{ value: person.id }]);
            await tx.directoryGroups.update(now!);
          }),
        ),
      );
      expect(await users(group)).toEqual(people.map((person) => person.id).toSorted());
      expect((await on.store.read.directoryGroups.get(organization, directory, id))?.version).toBe(17);
    });

    it('S12: a user who arrives while a group names them is found by one of the two', async () => {
      const within = await aDirectory(on);
      const group = await aGroup(on, within, 'Engineering');
      const names = Array.from({ length: 20 }, (_, i) => `u${i}`);
      const found = await Promise.all(names.flatMap((name) => [add(group, name), arrive(within, name)]));
      expect(found.length).toBe(40);
      expect((await users(group)).length).toBe(20);
    });

    it('S12: who is deleted while a group takes them in is in it no more', async () => {
      const within = await aDirectory(on);
      const group = await aGroup(on, within, 'Engineering');
      const people = await Promise.all(Array.from({ length: 20 }, (_, i) => aUser(on, within, `u${i}`)));
      await Promise.all(
        people.flatMap((person) => [
          add(group, person.id),
          on.write(async (tx) => {
            await tx.directoryUsers.lock(within.organization, within.id, person.id);
            await tx.directoryUsers.delete(person, START);
          }),
        ]),
      );
      expect(await users(group)).toEqual([]);
    });

    const arrive = (within: Directory, name: string) => aUser(on, within, name);
  });

  describe('directory groups, what a change costs', () => {
    it('P8: is as many statements, whoever else is in the group', async () => {
      const within = await aDirectory(on);
      const group = await aGroup(on, within, 'Engineering');
      const { organization, directory, id } = group;
      const alice = await aUser(on, within, 'alice');
      const once = async () => {
        let statements = 0;
        await on.write(async (tx) => {
          const one = [{ value: alice.id }];
          statements = await on.statementsOf(async () => {
            await tx.directoryGroups.addMembers(organization, directory, id, one);
            await tx.directoryGroups.removeMembers(organization, directory, id, [alice.id]);
          });
        });
        return statements;
      };
      const before = await once();
      expect(before).toBeLessThanOrEqual(5);
      await add(group, ...Array.from({ length: 500 }, (_, i) => `n${i}`));
      expect(await once()).toBe(before);
    });
  });
}
