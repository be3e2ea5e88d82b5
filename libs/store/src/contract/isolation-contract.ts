import { describe, expect, it } from 'vitest';
import type { StoreReader, StoreTransaction } from '../ports/store.js';
import { directory, directoryGroup, directoryToken, directoryUser, job } from './directory-specimens.js';
import {
  anOrganization,
  auditEvent,
  connection,
  grant,
  identity,
  member,
  organization,
  resource,
  role,
  roleMapping,
  session,
  trace,
} from './specimens.js';
import { START, type Subject } from './subject.js';

const MEMBER = 'mem_same';
const CONNECTION = 'con_same';
const DIRECTORY = 'dir_same';
const USER = 'usr_same';
const GROUP = 'grp_same';
const WORKSPACE = { type: 'workspace', id: 'same' };
const evidence = [{ mapping: 'map_same', claim: 'c', value: 'v', name: 'c', via: 'name' as const }];

/** Everything an organization can hold, under ids that every organization of this suite uses; `name` alone tells them apart. */
async function fill(tx: StoreTransaction, on: string, name: string): Promise<void> {
  const who = member(on, { id: MEMBER, email: 'same@acme.test', name });
  await tx.members.insert(who);
  await tx.members.insertIdentity(identity(who));
  await tx.members.recordSignIn(identity(who), {
    at: START,
    claimsHash: name,
    claims: name,
    importDone: true,
  });
  await tx.connections.insert(connection(on, { id: CONNECTION, name }), { secret: name });
  await tx.connections.addClaimsSeen(on, CONNECTION, [name], START);
  await tx.mappings.insert(roleMapping(on, { id: 'map_same', note: name }));
  await tx.roles.insert(role(on, { id: 'rol_same', slug: 'custom-same', name }));
  await tx.resources.put({ ...resource(on, WORKSPACE.type, WORKSPACE.id), name });
  await tx.grants.apply(on, {
    add: [grant(who, { id: 'gra_same', role: name, evidence })],
    remove: [],
    evidence: [],
  });
  const within = directory(on, {
    id: DIRECTORY,
    name,
    link: { claim: 'subject', attribute: 'userName', since: 5 },
  });
  await tx.directories.insert(within);
  await tx.directories.insertToken(
    directoryToken(within, { id: 'tok_same', hash: 'same', createdAt: START }),
  );
  const emails = [{ value: `${name}@acme.test` }];
  const user = directoryUser(within, 'same', {
    id: USER,
    member: MEMBER,
    attributes: { emails, title: name },
  });
  const former = directoryUser(within, 'former', { id: 'usr_former', member: MEMBER, externalId: name });
  await tx.directoryUsers.insert(former);
  await tx.directoryUsers.delete(former, START);
  await tx.directoryUsers.insert(user);
  await tx.directoryGroups.insert(directoryGroup(within, name, { id: GROUP }));
  const named = [{ value: USER }, { value: 'later', display: name }];
  await tx.directoryGroups.addMembers(on, DIRECTORY, GROUP, named);
  await tx.jobs.insert(job(on, { id: 'job_same', problem: name, state: 'done' }));
  await tx.sessions.insert(session(who, { id: 'same', subject: name }));
  await tx.history.append([auditEvent(on, { id: 'aud_same', member: MEMBER, action: name })]);
  await tx.history.trace(trace(on, CONNECTION, { id: 'tra_same', reference: 'same', code: name }));
  await tx.organizations.setDomains(on, [{ organization: on, domain: `${name}.test`, provenAt: START }]);
  await tx.changes.touch(on, [MEMBER]);
}

