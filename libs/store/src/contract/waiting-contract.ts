import { describe, expect, it } from 'vitest';
import type { Member } from '../ports/members.js';
import type { DirectoryGroup } from '../ports/directory-groups.js';
import type { DirectoryUser } from '../ports/directory-users.js';
import type { StoreTransaction } from '../ports/store.js';
import { aDirectory, aGroup, aUser, directoryUser } from './directory-specimens.js';
import {
  aMember,
  anOrganization,
  auditEvent,
  connection,
  grant,
  identity,
  member,
  resource,
  session,
  trace,
} from './specimens.js';
import { START, type Subject } from './subject.js';

type Work = (tx: StoreTransaction) => Promise<unknown>;

const CONNECTION = 'con_1';
const HOUR = 60 * 60 * 1_000;

/** Everything that a sign-in writes, over what earlier ones left to be cleared away. */
const signIn =
  (who: Member, newcomer = false): Work =>
  async (tx) => {
    const { organization, id } = who;
    const key = identity(who, { subject: id });
    if (newcomer) await tx.members.insert(who);
    else expect(await tx.members.lock(organization, id)).toEqual(who);
    await tx.replays.use(organization, CONNECTION, `assertion of ${id}`, START + 2 * HOUR);
    if (newcomer) await tx.members.insertIdentity(key);
    else await tx.members.update({ ...who, name: 'signed in' });
    await tx.grants.apply(organization, {
      add: [grant(who, { role: 'org-guest' })],
      remove: [],
      evidence: [],
    });
    if (newcomer)
      await tx.members.recordSignIn(key, { at: START, claimsHash: 'x', claims: '{}', importDone: true });
    await tx.connections.addClaimsSeen(organization, CONNECTION, ['groups', 'email'], START);
    await tx.sessions.insert(session(who, { expiresAt: START + 2 * HOUR }));
    await tx.history.trace(trace(organization, CONNECTION, { at: START + HOUR }));
    await tx.history.append([auditEvent(organization, { member: id })]);
    await tx.changes.touch(organization, [id]);
  };

const lockMember =
  ({ organization, id }: Member): Work =>
  (tx) =>
    tx.members.lock(organization, id);

const rise = async (tx: StoreTransaction, { organization, id }: Member) => {
  const now = await tx.members.lock(organization, id);
  if (now) await tx.members.update({ ...now, name: String(Number(now.name) + 1) });
  await tx.changes.touch(organization, [id]);
};

const both =
  (first: Member, second: Member): Work =>
  async (tx) => {
    await rise(tx, first);
    await new Promise((resolve) => setTimeout(resolve, 50));
    await rise(tx, second);
  };

