import { describe, expect, it } from 'vitest';
import { readUser, replaceUser, uris } from '../src/index.js';
import { enterprise } from './patch-op.js';
import { refusal } from './refusal.js';

const custom = 'urn:ietf:params:scim:schemas:extension:acme:2.0:User';

describe('the body of a user', () => {
  it('is kept as the schemas have it: letter case, order, types', () => {
    const attributes = readUser({
      [enterprise.toUpperCase()]: { Department: 'Tools', MANAGER: { value: 'm1', displayName: 'Boss' } },
      NAME: { GivenName: 'Alice' },
      EMAILS: [{ VALUE: 'a@acme.test', Type: 'work', PRIMARY: 'True' }],
      username: 'alice',
      schemas: [uris.user],
    });
    expect(JSON.stringify(attributes)).toBe(
      JSON.stringify({
        userName: 'alice',
        name: { givenName: 'Alice' },
        active: true,
        emails: [{ value: 'a@acme.test', type: 'work', primary: true }],
        [enterprise]: { department: 'Tools', manager: { value: 'm1' } },
      }),
    );
  });

  it('leaves aside what is read-only, unknown, null or nothing, and the password', () => {
    expect(
      readUser({
        id: 'x',
        meta: { version: 'W/"9"' },
        groups: [{ value: 'g' }],
        userName: 'alice',
        password: 's3cret',
        nosuch: { deep: [1] },
        name: { nosuch: 1, givenName: null },
        title: null,
        emails: [],
        phoneNumbers: [{ type: 'work', value: '' }, { type: 'mobile' }, null],
        externalId: '',
        [enterprise]: {},
      }),
    ).toEqual({ userName: 'alice', active: true });
  });

  it('keeps extensions of schemas that only the customer knows', () => {
    const data = { clearance: 'high', sites: ['a', { id: 1 }], constructor: 'c' };
    const sent = JSON.parse(
      JSON.stringify({ userName: 'a', [custom]: data }).replace(
        '"clearance"',
        '"__proto__":{"x":1},"clearance"',
      ),
    ) as unknown;
    const read = readUser(sent)[custom];
    expect(read).toEqual(data);
    expect(Object.keys(read as object)).not.toContain('__proto__');
    expect(Object.getPrototypeOf(read)).toBe(Object.prototype);
  });

  it('does not take what is no extension for one', () => {
    const attributes = readUser({
      userName: 'a',
      'urn:ietf:params:scim:schemas:core:2.0:Group': { displayName: 'x' },
      'urn:ietf:params:scim:api:messages:2.0:PatchOp': { Operations: [] },
      'urn:x y:User': { a: 1 },
      [custom]: 'text',
    });
    expect(attributes).toEqual({ userName: 'a', active: true });
  });

  it.each<[string, unknown, string]>([
    ['no object', [], 'body'],
    ['null', null, 'body'],
    ['another schema', { schemas: [uris.group], userName: 'a' }, 'schemas'],
    ['no schemas in schemas', { schemas: [], userName: 'a' }, 'schemas'],
    ['schemas of numbers', { schemas: [1], userName: 'a' }, 'schemas'],
    ['no userName', { schemas: [uris.user] }, 'userName'],
    ['an empty userName', { userName: ' ' }, 'userName'],
    ['a userName of another type', { userName: 5 }, '`userName`'],
    ['a userName twice', { userName: 'a', USERNAME: 'b' }, 'twice'],
    ['a long userName', { userName: 'x'.repeat(1025) }, '`userName`'],
    ['a NUL', { userName: 'a\0' }, '`userName`'],
    ['half a surrogate pair', { userName: 'a', title: '\ud800' }, '`title`'],
    ['active that is no boolean', { userName: 'a', active: 'yes' }, '`active`'],
    ['active as a number', { userName: 'a', active: 0 }, '`active`'],
    ['a name that is a text', { userName: 'a', name: 'Alice' }, '`name`'],
    ['a part of a name that is an object', { userName: 'a', name: { givenName: {} } }, '`name.givenName`'],
    ['emails of texts', { userName: 'a', emails: ['a@acme.test'] }, '`emails[0]`'],
    ['an e-mail of another type', { userName: 'a', emails: [{ value: 1 }] }, '`emails[0].value`'],
    [
      'two primary e-mails',
      {
        userName: 'a',
        emails: [
          { value: 'a', primary: true },
          { value: 'b', primary: true },
        ],
      },
      '`emails`',
    ],
    [
      '101 e-mails',
      { userName: 'a', emails: Array.from({ length: 101 }, (_, at) => ({ value: `${at}` })) },
      '`emails`',
    ],
    ['a department that is a list', { userName: 'a', [enterprise]: { department: ['x'] } }, ':department`'],
    ['an enterprise extension that is a text', { userName: 'a', [enterprise]: 'x' }, 'enterprise'],
    ['a deep extension', { userName: 'a', [custom]: { a: { b: { c: { d: { e: 1 } } } } } }, 'deep'],
    ['a wide extension', { userName: 'a', [custom]: { a: Array.from({ length: 501 }, () => 1) } }, '500'],
    [
      'eleven extensions',
      {
        userName: 'a',
        ...Object.fromEntries(Array.from({ length: 11 }, (_, at) => [`urn:x:${at}:User`, { a: 1 }])),
      },
      'extensions',
    ],
  ])('%s is refused by its name', (_, body, named) => {
    const error = refusal(() => readUser(body));
    expect(error?.status).toBe(400);
    expect(error?.scimType).toMatch(/^invalid(Value|Syntax)$/);
    expect(error?.detail).toContain(named);
  });
});

describe('PUT', () => {
  it('takes away what it leaves out', () => {
    const current = readUser({
      userName: 'a',
      title: 'x',
      externalId: 'e',
      [enterprise]: { department: 'd' },
    });
    expect(replaceUser({ userName: 'b' })(current)).toEqual({ userName: 'b', active: true });
  });

  it('S8: lets nobody in again by leaving `active` out', () => {
    expect(replaceUser({ userName: 'a' })({ userName: 'a', active: false }).active).toBe(false);
    expect(replaceUser({ userName: 'a', active: null })({ userName: 'a', active: false }).active).toBe(false);
    expect(replaceUser({ userName: 'a', active: true })({ userName: 'a', active: false }).active).toBe(true);
  });

  it('is refused before a user is seen', () => {
    expect(refusal(() => replaceUser({ userName: 'a', active: 'no' }))).toMatchObject({ status: 400 });
  });
});
