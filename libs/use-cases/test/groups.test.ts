import type { StoreTransaction } from '@idp-roles/store';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  changeGroup,
  deactivateMember,
  reactivateMember,
  UseCaseError,
  type GroupChange,
} from '../src/index.js';
import { add, remove, TestDirectory } from './directories.js';
import { homes, key, World } from './world.js';

const code = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error: unknown) => (error instanceof UseCaseError ? error.code : error),
  );

describe.each(homes)('groups of a directory on %s', (home) => {
  let world: World;
  beforeAll(async () => {
    world = await World.open(home);
  });
  afterAll(() => world?.close());

  async function acme() {
    const tenant = await world.organization();
    const directory = await TestDirectory.of(tenant);
    await directory.mapping({ value: 'Engineering', role: 'org-member' });
    return { tenant, directory };
  }

  describe('S7: roles follow', () => {
    it('a group that is created with members', async () => {
      const { tenant, directory } = await acme();
      const alice = await directory.user('alice');
      expect(await tenant.held(alice.member)).toEqual([]);
      await directory.group('Engineering', [alice]);
      expect(await tenant.held(alice.member)).toEqual(['org-member force']);
    });

    it('who is added and who is removed, and touches nobody else', async () => {
      const { tenant, directory } = await acme();
      const [alice, bob, cleo] = [
        await directory.user('alice'),
        await directory.user('bob'),
        await directory.user('cleo'),
      ];
      const group = await directory.group('Engineering', [alice, cleo]);
      const [kept] = await tenant.grants(cleo.member);
      const changed = await directory.change(group.id, remove(alice), add(bob));
      expect(changed).toMatchObject({ outcome: 'changed', group: { version: 2 } });
      expect(await tenant.held(alice.member)).toEqual([]);
      expect(await tenant.held(bob.member)).toEqual(['org-member force']);
      expect(await tenant.grants(cleo.member)).toEqual([kept]);
    });

    it('a member named by externalId or userName before they arrive', async () => {
      const { tenant, directory } = await acme();
      await directory.group('Engineering', ['alice', `bob@${tenant.domain}`]);
      const alice = await directory.user('alice');
      const bob = await directory.user('bob');
      expect(await tenant.held(alice.member)).toEqual(['org-member force']);
      expect(await tenant.held(bob.member)).toEqual(['org-member force']);
    });

    it('a replacement, in which who stays keeps their grant', async () => {
      const { tenant, directory } = await acme();
      const [alice, bob] = [await directory.user('alice'), await directory.user('bob')];
      const group = await directory.group('Engineering', [alice]);
      const before = await tenant.grants(alice.member);
      await directory.change(group.id, {
        type: 'replace-members',
        members: [{ value: alice.id }, { value: bob.id }],
      });
      expect(await tenant.grants(alice.member)).toEqual(before);
      expect(await tenant.held(bob.member)).toEqual(['org-member force']);
      await directory.change(group.id, { type: 'remove-all-members' }, add(bob));
      expect(await tenant.held(alice.member)).toEqual([]);
      expect(await tenant.held(bob.member)).toEqual(['org-member force']);
    });

    it('M7: two groups that give one role: it stays until both are gone', async () => {
      const { tenant, directory } = await acme();
      await directory.mapping({ value: 'Staff', role: 'org-member' });
      const alice = await directory.user('alice');
      const engineering = await directory.group('Engineering', [alice]);
      const staff = await directory.group('Staff', [alice]);
      const [grant] = await tenant.grants(alice.member);
      expect(grant?.evidence.map(({ value }) => value).toSorted()).toEqual(['Engineering', 'Staff']);
      await directory.deleteGroup(staff.id);
      expect((await tenant.grants(alice.member)).map(({ id }) => id)).toEqual([grant?.id]);
      await directory.change(engineering.id, remove(alice));
      expect(await tenant.held(alice.member)).toEqual([]);
    });

    it('a deleted group', async () => {
      const { tenant, directory } = await acme();
      const alice = await directory.user('alice');
      const group = await directory.group('Engineering', [alice]);
      expect(await directory.deleteGroup(group.id)).toEqual({ outcome: 'deleted' });
      expect(await tenant.held(alice.member)).toEqual([]);
      expect(await code(directory.deleteGroup(group.id))).toBe('directory-group-not-found');
    });
  });

  describe('M2: a rename', () => {
    it('takes and gives the roles of mappings that read names', async () => {
      const { tenant, directory } = await acme();
      await directory.mapping({ value: 'Platform', role: 'org-billing' });
      const alice = await directory.user('alice');
      const group = await directory.group('Engineering', [alice]);
      await directory.change(group.id, { type: 'rename', displayName: 'Platform' });
      expect(await tenant.held(alice.member)).toEqual(['org-billing force']);
    });

    it('by globs, prefixes and conditions too', async () => {
      const tenant = await world.organization();
      const directory = await TestDirectory.of(tenant);
      await directory.mapping({ value: 'eng-*', match: 'glob', role: 'org-member' });
      await directory.mapping({
        claim: 'active',
        value: 'true',
        role: 'org-billing',
        also: [{ claim: 'groups', value: 'eng-one' }],
      });
      const alice = await directory.user('alice');
      const group = await directory.group('eng-one', [alice]);
      expect(await tenant.held(alice.member)).toEqual(['org-billing force', 'org-member force']);
      await directory.change(group.id, { type: 'rename', displayName: 'eng-two' });
      expect(await tenant.held(alice.member)).toEqual(['org-member force']);
      await directory.change(group.id, { type: 'rename', displayName: 'ops' });
      expect(await tenant.held(alice.member)).toEqual([]);
    });

    it.each(['groups.id', 'groups.externalId'])(
      'of a group that is mapped by %s changes nothing',
      async (claim) => {
        const tenant = await world.organization();
        const directory = await TestDirectory.of(tenant);
        const alice = await directory.user('alice');
        const group = await directory.group('Engineering', [alice], { externalId: 'entra-7' });
        const value = claim === 'groups.id' ? group.id : 'entra-7';
        await directory.mapping({ claim, value, role: 'org-member' });
        await directory.change(group.id, remove(alice));
        await directory.change(group.id, add(alice));
        const before = await tenant.grants(alice.member);
        expect(before).toHaveLength(1);
        const events = (await tenant.audit()).length;
        world.now += 1;
        await directory.change(group.id, { type: 'rename', displayName: 'Platform' });
        expect(await tenant.grants(alice.member)).toEqual(before);
        expect((await tenant.audit()).slice(0, -events).map(({ action }) => action)).toEqual([
          'group.renamed',
        ]);
      },
    );

    it('of its externalId counts where mappings read that', async () => {
      const tenant = await world.organization();
      const directory = await TestDirectory.of(tenant);
      await directory.mapping({ claim: 'groups.externalId', value: 'entra-7', role: 'org-member' });
      const alice = await directory.user('alice');
      const group = await directory.group('Engineering', [alice]);
      await directory.change(group.id, { type: 'set-external-id', externalId: 'entra-7' });
      expect(await tenant.held(alice.member)).toEqual(['org-member force']);
      await directory.change(group.id, { type: 'set-external-id' });
      expect(await tenant.held(alice.member)).toEqual([]);
    });
  });

  it('S7: only who is concerned is looked at', async () => {
    const { tenant, directory } = await acme();
    const [alice, bob] = [await directory.user('alice'), await directory.user('bob')];
    const group = await directory.group('Engineering', [alice]);
    const looked: string[][] = [];
    const { store } = tenant.context;
    const watched = (tx: StoreTransaction): StoreTransaction => ({
      ...tx,
      directoryUsers: {
        ...tx.directoryUsers,
        lockAll: (organization, of, ids) => {
          looked.push([...ids]);
          return tx.directoryUsers.lockAll(organization, of, ids);
        },
      },
    });
    const context = {
      ...tenant.context,
      store: {
        read: store.read,
        transaction: <T>(work: (tx: StoreTransaction) => Promise<T>) =>
          store.transaction((tx) => work(watched(tx))),
      } as typeof store,
    };
    const change = (...changes: GroupChange[]) =>
      changeGroup(context, { organization: tenant.id, directory: directory.id, group: group.id, changes });
    await change(add(bob), remove(bob), add(bob));
    await change({ type: 'set-external-id', externalId: 'entra-7' });
    await change({ type: 'rename', displayName: 'Platform' });
    expect(looked.map((ids) => ids.toSorted())).toEqual([[bob.id], [alice.id, bob.id].toSorted()]);
  });

  describe('S12: the version', () => {
    it('grows by one with a request that changes anything, and not with one that does not', async () => {
      const { tenant, directory } = await acme();
      const alice = await directory.user('alice');
      const group = await directory.group('Engineering', [alice]);
      const events = (await tenant.audit()).length;
      world.now += 1_000;
      for (const change of [
        add(alice),
        remove('nobody'),
        { type: 'rename', displayName: 'Engineering' } as const,
        { type: 'replace-members', members: [{ value: alice.id }] } as const,
      ]) {
        expect(await directory.change(group.id, change)).toEqual({ outcome: 'unchanged', group });
      }
      const nothing = await directory.change(group.id, { type: 'remove-all-members' }, add(alice));
      expect(nothing.outcome).toBe('unchanged');
      expect((await tenant.audit()).length).toBe(events);
      const many = [{ type: 'rename', displayName: 'Ops' } as const, remove(alice), add('carl')];
      expect((await directory.change(group.id, ...many)).group).toMatchObject({
        version: 2,
        updatedAt: world.now,
      });
    });

    it('grows though the last of several changes changed nothing', async () => {
      const { directory } = await acme();
      const alice = await directory.user('alice');
      const group = await directory.group('Engineering');
      const { outcome } = await directory.change(group.id, add(alice), remove('nobody'));
      expect(outcome).toBe('changed');
    });

    it('is asked for by ifMatch', async () => {
      const { directory } = await acme();
      const group = await directory.group('Engineering');
      expect(await code(directory.changeAt(group.id, [2, 3], add('x')))).toBe('version-mismatch');
      expect(await code(directory.deleteGroup(group.id, [2]))).toBe('version-mismatch');
      expect(await code(directory.changeAt(group.id, [1], add('x')))).toBe('done');
      expect(await code(directory.changeAt(group.id, [1], add('y')))).toBe('version-mismatch');
      expect(await code(directory.deleteGroup(group.id, [1, 2]))).toBe('done');
    });
  });

  it('S12: sixteen at once lose nobody, and each person has the role', { timeout: 60_000 }, async () => {
    const { tenant, directory } = await acme();
    const users = [];
    for (let one = 0; one < 48; one++) users.push(await directory.user(`user${one}`));
    const [early, late] = [users.slice(0, 16), users.slice(16, 48)];
    const group = await directory.group('Engineering', early);
    const calls = early.map((leaving, one) =>
      directory.change(group.id, add(late[2 * one]!), remove(leaving), add(late[2 * one + 1]!)),
    );
    const done = await Promise.all(calls);
    expect(done.map(({ group: { version } }) => version).toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: 16 }, (_, one) => one + 2),
    );
    const named = await world.store.read.directoryGroups.users(tenant.id, directory.id, group.id);
    expect(named.toSorted()).toEqual(late.map(({ id }) => id).toSorted());
    for (const user of late) expect(await tenant.held(user.member)).toEqual(['org-member force']);
    for (const user of early) expect(await tenant.held(user.member)).toEqual([]);
  });

  it('S12: one person joins many groups at once and gets all their roles', async () => {
    const { tenant, directory } = await acme();
    await directory.mapping({ value: 'Staff', role: 'org-billing' });
    await directory.mapping({ value: 'Guests', role: 'org-guest' });
    for (let round = 0; round < 10; round++) {
      const user = await directory.user(`round${round}`);
      const groups = await Promise.all(
        ['Engineering', 'Staff', 'Guests'].map((name) => directory.group(name)),
      );
      await Promise.all(groups.map(({ id }) => directory.change(id, add(user))));
      expect(await tenant.held(user.member)).toEqual([
        'org-billing force',
        'org-guest force',
        'org-member force',
      ]);
      await Promise.all(groups.map(({ id }) => directory.change(id, remove(user))));
      expect(await tenant.held(user.member)).toEqual([]);
    }
  });

  it('S12: a person who is named while they arrive is a member and has the role', async () => {
    const { tenant, directory } = await acme();
    const group = await directory.group('Engineering');
    for (let round = 0; round < 20; round++) {
      const [user] = await Promise.all([
        directory.user(`round${round}`),
        directory.change(group.id, add(`round${round}`)),
      ]);
      expect(await tenant.held(user.member), `round ${round}`).toEqual(['org-member force']);
    }
  });

  it('S12: a person who changes while they join or leave a group is judged by both', async () => {
    const { tenant, directory } = await acme();
    await directory.mapping({ claim: 'department', value: 'Finance', role: 'org-billing' });
    const users = [];
    for (let one = 0; one < 24; one++) users.push(await directory.user(`u${one}`, { department: 'Sales' }));
    const groups = await Promise.all(
      users.map((user, one) => directory.group('Engineering', one % 2 === 0 ? [] : [user])),
    );
    const calls = users.flatMap((user, one) => [
      directory.change(groups[one]!.id, one % 2 === 0 ? add(user) : remove(user)),
      directory.changeUser(user.id, { department: 'Finance' }),
    ]);
    await Promise.all(calls);
    for (const [one, user] of users.entries()) {
      const due = one % 2 === 0 ? ['org-billing force', 'org-member force'] : ['org-billing force'];
      expect(await tenant.held(user.member), user.userName).toEqual(due);
    }
  });

  it('S2: a group of another directory or organization is not found, and gives nothing here', async () => {
    const { tenant, directory } = await acme();
    const other = await TestDirectory.of(tenant, { name: 'Other' });
    const alice = await directory.user('alice');
    const group = await directory.group('Engineering');
    expect(await code(other.change(group.id, add(alice)))).toBe('directory-group-not-found');
    expect(await code(other.deleteGroup(group.id))).toBe('directory-group-not-found');
    await other.group('Engineering', [alice]);
    expect(await tenant.held(alice.member)).toEqual([]);
    const foreign = await TestDirectory.of(await world.organization());
    expect(await code(foreign.change(group.id, add(alice)))).toBe('directory-group-not-found');
  });

  it('S8: who is shut out gets nothing by a group, and it once they are let in again', async () => {
    const { tenant, directory } = await acme();
    const alice = await directory.user('alice');
    const common = { organization: tenant.id, member: alice.member, actor: key };
    await deactivateMember(tenant.context, common);
    const group = await directory.group('Engineering', [alice]);
    expect(await tenant.held(alice.member)).toEqual([]);
    await reactivateMember(tenant.context, common);
    expect(await tenant.held(alice.member)).toEqual(['org-member force']);
    await directory.changeUser(alice.id, { active: false });
    await directory.change(group.id, remove(alice));
    await directory.change(group.id, add(alice));
    expect(await tenant.held(alice.member)).toEqual([]);
    await directory.changeUser(alice.id, { active: true });
    expect(await tenant.held(alice.member)).toEqual(['org-member force']);
  });

  it('S8: whom another directory has shut out gets nothing by a group of this one', async () => {
    const { tenant, directory } = await acme();
    const other = await TestDirectory.of(tenant, { name: 'Other' });
    const alice = await directory.user('alice');
    const known = await other.user('alice');
    expect(known.member).toBe(alice.member);
    const group = await directory.group('Engineering', [alice]);
    await other.changeUser(known.id, { active: false });
    expect(await tenant.held(alice.member)).toEqual([]);
    await directory.change(group.id, remove(alice));
    await directory.change(group.id, add(alice));
    expect(await tenant.held(alice.member)).toEqual([]);
    await other.changeUser(known.id, { active: true });
    expect(await tenant.held(alice.member)).toEqual(['org-member force']);
  });

  it('S8: whom the directory calls inactive gets nothing of it, though an admin has let them in', async () => {
    const { tenant, directory } = await acme();
    const alice = await directory.user('alice', { active: false });
    await reactivateMember(tenant.context, { organization: tenant.id, member: alice.member, actor: key });
    await directory.group('Engineering', [alice]);
    expect(await tenant.held(alice.member)).toEqual([]);
    await directory.changeUser(alice.id, { active: true });
    expect(await tenant.held(alice.member)).toEqual(['org-member force']);
  });

  it('A7: a change is announced for whom it gave or took a role', async () => {
    const { directory } = await acme();
    const [alice, bob] = [await directory.user('alice'), await directory.user('bob')];
    const group = await directory.group('Engineering', [bob]);
    const heard: unknown[] = [];
    const stop = world.store.changes.subscribe(({ members }) => void heard.push(members));
    await directory.change(group.id, add(alice));
    await directory.change(group.id, remove(alice, bob));
    stop();
    expect(heard[0]).toEqual([alice.member]);
    expect((heard[1] as string[]).toSorted()).toEqual([alice.member, bob.member].toSorted());
  });

  it('S9: a directory in staging gives nothing', async () => {
    const tenant = await world.organization();
    const directory = await TestDirectory.of(tenant, { state: 'staging' });
    await directory.mapping({ value: 'Engineering', role: 'org-member' });
    await directory.mapping({ claim: 'department', value: 'Engineering', role: 'org-billing' });
    const alice = await directory.user('alice', { department: 'Engineering' });
    await directory.group('Engineering', [alice]);
    expect(await tenant.held(alice.member)).toEqual([]);
    expect(await directory.tookOver(alice.id)).toBe(false);
  });

  async function admins() {
    const tenant = await world.organization();
    const directory = await TestDirectory.of(tenant);
    await directory.mapping({ value: 'Admins', role: 'org-admin' });
    const [alice, bob] = [await directory.user('alice'), await directory.user('bob')];
    const group = await directory.group('Admins', [alice]);
    return { tenant, directory, alice, bob, group };
  }

  describe('S11: the last holder', () => {
    it('keeps the role when their group is left or deleted, said once', async () => {
      const { tenant, directory, alice, group } = await admins();
      await directory.change(group.id, remove(alice));
      expect(await tenant.held(alice.member)).toEqual(['org-admin force']);
      await directory.deleteGroup(group.id);
      expect(await tenant.held(alice.member)).toEqual(['org-admin force']);
      expect(await tenant.audit('grant.kept-last-holder')).toHaveLength(1);
      expect(world.events.filter((event) => event.organization === tenant.id)).toContainEqual(
        expect.objectContaining({ type: 'last-holder-kept', member: alice.member, role: 'org-admin' }),
      );
    });

    it('is whoever is left after the whole change, in whatever order people are named', async () => {
      for (const turn of [0, 1]) {
        const { tenant, directory, alice, bob, group } = await admins();
        const [first, second] = turn === 0 ? [alice, bob] : [bob, alice];
        await directory.change(group.id, {
          type: 'replace-members',
          members: [{ value: first.id }],
        });
        await directory.change(group.id, { type: 'replace-members', members: [{ value: second.id }] });
        expect(await tenant.held(second.member)).toEqual(['org-admin force']);
        expect(await tenant.held(first.member)).toEqual([]);
        expect(await tenant.audit('grant.kept-last-holder')).toEqual([]);
      }
    });

    it('of two who leave together one stays', async () => {
      const { tenant, directory, alice, bob, group } = await admins();
      await directory.change(group.id, add(bob));
      await directory.change(group.id, { type: 'remove-all-members' });
      const held = [...(await tenant.held(alice.member)), ...(await tenant.held(bob.member))];
      expect(held).toEqual(['org-admin force']);
      expect(await tenant.audit('grant.kept-last-holder')).toHaveLength(1);
    });
  });

  it('S13: says who joined and left, by number and up to a hundred ids', async () => {
    const { tenant, directory } = await acme();
    const users = [];
    for (let one = 0; one < 120; one++) users.push(await directory.user(`u${one}`));
    const group = await directory.group('Everybody', users);
    await directory.change(group.id, remove(users[0]!), add(users[0]!));
    expect(await tenant.audit('group.members-added')).toHaveLength(1);
    expect(await tenant.audit('group.members-removed')).toEqual([]);
    await directory.change(group.id, { type: 'remove-all-members' });
    const subject = { type: 'directory-group', id: group.id };
    const [added] = await tenant.audit('group.members-added');
    expect(added).toMatchObject({ subject, actor: { kind: 'directory', id: directory.id } });
    expect(added?.after).toMatchObject({ count: 120 });
    expect((added?.after as { users: string[] } | undefined)?.users).toHaveLength(100);
    expect((await tenant.audit('group.members-removed'))[0]?.before).toMatchObject({ count: 120 });
    await directory.change(group.id, add(users[0]!), remove(users[0]!));
    expect(await tenant.audit('group.members-added')).toHaveLength(1);
    expect(await tenant.audit('group.members-removed')).toHaveLength(1);
    expect(await tenant.audit('group.members-changed')).toHaveLength(2);
    await directory.change(group.id, add('somebody unknown'));
    expect(await tenant.audit('group.members-changed')).toHaveLength(3);
    const [created] = await tenant.audit('group.created');
    expect(created?.after).toEqual({ displayName: 'Everybody' });
  });

  it('S13: a grant says which group change gave it, through which mapping and value', async () => {
    const { tenant, directory } = await acme();
    const alice = await directory.user('alice');
    const group = await directory.group('Engineering', [alice]);
    const [event] = await tenant.audit('grant.added');
    expect(event).toMatchObject({
      member: alice.member,
      actor: { kind: 'directory', id: directory.id },
      cause: {
        by: 'group-change',
        group: group.id,
        sync: 'directory',
        source: `directory:${directory.id}`,
        evidence: [{ claim: 'groups', value: 'Engineering' }],
      },
    });
  });

  it('S10: a default role is held while no group gives one', async () => {
    const tenant = await world.organization();
    const directory = await TestDirectory.of(tenant, { defaultRole: 'org-guest' });
    await directory.mapping({ value: 'Engineering', role: 'org-member' });
    const alice = await directory.user('alice');
    expect(await tenant.held(alice.member)).toEqual(['org-guest default']);
    const group = await directory.group('Engineering', [alice]);
    expect(await tenant.held(alice.member)).toEqual(['org-member force']);
    await directory.change(group.id, remove(alice));
    expect(await tenant.held(alice.member)).toEqual(['org-guest default']);
  });
});
