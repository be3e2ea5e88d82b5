import { beforeAll, describe, expect, it } from 'vitest';
import { ENTERPRISE, ERROR, must, PATCH, USER, type Json, type ScimClient } from './scim-client.js';
import { onEachStore } from './scim-host.js';

const work = { value: 'alice@acme.test', type: 'work', primary: true };
const home = { value: 'alice@home.test', type: 'home' };
const before = {
  title: 'Engineer',
  name: { givenName: 'Alice', familyName: 'Ames' },
  emails: [work, home],
  [ENTERPRISE]: { department: 'Engineering', employeeNumber: '701' },
};
type Case = readonly [name: string, operations: readonly Json[], expected: Json];

onEachStore('RFC 7644, section 3.5.2: PATCH of users', (host) => {
  let scim: ScimClient;
  let made: string;
  beforeAll(async () => {
    ({ scim } = await host().directory());
    made = (await scim.user('alice'))['id'] as string;
  });
  /** As before, whatever the last test left. */
  const alice = async () =>
    must(await scim.put(`/Users/${made}`, { schemas: [USER], userName: 'alice', ...before }), 200);

  async function patched(operations: readonly Json[]): Promise<Json> {
    const { id } = await alice();
    must(await scim.patch(`/Users/${id}`, operations), 200, 204);
    return scim.read(`/Users/${id}`);
  }

  const expectChanged = async (operations: readonly Json[], expected: Json) => {
    const now = await patched(operations);
    const relevant = { ...before, ...expected } as Json;
    for (const [attribute, value] of Object.entries(relevant)) {
      if (value === undefined) expect(now).not.toHaveProperty([attribute]);
      else expect({ [attribute]: now[attribute] }).toEqual({ [attribute]: value });
    }
  };

  describe('3.5.2.1: add', () => {
    it.each<Case>([
      ['a new attribute', [{ op: 'add', path: 'nickName', value: 'Al' }], { nickName: 'Al' }],
      ['to an attribute that is there', [{ op: 'add', path: 'title', value: 'Lead' }], { title: 'Lead' }],
      [
        'a sub-attribute',
        [{ op: 'add', path: 'name.middleName', value: 'B' }],
        { name: { ...before.name, middleName: 'B' } },
      ],
      [
        'to a complex attribute, which is completed',
        [{ op: 'add', path: 'name', value: { middleName: 'B' } }],
        { name: { ...before.name, middleName: 'B' } },
      ],
      [
        'a value to many',
        [{ op: 'add', path: 'emails', value: [{ value: 'x@acme.test', type: 'other' }] }],
        { emails: [work, home, { value: 'x@acme.test', type: 'other' }] },
      ],
      [
        'one value that is no list to many',
        [{ op: 'add', path: 'emails', value: { value: 'x@acme.test', type: 'other' } }],
        { emails: [work, home, { value: 'x@acme.test', type: 'other' }] },
      ],
      ['a value that is there: once', [{ op: 'add', path: 'emails', value: [home] }], {}],
      [
        'without a path',
        [{ op: 'add', value: { nickName: 'Al', emails: [{ value: 'x@acme.test', type: 'other' }] } }],
        { nickName: 'Al', emails: [work, home, { value: 'x@acme.test', type: 'other' }] },
      ],
      [
        'an attribute of the extension',
        [{ op: 'add', path: `${ENTERPRISE}:division`, value: 'North' }],
        { [ENTERPRISE]: { ...before[ENTERPRISE], division: 'North' } },
      ],
      [
        'the extension itself, without a path',
        [{ op: 'add', value: { [ENTERPRISE]: { division: 'North' } } }],
        { [ENTERPRISE]: { ...before[ENTERPRISE], division: 'North' } },
      ],
      [
        'to what a filter finds',
        [{ op: 'add', path: 'emails[type eq "home"].display', value: 'Home' }],
        { emails: [work, { ...home, display: 'Home' }] },
      ],
    ])('%s', async (_, operations, expected) => {
      await expectChanged(operations, expected);
    });
  });

  describe('3.5.2.2: remove', () => {
    it.each<Case>([
      ['a single value', [{ op: 'remove', path: 'title' }], { title: undefined }],
      ['a sub-attribute', [{ op: 'remove', path: 'name.givenName' }], { name: { familyName: 'Ames' } }],
      ['all of many', [{ op: 'remove', path: 'emails' }], { emails: undefined }],
      ['what a filter finds', [{ op: 'remove', path: 'emails[type eq "home"]' }], { emails: [work] }],
      [
        'all that a filter finds',
        [{ op: 'remove', path: 'emails[value co "alice" and not (type eq "work")]' }],
        { emails: [work] },
      ],
      [
        'the last of many: there is no such attribute then',
        [{ op: 'remove', path: 'emails[value co "alice"]' }],
        { emails: undefined },
      ],
      [
        'a sub-attribute of what a filter finds',
        [{ op: 'remove', path: 'emails[type eq "work"].primary' }],
        { emails: [{ value: work.value, type: 'work' }, home] },
      ],
      [
        'an attribute of the extension',
        [{ op: 'remove', path: `${ENTERPRISE}:department` }],
        { [ENTERPRISE]: { employeeNumber: '701' } },
      ],
      ['what is not there', [{ op: 'remove', path: 'nickName' }], {}],
    ])('%s', async (_, operations, expected) => {
      await expectChanged(operations, expected);
    });
  });

  describe('3.5.2.3: replace', () => {
    it.each<Case>([
      ['a single value', [{ op: 'replace', path: 'title', value: 'Lead' }], { title: 'Lead' }],
      ['what is not there, as add', [{ op: 'replace', path: 'nickName', value: 'Al' }], { nickName: 'Al' }],
      [
        'a sub-attribute',
        [{ op: 'replace', path: 'name.familyName', value: 'Baker' }],
        { name: { givenName: 'Alice', familyName: 'Baker' } },
      ],
      [
        'the sub-attributes of a complex attribute that are named',
        [{ op: 'replace', path: 'name', value: { familyName: 'Baker' } }],
        { name: { givenName: 'Alice', familyName: 'Baker' } },
      ],
      ['all of many', [{ op: 'replace', path: 'emails', value: [home] }], { emails: [home] }],
      ['all of many by none', [{ op: 'replace', path: 'emails', value: [] }], { emails: undefined }],
      [
        'what a filter finds',
        [{ op: 'replace', path: 'emails[type eq "home"]', value: { value: 'b@home.test', type: 'home' } }],
        { emails: [work, { value: 'b@home.test', type: 'home' }] },
      ],
      [
        'a sub-attribute of what a filter finds',
        [{ op: 'replace', path: 'emails[type eq "work"].value', value: 'b@acme.test' }],
        { emails: [{ ...work, value: 'b@acme.test' }, home] },
      ],
      [
        'without a path',
        [{ op: 'replace', value: { title: 'Lead', nickName: 'Al', emails: [home] } }],
        { title: 'Lead', nickName: 'Al', emails: [home] },
      ],
      ['with a null, as remove', [{ op: 'replace', path: 'title', value: null }], { title: undefined }],
      [
        'an attribute of the extension',
        [{ op: 'replace', path: `${ENTERPRISE}:department`, value: 'Sales' }],
        { [ENTERPRISE]: { ...before[ENTERPRISE], department: 'Sales' } },
      ],
    ])('%s', async (_, operations, expected) => {
      await expectChanged(operations, expected);
    });

    it('a filter that finds nothing is 400 noTarget', async () => {
      const { id } = await alice();
      const path = 'emails[type eq "fax"]';
      const answer = await scim.patch(`/Users/${id}`, [
        { op: 'replace', path, value: { value: 'x@acme.test' } },
      ]);
      expect([answer.status, answer.body['scimType']]).toEqual([400, 'noTarget']);
    });
  });

  it('operations are applied in their order', async () => {
    await expectChanged(
      [
        { op: 'replace', path: 'title', value: 'one' },
        { op: 'remove', path: 'title' },
        { op: 'add', path: 'title', value: 'three' },
        { op: 'replace', path: 'emails', value: [] },
        { op: 'add', path: 'emails', value: [home] },
      ],
      { title: 'three', emails: [home] },
    );
  });

  it('names of operations and attributes are read in any case', async () => {
    await expectChanged(
      [
        { op: 'Replace', path: 'TITLE', value: 'Lead' },
        { op: 'ADD', path: 'Name.MiddleName', value: 'B' },
        { op: 'Remove', path: 'EMAILS[TYPE EQ "home"]' },
      ],
      { title: 'Lead', name: { ...before.name, middleName: 'B' }, emails: [work] },
    );
  });

  it('3.5.2: 200 with the resource where attributes are asked for, else that or 204', async () => {
    const { id } = await alice();
    const plain = await scim.patch(`/Users/${id}`, [{ op: 'replace', path: 'title', value: 'a' }]);
    expect([200, 204]).toContain(plain.status);
    if (plain.status === 200) expect(plain.body).toMatchObject({ id, title: 'a' });
    else expect(plain.text).toBe('');
    expect(plain.headers.get('etag')).toBe((await scim.read(`/Users/${id}`))['meta'].version);
    const asked = await scim.patch(`/Users/${id}?attributes=title`, [
      { op: 'replace', path: 'title', value: 'b' },
    ]);
    expect([asked.status, asked.body['title']]).toEqual([200, 'b']);
  });

  it('3.5.2: what changes nothing leaves version and instant', async () => {
    const { id } = await alice();
    const { meta } = await scim.read(`/Users/${id}`);
    for (const operation of [
      { op: 'add', path: 'title', value: before.title },
      { op: 'replace', path: 'emails[type eq "work"].value', value: work.value },
      { op: 'remove', path: 'nickName' },
      { op: 'replace', value: { active: true } },
    ]) {
      must(await scim.patch(`/Users/${id}`, [operation]), 200, 204);
      expect((await scim.read(`/Users/${id}`))['meta']).toEqual(meta);
    }
  });

  it.each<readonly [string, Json]>([
    ['set', { op: 'replace', path: 'emails[type eq "home"].primary', value: true }],
    ['added', { op: 'add', path: 'emails', value: [{ ...home, value: 'new@home.test', primary: true }] }],
  ])('3.5.2: there is one primary: the one that was %s last', async (_, operation) => {
    const now = await patched([operation]);
    const primary = (now['emails'] as Json[]).filter((email) => email['primary'] === true);
    expect(primary).toMatchObject([{ type: 'home' }]);
  });

  describe('what is not understood, or may not be, is 400 and changes nothing', () => {
    it.each<[string, unknown, RegExp]>([
      ['an unknown operation', { op: 'increment', path: 'title', value: 'x' }, /invalidSyntax|invalidValue/],
      ['no operation', { path: 'title', value: 'x' }, /invalidSyntax|invalidValue/],
      ['an operation that is no object', 'replace', /invalidSyntax|invalidValue/],
      ['null', null, /invalidSyntax|invalidValue/],
      ['remove without a path', { op: 'remove' }, /^noTarget$/],
      ['add without a value', { op: 'add', path: 'title' }, /invalidValue|invalidSyntax/],
      ['replace without path and value', { op: 'replace' }, /invalidValue|invalidSyntax|noTarget/],
      [
        'a value that is no object without a path',
        { op: 'replace', value: 'x' },
        /invalidValue|invalidSyntax/,
      ],
      ['a list without a path', { op: 'add', value: [{ title: 'x' }] }, /invalidValue|invalidSyntax/],
      ['a path that is none', { op: 'replace', path: 'title]', value: 'x' }, /invalidPath/],
      ['a path with a broken filter', { op: 'remove', path: 'emails[type eq' }, /invalidPath|invalidFilter/],
      ['a path with an empty filter', { op: 'remove', path: 'emails[]' }, /invalidPath|invalidFilter/],
      ['a path that is no text', { op: 'remove', path: { a: 1 } }, /invalidPath|invalidSyntax/],
      ['an unknown attribute', { op: 'replace', path: 'nobodyKnows', value: 'x' }, /invalidPath|noTarget/],
      [
        'an unknown sub-attribute',
        { op: 'replace', path: 'name.nobodyKnows', value: 'x' },
        /invalidPath|noTarget/,
      ],
      ['a slash for a dot', { op: 'replace', path: '/title', value: 'x' }, /invalidPath|noTarget/],
      [
        'an unknown attribute without a path',
        { op: 'replace', value: { nobodyKnows: 'x' } },
        /invalid|noTarget/,
      ],
      ['`id`', { op: 'replace', path: 'id', value: 'x' }, /^mutability$/],
      ['`meta`', { op: 'replace', path: 'meta.created', value: 'x' }, /^mutability$/],
      ['`groups`', { op: 'add', path: 'groups', value: [{ value: 'x' }] }, /^mutability$/],
      ['the required userName, removed', { op: 'remove', path: 'userName' }, /mutability|invalidValue/],
      ['an empty userName', { op: 'replace', path: 'userName', value: '' }, /invalidValue/],
      ['a userName that is a number', { op: 'replace', path: 'userName', value: 7 }, /invalidValue/],
      ['an `active` that is neither', { op: 'replace', path: 'active', value: 'perhaps' }, /invalidValue/],
      ['an `active` that is a list', { op: 'replace', path: 'active', value: [false] }, /invalidValue/],
      ['e-mails that are a text', { op: 'replace', path: 'emails', value: 'x@acme.test' }, /invalidValue/],
      ['a title that is an object', { op: 'replace', path: 'title', value: { a: 1 } }, /invalidValue/],
    ])('%s', async (_, operation, scimType) => {
      const { id } = await alice();
      const was = await scim.read(`/Users/${id}`);
      const answer = await scim.patch(`/Users/${id}`, [
        { op: 'replace', path: 'title', value: 'changed' },
        operation,
      ]);
      expect(answer.body).toMatchObject({ schemas: [ERROR], status: '400' });
      expect([answer.status, answer.body['scimType']]).toEqual([400, expect.stringMatching(scimType)]);
      expect(await scim.read(`/Users/${id}`)).toEqual(was);
    });

    it.each<[string, unknown]>([
      ['no body', undefined],
      [
        'another schema',
        { schemas: [ENTERPRISE], Operations: [{ op: 'replace', path: 'title', value: 'x' }] },
      ],
      ['no operations', { schemas: [PATCH] }],
      ['an empty list of operations', { schemas: [PATCH], Operations: [] }],
      [
        'operations that are no list',
        { schemas: [PATCH], Operations: { op: 'replace', path: 'title', value: 'x' } },
      ],
      ['a list', [{ op: 'replace', path: 'title', value: 'x' }]],
    ])('%s', async (_, body) => {
      const { id } = await alice();
      const { status, body: said } = await scim.send('PATCH', `/Users/${id}`, { body });
      expect([status, said['schemas']]).toEqual([400, [ERROR]]);
      expect((await scim.read(`/Users/${id}`))['title']).toBe('Engineer');
    });

    it('a userName that another has, in any case, is 409 uniqueness, and nothing of the rest is done', async () => {
      await scim.user('bob');
      const { id, userName } = await alice();
      const { status, body } = await scim.patch(`/Users/${id}`, [
        { op: 'replace', path: 'title', value: 'changed' },
        { op: 'replace', path: 'userName', value: 'BOB' },
      ]);
      expect([status, body['scimType']]).toEqual([409, 'uniqueness']);
      expect(await scim.read(`/Users/${id}`)).toMatchObject({ userName, title: 'Engineer' });
    });
  });

  it("`schemas` and one's own `id` in a replace without a path are no change", async () => {
    const { id } = await alice();
    const value = { id, schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], title: 'Lead' };
    must(await scim.patch(`/Users/${id}`, [{ op: 'replace', value }]), 200, 204);
    expect((await scim.read(`/Users/${id}`))['title']).toBe('Lead');
  });
});