/** All that the readers say of an organization. */
async function everything(read: StoreReader, on: string) {
  const page = { limit: 100 };
  const key = identity(member(on, { id: MEMBER }));
  return {
    members: [
      await read.members.get(on, MEMBER),
      await read.members.byEmail(on, 'same@acme.test'),
      await read.members.list(on, page),
      await read.members.identity(key),
      await read.members.identities(on, MEMBER),
      await read.members.hasIdentityFrom(on, key.source),
      await read.members.lastClaims(key),
    ],
    connections: [
      await read.connections.get(on, CONNECTION),
      await read.connections.list(on, page),
      await read.connections.all(on),
      await read.connections.secrets(on, CONNECTION),
      [...(await read.connections.claimsSeen(on, CONNECTION))],
    ],
    mappings: [
      await read.mappings.get(on, 'map_same'),
      await read.mappings.list(on, page),
      await read.mappings.toRole(on, 'org-member'),
      await read.mappings.changedSince(on, 'sso:con_1', 0),
    ],
    roles: [
      await read.roles.get(on, 'rol_same'),
      await read.roles.bySlug(on, 'custom-same'),
      await read.roles.all(on),
    ],
    resources: [
      await read.resources.get(on, WORKSPACE),
      await read.resources.list(on, page),
      [...(await read.resources.existing(on, [WORKSPACE]))],
      await read.resources.path(on, WORKSPACE),
    ],
    grants: [
      await read.grants.get(on, 'gra_same'),
      await read.grants.ofMember(on, MEMBER),
      await read.grants.withEvidenceOf(on, 'map_same'),
      await read.grants.bySource(on, 'api', ['api']),
    ],
    directories: [
      await read.directories.get(on, DIRECTORY),
      await read.directories.list(on, page),
      await read.directories.all(on),
      await read.directories.linking(on),
      await read.directories.token(on, DIRECTORY, 'same'),
      await read.directories.tokens(on, DIRECTORY),
    ],
    directoryUsers: [
      await read.directoryUsers.get(on, DIRECTORY, USER),
      await read.directoryUsers.byKey(on, DIRECTORY, { userName: 'same' }),
      await read.directoryUsers.byIds(on, DIRECTORY, [USER]),
      await read.directoryUsers.ofMember(on, MEMBER),
      await read.directoryUsers.after(on, DIRECTORY, undefined, 9),
      await read.directoryUsers.count(on, DIRECTORY),
      [...(await read.directoryUsers.groupsOf(on, DIRECTORY, [USER]))],
      await read.directoryUsers.tombstones(on, DIRECTORY, { userName: 'former' }),
      await read.directoryUsers.query(on, DIRECTORY, {
        count: 9,
        total: true,
        filter: { op: 'co', attribute: 'emails.value', value: '@acme.test' },
      }),
    ],
    directoryGroups: [
      await read.directoryGroups.get(on, DIRECTORY, GROUP),
      [...(await read.directoryGroups.members(on, DIRECTORY, [GROUP]))],
      await read.directoryGroups.users(on, DIRECTORY, GROUP),
      await read.directoryGroups.query(on, DIRECTORY, {
        count: 9,
        total: true,
        filter: { op: 'eq', attribute: 'members.value', value: USER },
      }),
    ],
    jobs: [await read.jobs.get(on, 'job_same'), await read.jobs.list(on, page)],
    sessions: [await read.sessions.get(on, 'same'), await read.sessions.ofMember(on, MEMBER)],
    history: [
      await read.history.auditEvents(on, page),
      await read.history.traces(on, CONNECTION, 9),
      await read.history.traceByReference(on, 'same'),
    ],
    domains: await read.organizations.domains(on),
    access: await read.access.snapshot(on, MEMBER),
  };
}

const names = () => {
  const unique = Math.random().toString(36).slice(2);
  return [`one-${unique}`, `two-${unique}`] as const;
};

