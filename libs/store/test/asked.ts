import type { DirectoryQuery, UserAttribute } from '../src/ports/directory-query.js';
import type { Store, StoreReader, StoreTransaction } from '../src/ports/store.js';
import { directory, directoryUser } from '../src/contract/directory-specimens.js';
import { identity, member, organization } from '../src/contract/specimens.js';

const page = { limit: 10 };
const later = { limit: 10, after: Buffer.from('[1,"x"]').toString('base64url') };
const resource = { type: 'project', id: 'p' };
export const users = (read: StoreReader, query: Partial<DirectoryQuery<UserAttribute>>) =>
  read.directoryUsers.query('o', 'd', { count: 10, total: false, ...query });
const within = directory('o', { id: 'd' });
const emails = [{ value: 'a@b.test' }];
const aUser = directoryUser(within, 'a', { id: 'a', member: 'm', externalId: 'x', attributes: { emails } });
const is = (attribute: UserAttribute, value = 'x') => ({ op: 'eq', attribute, value }) as const;

/** What a request path or a sync asks about one thing: it must not cost what the organization holds. */
export const asked: Record<string, (read: StoreReader) => Promise<unknown>> = {
  'access.snapshot': (read) => read.access.snapshot('o', 'm'),
  'members.get': (read) => read.members.get('o', 'm'),
  'members.byEmail': (read) => read.members.byEmail('o', 'a@b.test'),
  'members.list': (read) => read.members.list('o', later),
  'members.list by e-mail': (read) => read.members.list('o', { ...page, email: 'a@b.test' }),
  'members.identity': (read) => read.members.identity(identity(member('o'))),
  'members.identities': (read) => read.members.identities('o', 'm'),
  'grants.get': (read) => read.grants.get('o', 'g'),
  'grants.ofMember': (read) => read.grants.ofMember('o', 'm'),
  'grants.ofMembers': (read) => read.grants.ofMembers('o', ['m', 'n']),
  'grants.withEvidenceOf': (read) => read.grants.withEvidenceOf('o', 'm'),
  'grants.bySource': (read) => read.grants.bySource('o', 'sso:c', ['force', 'default']),
  'grants.byRole': (read) => read.grants.byRole('o', 'r'),
  'grants.onResource': (read) => read.grants.onResource('o', 'project', 'p'),
  'grants.otherHolderExists': (read) => read.grants.otherHolderExists('o', 'r', 'm'),
  'resources.get': (read) => read.resources.get('o', resource),
  'resources.children': (read) => read.resources.children('o', resource, 10),
  'resources.path': (read) => read.resources.path('o', resource),
  'resources.existing': (read) => read.resources.existing('o', [resource, { ...resource, id: 'q' }]),
  'mappings.get': (read) => read.mappings.get('o', 'm'),
  'mappings.changedSince': (read) => read.mappings.changedSince('o', 'sso:c', 7),
  'mappings.toRole': (read) => read.mappings.toRole('o', 'r'),
  'sessions.get': (read) => read.sessions.get('o', 's'),
  'sessions.ofMember': (read) => read.sessions.ofMember('o', 'm'),
  'history.auditEvents of a member': (read) => read.history.auditEvents('o', { ...page, member: 'm' }),
  'history.traceByReference': (read) => read.history.traceByReference('o', 'r'),
  'members.byIds': (read) => read.members.byIds('o', ['m', 'n']),
  'members.identitiesWith': (read) => read.members.identitiesWith('o', 'sso:c', 's'),
  'directories.token': (read) => read.directories.token('o', 'd', 'h'),
  'directories.tokens': (read) => read.directories.tokens('o', 'd'),
  'directoryUsers.get': (read) => read.directoryUsers.get('o', 'd', 'u'),
  'directoryUsers.byIds': (read) => read.directoryUsers.byIds('o', 'd', ['u', 'v']),
  'directoryUsers.byKey userName': (read) => read.directoryUsers.byKey('o', 'd', { userName: 'u' }),
  'directoryUsers.byKey externalId': (read) => read.directoryUsers.byKey('o', 'd', { externalId: 'u' }),
  'directoryUsers.ofMember': (read) => read.directoryUsers.ofMember('o', 'm'),
  'directoryUsers.groupsOf': (read) => read.directoryUsers.groupsOf('o', 'd', ['u', 'v']),
  'directoryUsers.tombstones externalId': (read) =>
    read.directoryUsers.tombstones('o', 'd', { externalId: 'u' }),
  'directoryUsers.tombstones userName': (read) => read.directoryUsers.tombstones('o', 'd', { userName: 'u' }),
  'directoryUsers.count': (read) => read.directoryUsers.count('o', 'd'),
  'directoryUsers.query userName eq': (read) => users(read, { filter: is('userName') }),
  'directoryUsers.query externalId eq': (read) => users(read, { filter: is('externalId') }),
  'directoryUsers.query id eq': (read) => users(read, { filter: is('id') }),
  'directoryUsers.query displayName eq': (read) => users(read, { filter: is('displayName') }),
  'directoryUsers.query emails.value eq': (read) => users(read, { filter: is('emails.value') }),
  'directoryUsers.query groups.value eq': (read) => users(read, { filter: is('groups.value') }),
  'directoryUsers.query emails[…]': (read) =>
    users(read, {
      filter: {
        op: 'some',
        of: 'emails',
        filter: { op: 'and', filters: [is('emails.type'), is('emails.value')] },
      },
    }),
  'directoryGroups.get': (read) => read.directoryGroups.get('o', 'd', 'g'),
  'directoryGroups.members': (read) => read.directoryGroups.members('o', 'd', ['g', 'h']),
  'directoryGroups.users': (read) => read.directoryGroups.users('o', 'd', 'g'),
  'directoryGroups.query displayName eq': (read) =>
    read.directoryGroups.query('o', 'd', {
      count: 10,
      total: true,
      filter: { op: 'eq', attribute: 'displayName', value: 'x' },
    }),
  'directoryGroups.query members.value eq': (read) =>
    read.directoryGroups.query('o', 'd', {
      count: 10,
      total: true,
      filter: { op: 'eq', attribute: 'members.value', value: 'x' },
    }),
  'jobs.get': (read) => read.jobs.get('o', 'j'),
  'organizations.ownerOf': (read) => read.organizations.ownerOf('a.test'),
  'serviceKeys.byHash': (read) => read.serviceKeys.byHash('h'),
};

