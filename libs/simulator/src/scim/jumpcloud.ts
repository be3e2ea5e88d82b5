import { objectId } from '../group-id.js';
import type { Dialect, ScimMember } from './dialect.js';
import type { ScimPerson } from './scim-person.js';
import { nameOf } from './scim-person.js';
import { equals, patch, schema } from './scim-request.js';

const values = (members: readonly ScimMember[]) => members.map(({ id }) => ({ value: id }));

const found = (path: string, attribute: string, value: string) => ({
  method: 'GET' as const,
  path: `${path}?filter=${encodeURIComponent(equals(attribute, value))}`,
});

function user(person: ScimPerson): Readonly<Record<string, unknown>> {
  const { department, userName } = person;
  return {
    schemas: [schema.user, schema.enterprise],
    userName,
    externalId: person.externalId,
    name: nameOf(person),
    displayName: person.displayName,
    emails: [{ type: 'work', primary: true, value: userName }],
    active: person.active,
    [schema.enterprise]: department === undefined ? {} : { department },
  };
}

const put = (id: string, person: ScimPerson) => ({
  method: 'PUT' as const,
  path: `/Users/${id}`,
  body: user(person),
});

/** JumpCloud: whole users by PUT, groups that come with their members (test/idps/jumpcloud). */
export const jumpcloud: Dialect = {
  name: 'JumpCloud',
  headers: { 'content-type': 'application/json', accept: 'application/json' },
  keysAreObjectIds: false,
  readsFirst: false,
  createsWithMembers: true,
  findUser: (userName) => found('/Users', 'userName', userName),
  createUser: (person) => ({ method: 'POST', path: '/Users', body: user(person) }),
  updateUser: (id, person) => [put(id, person)],
  // Who is taken out of the integration is `active: false`: test/idps/jumpcloud/user-lifecycle.json.
  removeUser: (id, person) => (person.active ? [put(id, { ...person, active: false })] : []),
  findGroup: (displayName) => found('/Groups', 'displayName', displayName),
  createGroup: (displayName, members) => ({
    method: 'POST',
    path: '/Groups',
    body: {
      schemas: [schema.group],
      displayName,
      externalId: objectId(displayName),
      members: values(members),
    },
  }),
  // Members go by value, as with Entra ID: test/idps/jumpcloud/group-sync.json.
  changeMembers: (id, { add, remove }) => [
    ...(add.length > 0 ? [patch(`/Groups/${id}`, [{ op: 'add', path: 'members', value: values(add) }])] : []),
    ...(remove.length > 0
      ? [patch(`/Groups/${id}`, [{ op: 'remove', path: 'members', value: values(remove) }])]
      : []),
  ],
};
