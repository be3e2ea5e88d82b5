import { objectId } from '../group-id.js';
import type { Dialect, ScimMember } from './dialect.js';
import type { ScimPerson } from './scim-person.js';
import { nameOf } from './scim-person.js';
import { equals, patch, schema } from './scim-request.js';

const values = (members: readonly ScimMember[]) => members.map(({ id }) => ({ $ref: null, value: id }));

/** `active` as text: test/idps/entra/patch-active-string.json. */
const active = (person: ScimPerson) => ({
  op: 'Replace',
  path: 'active',
  value: person.active ? 'True' : 'False',
});

const department = `${schema.enterprise}:department`;

/** Path → value; one operation for each that differs: test/idps/entra/update-user-one-by-one.json. */
function attributes(person: ScimPerson): Readonly<Record<string, string | undefined>> {
  return {
    userName: person.userName,
    displayName: person.displayName,
    'emails[type eq "work"].value': person.userName,
    'name.givenName': person.givenName,
    'name.familyName': person.familyName,
    [department]: person.department,
  };
}

function operations(person: ScimPerson, last: ScimPerson): readonly object[] {
  const before = attributes(last);
  const changed = Object.entries(attributes(person))
    .filter(([path, value]) => before[path] !== value)
    .map(([path, value]) => (value === undefined ? { op: 'Remove', path } : { op: 'Replace', path, value }));
  return person.active === last.active ? changed : [...changed, active(person)];
}

/** Microsoft Entra ID, without the feature flag that would bring it closer to RFC 7644. */
export const entra: Dialect = {
  name: 'Entra ID',
  headers: { 'content-type': 'application/scim+json; charset=utf-8', accept: 'application/scim+json' },
  keysAreObjectIds: true,
  readsFirst: false,
  createsWithMembers: false,
  findUser: (userName) => ({
    method: 'GET',
    path: `/Users?filter=${encodeURIComponent(equals('userName', userName))}`,
  }),
  // test/idps/entra/create-user.json
  createUser: (person) => ({
    method: 'POST',
    path: '/Users',
    body: {
      schemas: [schema.user, schema.enterprise],
      externalId: person.externalId,
      userName: person.userName,
      active: person.active,
      emails: [{ primary: true, type: 'work', value: person.userName }],
      meta: { resourceType: 'User' },
      name: { formatted: person.displayName, ...nameOf(person) },
      roles: [],
      ...(person.department !== undefined && { [schema.enterprise]: { department: person.department } }),
    },
  }),
  updateUser: (id, person, last) => [patch(`/Users/${id}`, operations(person, last))],
  // Disabled first, deleted later: test/idps/entra/leave-and-return.json.
  removeUser: (id, person) => [
    ...(person.active ? [patch(`/Users/${id}`, [active({ ...person, active: false })])] : []),
    { method: 'DELETE', path: `/Users/${id}` },
  ],
  findGroup: (displayName) => ({
    method: 'GET',
    path: `/Groups?excludedAttributes=members&filter=${encodeURIComponent(equals('displayName', displayName))}`,
  }),
  // Groups begin empty: test/idps/entra/groups.json.
  createGroup: (displayName) => ({
    method: 'POST',
    path: '/Groups',
    body: {
      schemas: [schema.group, 'http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group'],
      externalId: objectId(displayName),
      displayName,
      meta: { resourceType: 'Group' },
    },
  }),
  changeMembers: (id, { add, remove }) => [
    ...(add.length > 0 ? [patch(`/Groups/${id}`, [{ op: 'Add', path: 'members', value: values(add) }])] : []),
    ...(remove.length > 0
      ? [patch(`/Groups/${id}`, [{ op: 'Remove', path: 'members', value: values(remove) }])]
      : []),
  ],
};