export function isolationContract(on: Subject): void {
  describe('organizations apart', () => {
    it('D2: the same ids in two organizations never mix', async () => {
      const [one, two] = [await anOrganization(on), await anOrganization(on)];
      const [nameOne, nameTwo] = names();
      await on.write((tx) => fill(tx, one, nameOne));
      const before = await everything(on.store.read, one);
      await on.write((tx) => fill(tx, two, nameTwo));
      expect(await everything(on.store.read, one)).toEqual(before);
      const seen = JSON.stringify(await everything(on.store.read, two));
      expect(seen).toContain(nameTwo);
      expect(seen).not.toContain(nameOne);
      expect(seen).not.toContain(one);
    });

    it('D2: writing in one leaves the other as it was', async () => {
      const [one, two] = [await anOrganization(on), await anOrganization(on)];
      const [nameOne, nameTwo] = names();
      await on.write(async (tx) => {
        await fill(tx, one, nameOne);
        await fill(tx, two, nameTwo);
      });
      const before = await everything(on.store.read, two);
      await on.write(async (tx) => {
        await tx.members.update(member(one, { id: MEMBER, name: 'changed', sessionsValidFrom: 99 }));
        await tx.members.recordSignIn(identity(member(one)), {
          at: 1,
          claimsHash: 'changed',
          importDone: false,
        });
        await tx.connections.update(connection(one, { id: CONNECTION, name: 'changed' }), {});
        await tx.connections.delete(one, CONNECTION);
        await tx.mappings.update(roleMapping(one, { id: 'map_same', note: 'changed' }));
        await tx.mappings.delete(one, 'map_same');
        await tx.roles.update(role(one, { id: 'rol_same', name: 'changed' }));
        await tx.roles.delete(one, 'rol_same');
        await tx.resources.delete(one, WORKSPACE);
        await tx.grants.apply(one, { add: [], remove: [], evidence: [{ grant: 'gra_same', evidence: [] }] });
        await tx.grants.apply(one, { add: [], remove: ['gra_same'], evidence: [] });
        const within = directory(one, { id: DIRECTORY, name: 'changed' });
        const user = directoryUser(within, 'changed', { id: USER, member: MEMBER });
        await tx.jobs.update(job(one, { id: 'job_same', problem: 'changed', state: 'done' }));
        await tx.directories.update(within);
        await tx.directories.tokenUsed(one, DIRECTORY, 'tok_same', 99);
        await tx.directoryUsers.update(user);
        await tx.directoryUsers.setTookOver(one, DIRECTORY, 'all', 99);
        await tx.directoryUsers.setTookOver(one, DIRECTORY, [USER], 98);
        await tx.directoryGroups.update(directoryGroup(within, 'changed', { id: GROUP }));
        await tx.directoryGroups.addMembers(one, DIRECTORY, GROUP, [{ value: 'changed' }]);
        await tx.directoryGroups.removeMembers(one, DIRECTORY, GROUP, ['later']);
        await tx.directoryGroups.replaceMembers(one, DIRECTORY, GROUP, []);
        await tx.directoryGroups.delete(one, DIRECTORY, GROUP);
        await tx.directoryUsers.delete(user, 99);
        await tx.directoryUsers.liftTombstones(one, MEMBER);
        await tx.directories.deleteToken(one, DIRECTORY, 'tok_same');
        await tx.directories.delete(one, DIRECTORY);
        await tx.sessions.deleteOfConnection(one, 'con_1');
        await tx.sessions.deleteOfMember(one, MEMBER);
        await tx.sessions.delete(one, ['same']);
        await tx.organizations.setDomains(one, []);
        await tx.changes.touch(one, 'all');
      });
      expect(await everything(on.store.read, two)).toEqual(before);
    });

    it('an organization that goes leaves nothing, not even for one of the same id', async () => {
      const [gone, other] = [organization(), await anOrganization(on)];
      const [nameOne, nameTwo] = names();
      await on.write((tx) => tx.organizations.insert(gone));
      const empty = await everything(on.store.read, gone.id);
      await on.write(async (tx) => {
        await fill(tx, gone.id, nameOne);
        await fill(tx, other, nameTwo);
        await tx.replays.use(gone.id, CONNECTION, '_a', START + 99);
        await tx.resources.put(
          resource(gone.id, 'project', 'p', resource(gone.id, WORKSPACE.type, WORKSPACE.id)),
        );
      });
      const before = await everything(on.store.read, other);
      await on.write((tx) => tx.organizations.delete(gone.id));
      expect(await on.store.read.organizations.get(gone.id)).toBeUndefined();
      expect(await everything(on.store.read, gone.id)).toEqual(empty);
      await on.write((tx) => tx.organizations.insert(gone));
      expect(await everything(on.store.read, gone.id)).toEqual(empty);
      expect(await on.write((tx) => tx.replays.use(gone.id, CONNECTION, '_a', START + 99))).toBe(true);
      expect(await everything(on.store.read, other)).toEqual(before);
    });
  });
}
