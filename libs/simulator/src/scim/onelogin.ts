import type { Dialect } from './dialect.js';
import type { ScimPerson } from './scim-person.js';
import { nameOf } from './scim-person.js';
import { equals, patch, schema } from './scim-request.js';

function user(person: ScimPerson): Readonly<Record<string, unknown>> {
  const { department, userName } = person;
  return {
    schemas: department === undefined ? [schema.user] : [schema.user, schema.enterprise],
    userName,
    externalId: person.externalId,
    name: { ...nameOf(person), formatted: person.displayName },
    emails: [{ value: userName, type: 'work', primary: true }],
    active: person.active,
    ...(department !== undefined && { [schema.enterprise]: { department } }),
  };
}

/** OneLogin: users by PUT of what its template names, groups chosen from a list of all (test/idps/onelogin). */
export const onelogin: Dialect = {
  name: 'OneLogin',
  headers: { 'content-type': 'application/json', accept: 'application/json' },
  keysAreObjectIds: false,
  readsFirst: false,
  createsWithMembers: false,
  findUser: (userName) => ({
    method: 'GET',
    path: `/Users?filter=${encodeURIComponent(equals('userName', userName))}`,
  }),
  createUser: (person) => ({ method: 'POST', path: '/Users', body: user(person) }),
  updateUser: (id, person) => [{ method: 'PUT', path: `/Users/${id}`, body: user(person) }],
  removeUser: (id) => [{ method: 'DELETE', path: `/Users/${id}` }],
  // "Refresh entitlements" reads every group: test/idps/onelogin/entitlements.json.
  findGroup: () => ({ method: 'GET', path: '/Groups' }),
  createGroup: (displayName) => ({
    method: 'POST',
    path: '/Groups',
    body: { schemas: [schema.group], displayName },
  }),
  // Members are added in an object without a path.
  changeMembers: (id, { add, remove }) => [
    ...(add.length > 0
      ? [
          patch(`/Groups/${id}`, [
            { op: 'add', value: { members: add.map((member) => ({ value: member.id })) } },
          ]),
        ]
      : []),
    ...(remove.length > 0
      ? [
          patch(
            `/Groups/${id}`,
            remove.map((member) => ({ op: 'remove', path: `members[${equals('value', member.id)}]` })),
          ),
        ]
      : []),
  ],
};