/** What a change of one user or one group writes. */
export const written: Record<string, (tx: StoreTransaction) => Promise<unknown>> = {
  'sessions.deleteOfLogout by name': (tx) =>
    tx.sessions.deleteOfLogout('o', {
      connection: 'c',
      issuer: 'i',
      name: { format: 'f', subject: 's' },
      sessionIndexes: ['1'],
    }),
  'sessions.deleteOfLogout by index': (tx) =>
    tx.sessions.deleteOfLogout('o', { connection: 'c', issuer: 'i', sessionIndexes: ['1', '2'] }),
  'members.lockAll': (tx) => tx.members.lockAll('o', ['m', 'n']),
  'directoryUsers.insert': (tx) => tx.directoryUsers.insert(aUser),
  'directoryUsers.lock': (tx) => tx.directoryUsers.lock('o', 'd', 'u'),
  'directoryUsers.lockAll': (tx) => tx.directoryUsers.lockAll('o', 'd', ['u', 'v']),
  'directoryUsers.update': (tx) => tx.directoryUsers.update({ ...aUser, userName: 'other' }),
  'directoryUsers.delete': (tx) => tx.directoryUsers.delete(aUser, 1),
  'directoryUsers.setTookOver': (tx) => tx.directoryUsers.setTookOver('o', 'd', ['u'], 1),
  'directoryUsers.liftTombstones': (tx) => tx.directoryUsers.liftTombstones('o', 'm'),
  'directoryGroups.lock': (tx) => tx.directoryGroups.lock('o', 'd', 'g'),
  'directoryGroups.addMembers': (tx) => tx.directoryGroups.addMembers('o', 'd', 'g', [{ value: 'x' }]),
  'directoryGroups.removeMembers': (tx) => tx.directoryGroups.removeMembers('o', 'd', 'g', ['x']),
  'directoryGroups.replaceMembers': (tx) => tx.directoryGroups.replaceMembers('o', 'd', 'g', []),
  'directoryGroups.delete': (tx) => tx.directoryGroups.delete('o', 'd', 'g'),
};

/** What a page asks, in an order of its own: it is read along an index, and never put in order. */
export const ordered: readonly UserAttribute[] = [
  ...([
    'id',
    'externalId',
    'userName',
    'active',
    'displayName',
    'name.familyName',
    'name.givenName',
  ] as const),
  ...([
    'title',
    'department',
    'employeeNumber',
    'emails.value',
    'meta.created',
    'meta.lastModified',
  ] as const),
];

/** Rows for what is written to meet. */
export async function fill(store: Store): Promise<void> {
  await store.transaction(async (tx) => {
    await tx.organizations.insert(organization({ id: 'o' }));
    await tx.members.insert(member('o', { id: 'm' }));
    await tx.directories.insert(within);
    await tx.directoryUsers.insert({ ...aUser, id: 'there', userName: 'there' });
    await tx.directoryUsers.insert({ ...aUser, userName: 'u', id: 'u' });
  });
}
