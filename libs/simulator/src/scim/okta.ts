import { randomBytes } from 'node:crypto';
import type { Dialect, MembersChange, ScimMember } from './dialect.js';
import type { ScimPerson } from './scim-person.js';
import { nameOf } from './scim-person.js';
import { equals, patch, schema } from './scim-request.js';

const values = (members: readonly ScimMember[]) =>
  members.map(({ id, userName }) => ({ value: id, display: userName }));

const found = (path: string, attribute: string, value: string) => ({
  method: 'GET' as const,
  path: `${path}?filter=${encodeURIComponent(equals(attribute, value))}&startIndex=1&count=100`,
});

function profile(person: ScimPerson): Readonly<Record<string, unknown>> {
  const { department, userName } = person;
  return {
    schemas: department === undefined ? [schema.user] : [schema.user, schema.enterprise],
    userName,
    name: nameOf(person),
    emails: [{ primary: true, value: userName, type: 'work' }],
    displayName: person.displayName,
    locale: 'en-US',
    externalId: person.externalId,
    ...(department !== undefined && { [schema.enterprise]: { department } }),
  };
}

/** `active` in a replace without a path: test/idps/okta/deactivate-pathless.json. */
const active = (id: string, value: boolean) =>
  patch(`/Users/${id}`, [{ op: 'replace', value: { active: value } }]);

/** The whole list for a new group, single members afterwards: test/idps/okta/group-push.json. */
function memberOperations({ isNew, add, remove }: MembersChange): readonly object[] {
  if (isNew) return [{ op: 'replace', path: 'members', value: values(add) }];
  const removals = remove.map(({ id }) => ({ op: 'remove', path: `members[${equals('value', id)}]` }));
  return add.length > 0 ? [...removals, { op: 'add', path: 'members', value: values(add) }] : removals;
}

export const okta: Dialect = {
  name: 'Okta',
  headers: {
    'content-type': 'application/scim+json; charset=utf-8',
    accept: 'application/scim+json',
    'user-agent': 'Okta SCIM Client 1.0.0',
  },
  keysAreObjectIds: false,
  readsFirst: true,
  createsWithMembers: false,
  findUser: (userName) => found('/Users', 'userName', userName),
  // With a random password that must not come back: test/idps/okta/create-user.json.
  createUser: (person) => ({
    method: 'POST',
    path: '/Users',
    body: {
      ...profile(person),
      groups: [],
      password: randomBytes(6).toString('base64url'),
      active: person.active,
    },
  }),
  // A profile is read, changed and put back whole: test/idps/okta/update-user-by-put.json.
  updateUser: (id, person, last, current) => {
    const samePerson = JSON.stringify({ ...person, active: last.active }) === JSON.stringify(last);
    if (samePerson) return [active(id, person.active)];
    const { [schema.enterprise]: _department, ...kept } = current ?? {};
    return [
      {
        method: 'PUT',
        path: `/Users/${id}`,
        body: { ...kept, ...profile(person), id, groups: [], active: person.active },
      },
    ];
  },
  // Okta deletes nobody: who leaves is deactivated.
  removeUser: (id, person) => (person.active ? [active(id, false)] : []),
  findGroup: (displayName) => found('/Groups', 'displayName', displayName),
  createGroup: (displayName) => ({
    method: 'POST',
    path: '/Groups',
    body: { schemas: [schema.group], displayName, members: [] },
  }),
  changeMembers: (id, change) => {
    const named = { op: 'replace', value: { id, displayName: change.displayName } };
    const members = patch(`/Groups/${id}`, memberOperations(change));
    return change.isNew ? [members] : [patch(`/Groups/${id}`, [named]), members];
  },
};