export function waitingContract(on: Subject): void {
  /** Whether `second` commits while `first` stays open, given time enough for it. */
  async function overtakes(first: Work, second: Work): Promise<boolean> {
    const ended: string[] = [];
    let letEnd!: () => void;
    const held = new Promise<void>((resolve) => (letEnd = resolve));
    let one: Promise<unknown> = Promise.resolve();
    await new Promise<void>((reached, failed) => {
      one = on.write(async (tx) => {
        await first(tx);
        reached();
        await held;
        ended.push('first');
      });
      one.catch(failed);
    });
    const two = on.write(second).then(() => ended.push('second'));
    await Promise.race([two, new Promise((resolve) => setTimeout(resolve, 400))]);
    letEnd();
    await Promise.all([one, two]);
    return ended[0] === 'second';
  }
  const wherePossible = () => on.writers === 'many';

  /** An organization in which sessions and assertions have expired, and a connection has more traces than are kept. */
  async function lived(): Promise<string> {
    const who = await aMember(on);
    const { organization } = who;
    await on.write(async (tx) => {
      await tx.connections.insert(connection(organization, { id: CONNECTION }), {});
      for (let i = 0; i < 3; i++) {
        await tx.sessions.insert(session(who, { expiresAt: START + 1 }));
        await tx.replays.use(organization, CONNECTION, `old ${i}`, START + 1);
      }
      for (let i = 0; i < 51; i++) await tx.history.trace(trace(organization, CONNECTION, { at: START + i }));
    });
    on.now = START + HOUR;
    return organization;
  }

  describe('who waits for whom (S12)', () => {
    it('members do not, whatever their sign-ins write and clear away', async () => {
      const organization = await lived();
      const [one, two] = [await aMember(on, { organization }), await aMember(on, { organization })];
      expect(await overtakes(signIn(one), signIn(two))).toBe(wherePossible());
      const newcomers = [member(organization), member(organization)] as const;
      expect(await overtakes(signIn(newcomers[0], true), signIn(newcomers[1], true))).toBe(wherePossible());
      expect((await on.store.read.sessions.ofMember(organization, two.id)).length).toBe(1);
      expect(await on.store.read.connections.claimsSeen(organization, CONNECTION)).toEqual(
        new Set(['groups', 'email']),
      );
    });

    it('who clears away after the others clears away what they left', async () => {
      const organization = await lived();
      const [one, two] = [await aMember(on, { organization }), await aMember(on, { organization })];
      await overtakes(signIn(one), signIn(two));
      const third = await aMember(on, { organization });
      await on.write(signIn(third));
      expect(await on.store.read.history.traces(organization, CONNECTION, 200)).toHaveLength(50);
      on.now = START;
      const open = await on.write((tx) => tx.sessions.deleteOfConnection(organization, CONNECTION));
      expect(open.map((each) => each.member).toSorted()).toEqual([one.id, two.id, third.id].toSorted());
    });

    it('one member does for themself, and nobody in another organization does', async () => {
      const who = await aMember(on);
      const elsewhere = await aMember(on);
      expect(await overtakes(lockMember(who), lockMember(who))).toBe(false);
      expect(await overtakes(lockMember(who), lockMember(elsewhere))).toBe(wherePossible());
    });

    it('whoever takes a role from its last holder does, for those who take the same one', async () => {
      const organization = await anOrganization(on);
      const lock =
        (role: string, at = organization): Work =>
        (tx) =>
          tx.grants.lockRole(at, role);
      const elsewhere = await anOrganization(on);
      expect(await overtakes(lock('org-admin'), lock('org-admin'))).toBe(false);
      expect(await overtakes(lock('org-admin'), lock('org-owner'))).toBe(wherePossible());
      expect(await overtakes(lock('org-admin'), lock('org-admin', elsewhere))).toBe(wherePossible());
    });

    it('two who move resources do: together they could make a circle', async () => {
      const organization = await anOrganization(on);
      const [a, b] = [resource(organization, 'folder', 'a'), resource(organization, 'folder', 'b')];
      await on.write(async (tx) => {
        await tx.resources.put(a);
        await tx.resources.put(b);
      });
      const under =
        (child: typeof a, parent: typeof a): Work =>
        (tx) =>
          tx.resources.put(resource(organization, child.type, child.id, parent));
      const moves = await Promise.allSettled([on.write(under(a, b)), on.write(under(b, a))]);
      expect(moves.map((move) => move.status).toSorted()).toEqual(['fulfilled', 'rejected']);
    });

    it('users of a directory do not, whoever arrives and goes', async () => {
      const within = await aDirectory(on);
      const { organization, id } = within;
      const there = [await aUser(on, within, 'x'), await aUser(on, within, 'y')] as const;
      const arrive = (name: string): Work => {
        const user = directoryUser(within, name, { attributes: { emails: [{ value: name }] } });
        return async (tx) => {
          await tx.organizations.holdRules(organization);
          await tx.members.insert(member(organization, { id: user.member }));
          await tx.directoryUsers.insert(user);
        };
      };
      const go =
        (user: DirectoryUser): Work =>
        (tx) =>
          tx.directoryUsers.delete(user, START);
      expect(await overtakes(arrive('alice'), arrive('bob'))).toBe(wherePossible());
      expect(await overtakes(go(there[0]), go(there[1]))).toBe(wherePossible());
      expect(await on.store.read.directoryUsers.count(organization, id)).toBe(2);
    });

    it('changes of one group do, of two groups do not', async () => {
      const within = await aDirectory(on);
      const { organization, id } = within;
      const [one, two] = [await aGroup(on, within, 'One'), await aGroup(on, within, 'Two')];
      const [alice, bob] = [await aUser(on, within, 'alice'), await aUser(on, within, 'bob')];
      const add =
        (group: DirectoryGroup, user: DirectoryUser): Work =>
        async (tx) => {
          await tx.directoryGroups.lock(organization, id, group.id);
          await tx.directoryGroups.addMembers(organization, id, group.id, [{ value: user.id }]);
        };
      expect(await overtakes(add(one, alice), add(one, bob))).toBe(false);
      expect(await overtakes(add(one, bob), add(two, alice))).toBe(wherePossible());
    });

    it('S9: whoever holds the rules does for whoever changes them, and then sees what was changed', async () => {
      const organization = await anOrganization(on);
      const before = await on.write((tx) => tx.organizations.holdRules(organization));
      let seen = 0;
      const hold: Work = async (tx) => (seen = await tx.organizations.holdRules(organization));
      const change: Work = (tx) => tx.organizations.lockRules(organization);
      expect(await overtakes(hold, hold)).toBe(wherePossible());
      expect(await overtakes(hold, change)).toBe(false);
      expect(await overtakes(change, hold)).toBe(false);
      expect(seen).toBe(before + 2);
    });

    it('crosswise locks end: one of the two begins again, and both are done once', async () => {
      const one = await aMember(on, { name: '0' });
      const two = await aMember(on, { organization: one.organization, name: '0' });
      const heard: unknown[] = [];
      const stop = on.store.changes.subscribe((change) => heard.push(change.members));
      await Promise.all([on.write(both(one, two)), on.write(both(two, one))]);
      stop();
      const names = await Promise.all(
        [one, two].map(({ organization, id }) => on.store.read.members.get(organization, id)),
      );
      expect(names.map((each) => each?.name)).toEqual(['2', '2']);
      expect(heard).toHaveLength(2);
    });
  });
}
