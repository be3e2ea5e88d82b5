import { readClaim, type Claims } from '@idp-roles/mapping';
import { expect, it } from 'vitest';
import { directoryClaims } from '../src/directory-claims.js';
import { addressOf, nameOf } from '../src/directory-person.js';

const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const custom = 'urn:acme:scim:1.0:User';

const claims = (attributes: Record<string, unknown>, groups: Parameters<typeof directoryClaims>[1] = []) =>
  directoryClaims({ attributes, userName: 'alice', active: true }, groups);
const values = (of: Claims, name: string) => readClaim(of, name).values;

it('M2: groups are display names, groups.id SCIM ids, groups.externalId the keys of the IdP', () => {
  const groups = [
    { id: 'grp_1', displayName: 'Engineering', externalId: 'k1' },
    { id: 'grp_2', displayName: 'Sales' },
  ];
  const of = claims({ groups: [{ value: 'Owners' }] }, groups);
  expect(values(of, 'groups')).toEqual(['Engineering', 'Sales']);
  expect(values(of, 'groups.id')).toEqual(['grp_1', 'grp_2']);
  expect(values(of, 'groups.externalId')).toEqual(['k1']);
});

it('M2, M9: who is in no group has an empty groups claim, not an absent one', () => {
  const of = claims({});
  expect(of.byName.get('groups')).toEqual({ name: 'groups', value: [] });
  expect(of.incomplete.size).toBe(0);
});

it('M2: email is the primary, else the first work address, else the first', () => {
  const home = { value: 'a@home.test', type: 'home' };
  const work = { value: 'a@work.test', type: 'Work' };
  const primary = { value: 'a@first.test', primary: true };
  for (const [emails, expected] of [
    [[home, work, primary], 'a@first.test'],
    [[home, work], 'a@work.test'],
    [[home], 'a@home.test'],
    [[{ type: 'work' }, { value: ' ', primary: true }, home], 'a@home.test'],
  ] as const) {
    expect(values(claims({ emails }), 'email')).toEqual([expected]);
    expect(addressOf({ emails })).toBe(expected);
  }
  expect(claims({ emails: 'x' }).byName.has('email')).toBe(false);
  expect(claims({ email: 'x@plain.test' }).byName.has('email')).toBe(false);
  expect(addressOf({ emails: [{ value: 'nobody' }] })).toBeUndefined();
  expect(addressOf({ emails: [{ value: 'a@b@c.test' }] })).toBeUndefined();
});

it('M2: core attributes by name, sub-attributes with a dot, multi-valued ones by their values', () => {
  const of = claims({
    title: 'Engineer',
    name: { familyName: 'Liddell', givenName: 'Alice' },
    displayName: 'Alice L',
    emails: [{ value: 'a@one.test', type: 'work' }, { value: 'b@one.test' }],
    roles: [{ value: 'dev' }, { value: 'ops', display: 'Operations' }],
    entitlements: ['plain'],
    active: 'lies',
    userName: 'lies',
  });
  expect(values(of, 'title')).toEqual(['Engineer']);
  expect(values(of, 'name.familyName')).toEqual(['Liddell']);
  expect(values(of, 'name')).toEqual(['Alice L']);
  expect(values(of, 'emails')).toEqual(['a@one.test', 'b@one.test']);
  expect(values(of, 'emails.value')).toEqual(['a@one.test', 'b@one.test']);
  expect(values(of, 'emails.type')).toEqual(['work']);
  expect(values(of, 'roles')).toEqual(['dev', 'ops']);
  expect(values(of, 'entitlements')).toEqual(['plain']);
  expect(values(of, 'active')).toEqual(['true']);
  expect(values(of, 'userName')).toEqual(['alice']);
});

it('M2: extensions under their URN and by short name; none takes the name of a core attribute, of another extension or of email', () => {
  const of = claims({
    [custom]: {
      department: 'Shadow',
      costCentre: '7',
      title: 'Shadow',
      groups: ['Shadow'],
      email: 'shadow@evil.test',
      __proto__x: 'y',
    },
    [enterprise]: { department: 'R&D', manager: { value: 'usr_9', displayName: 'Bob' } },
  });
  expect(values(of, 'department')).toEqual(['R&D']);
  expect(values(of, `${enterprise}:department`)).toEqual(['R&D']);
  expect(values(of, `${custom}:department`)).toEqual(['Shadow']);
  expect(values(of, 'costCentre')).toEqual(['7']);
  expect(values(of, 'manager')).toEqual(['usr_9']);
  expect(values(of, 'manager.displayName')).toEqual(['Bob']);
  expect(values(of, `${enterprise}:manager`)).toEqual(['usr_9']);
  expect(of.byName.has('title')).toBe(false);
  expect(of.byName.has('email')).toBe(false);
  expect(values(of, 'groups')).toEqual([]);
});

it('a member is called displayName, else name.formatted, else given and family name', () => {
  const name = { formatted: 'Dr Alice', givenName: 'Alice', familyName: 'Liddell' };
  expect(nameOf({ displayName: 'Al', name })).toBe('Al');
  expect(nameOf({ displayName: ' ', name })).toBe('Dr Alice');
  expect(nameOf({ name: { ...name, formatted: undefined } })).toBe('Alice Liddell');
  expect(nameOf({ name: { givenName: 'Alice' } })).toBe('Alice');
  expect(nameOf({ name: 'Alice' })).toBeUndefined();
});
