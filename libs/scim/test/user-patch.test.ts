import { describe, expect, it } from 'vitest';
import { patchUser, uris } from '../src/index.js';
import { alice, enterprise, patched, patchOp, resourceId } from './patch-op.js';
import { refusal } from './refusal.js';

const work = { value: 'alice@acme.test', type: 'work', primary: true };
const home = { value: 'alice@home.test', type: 'home' };
const custom = 'urn:ietf:params:scim:schemas:extension:acme:2.0:User';

describe('add (RFC 7644, section 3.5.2.1)', () => {
  it('sets a simple attribute, and adds to a complex one', () => {
    expect(
      patched(
        alice,
        { op: 'add', path: 'title', value: 'Dr' },
        { op: 'add', path: 'name', value: { middleName: 'B' } },
      ),
    ).toMatchObject({ title: 'Dr', name: { givenName: 'Alice', familyName: 'Ames', middleName: 'B' } });
  });

  it('adds values, each once, and takes primary from the others', () => {
    const added = patched(alice, {
      op: 'add',
      path: 'emails',
      value: [
        { value: 'ALICE@home.test', type: 'home', display: 'Home' },
        { value: 'new@acme.test', primary: true },
      ],
    });
    expect(added['emails']).toEqual([
      { ...work, primary: false },
      { value: 'ALICE@home.test', type: 'home', display: 'Home' },
      { value: 'new@acme.test', primary: true },
    ]);
  });

  it('adds one value that is no list, and makes the list', () => {
    expect(
      patched(alice, { op: 'add', path: 'phoneNumbers', value: { value: '1' } })['phoneNumbers'],
    ).toEqual([{ value: '1' }]);
  });

  it('merges what it adds to selected values', () => {
    const added = patched(alice, { op: 'add', path: 'emails[type eq "home"]', value: { display: 'Home' } });
    expect(added['emails']).toEqual([work, { ...home, display: 'Home' }]);
  });

  it('adds nothing that is there already', () => {
    expect(patched(alice, { op: 'add', path: 'emails', value: [home] })).toEqual(alice);
    expect(patched(alice, { op: 'add', path: 'addresses', value: alice['addresses'] })).toEqual(alice);
  });

  it('refuses more values than a user may have', () => {
    const many = Array.from({ length: 99 }, (_, at) => ({ value: `${at}@acme.test` }));
    expect(refusal(() => patched(alice, { op: 'add', path: 'emails', value: many }))).toMatchObject({
      scimType: 'invalidValue',
    });
  });
});

describe('replace (section 3.5.2.3)', () => {
  it.each<[unknown, object]>([
    [{ path: 'userName', value: 'bob' }, { userName: 'bob' }],
    [{ path: 'name.givenName', value: 'Bob' }, { name: { givenName: 'Bob', familyName: 'Ames' } }],
    [{ path: 'name', value: { givenName: 'Bob' } }, { name: { givenName: 'Bob', familyName: 'Ames' } }],
    [{ path: 'emails', value: [home] }, { emails: [home] }],
    [
      { path: 'emails[type eq "work"].value', value: 'x@acme.test' },
      { emails: [{ ...work, value: 'x@acme.test' }, home] },
    ],
    [
      { path: 'emails[type eq "home"]', value: { value: 'x@acme.test' } },
      { emails: [work, { type: 'home', value: 'x@acme.test' }] },
    ],
    [
      { path: 'emails[type eq "home"].primary', value: true },
      {
        emails: [
          { ...work, primary: false },
          { ...home, primary: true },
        ],
      },
    ],
    [
      { path: 'EMAILS[VALUE ew "HOME.test"].Display', value: 'H' },
      { emails: [work, { ...home, display: 'H' }] },
    ],
    [{ path: `${uris.user}:name.familyName`, value: 'Z' }, { name: { givenName: 'Alice', familyName: 'Z' } }],
    [
      { path: `${enterprise}:department`, value: 'X' },
      { [enterprise]: { department: 'X', manager: { value: 'm1', $ref: '../Users/m1' } } },
    ],
    [
      { path: 'department', value: 'X' },
      { [enterprise]: { department: 'X', manager: { value: 'm1', $ref: '../Users/m1' } } },
    ],
    [
      { path: `${enterprise}:manager.value`, value: 'm2' },
      { [enterprise]: { department: 'Tools', manager: { value: 'm2', $ref: '../Users/m1' } } },
    ],
    [
      { path: enterprise, value: { department: 'X' } },
      { [enterprise]: { department: 'X', manager: { value: 'm1', $ref: '../Users/m1' } } },
    ],
    [
      { value: { title: 'T', name: { givenName: 'Bob' } } },
      { title: 'T', name: { givenName: 'Bob', familyName: 'Ames' } },
    ],
  ])('%j', (operation, expected) => {
    const once = patched(alice, { op: 'replace', ...(operation as object) });
    expect(once).toEqual({ ...alice, ...expected });
    expect(patched(once, { op: 'replace', ...(operation as object) })).toEqual(once);
  });

  it('by null or by nothing removes', () => {
    expect(patched(alice, { op: 'replace', path: 'name', value: null })).not.toHaveProperty('name');
    expect(patched(alice, { op: 'replace', path: 'emails', value: [] })).not.toHaveProperty('emails');
  });

  it('makes a work address where there is none, and nothing that a filter does not describe', () => {
    const none = patched(alice, { op: 'remove', path: 'emails' });
    const operation = { op: 'replace', path: 'emails[type eq "work"].value', value: 'x@acme.test' };
    expect(patched(none, operation)['emails']).toEqual([{ type: 'work', value: 'x@acme.test' }]);
    for (const filter of [
      'type eq "nosuch"',
      'value eq "x"',
      'type sw "work"',
      'not (type eq "work")',
      'type ne "x"',
    ]) {
      const other = { ...operation, path: `emails[${filter}].value` };
      expect(refusal(() => patched(none, other))).toBeDefined();
    }
    expect(
      refusal(() => patched(none, { ...operation, path: 'emails[type eq "nosuch"].value' })),
    ).toMatchObject({
      status: 400,
      scimType: 'noTarget',
    });
  });

  it('makes nothing that its own filter would not find', () => {
    const contrary = { op: 'replace', path: 'emails[type eq "other"]', value: { value: 'x', type: 'home' } };
    expect(refusal(() => patched(alice, contrary))).toMatchObject({ scimType: 'noTarget' });
  });

  it('needs to know which one', () => {
    expect(refusal(() => patched(alice, { op: 'replace', path: 'emails.value', value: 'x' }))).toMatchObject({
      scimType: 'noTarget',
    });
    expect(patched(alice, { op: 'replace', path: 'phoneNumbers.value', value: '1' })['phoneNumbers']).toEqual(
      [{ value: '1' }],
    );
  });
});

describe('remove (section 3.5.2.2)', () => {
  it.each<[object, object]>([
    [{ path: 'name' }, { name: undefined }],
    [{ path: 'name.givenName' }, { name: { familyName: 'Ames' } }],
    [{ path: 'title' }, {}],
    [{ path: 'emails[type eq "work"]' }, { emails: [home] }],
    [{ path: 'emails[type eq "work" or type eq "home"]' }, { emails: undefined }],
    [{ path: 'emails[type eq "work"].primary' }, { emails: [{ value: work.value, type: 'work' }, home] }],
    [{ path: 'emails[type eq "work"].value' }, { emails: [home] }],
    [{ path: 'emails', value: [{ value: 'ALICE@home.test' }] }, { emails: [work] }],
    [{ path: 'emails[type eq "other"]' }, {}],
    [{ path: `${enterprise}:manager` }, { [enterprise]: { department: 'Tools' } }],
    [{ path: enterprise }, { [enterprise]: undefined }],
  ])('%j', (operation, expected) => {
    expect(patched(alice, { op: 'remove', ...operation })).toEqual(
      JSON.parse(JSON.stringify({ ...alice, ...expected })),
    );
  });

  it('without a path has no target', () => {
    expect(refusal(() => patched(alice, { op: 'remove' }))).toMatchObject({ scimType: 'noTarget' });
    expect(refusal(() => patched(alice, { op: 'remove', value: { title: 1 } }))).toMatchObject({
      scimType: 'noTarget',
    });
  });

  it('of what a filter does not find has no target', () => {
    expect(refusal(() => patched(alice, { op: 'remove', path: 'emails[value eq "x"]' }))).toMatchObject({
      scimType: 'noTarget',
    });
  });
});

const many = (count: number) =>
  Array.from({ length: count }, () => ({ op: 'replace', path: 'title', value: 'x' }));

describe('what is refused, and changes nothing', () => {
  it.each<[string, object, string]>([
    ['no operation', {}, 'invalidSyntax'],
    ['an unknown operation', { op: 'move', path: 'title', value: 'x' }, 'invalidSyntax'],
    ['no value', { op: 'replace', path: 'title' }, 'invalidValue'],
    ['no path and no object', { op: 'replace', value: 'x' }, 'invalidValue'],
    ['a path that is no text', { op: 'replace', path: 5, value: 'x' }, 'invalidPath'],
    ['an unknown attribute', { op: 'add', path: 'nosuch', value: 'x' }, 'invalidPath'],
    ['an unknown sub-attribute', { op: 'add', path: 'name.nosuch', value: 'x' }, 'invalidPath'],
    ['a sub-attribute of a text', { op: 'add', path: 'title.value', value: 'x' }, 'invalidPath'],
    ["somebody else's id in a value", { op: 'replace', value: { id: 'g2', title: 'x' } }, 'mutability'],
    ['an unknown attribute in a value', { op: 'add', value: { nosuch: 1 } }, 'invalidPath'],
    ['an unknown sub-attribute in a value', { op: 'add', path: 'name', value: { nosuch: 1 } }, 'invalidPath'],
    [
      'an unknown enterprise attribute',
      { op: 'add', path: `${enterprise}:nosuch`, value: 'x' },
      'invalidPath',
    ],
    [
      "another resource's attribute",
      { op: 'add', path: `${uris.group}:displayName`, value: 'x' },
      'invalidPath',
    ],
    ['a whole core schema', { op: 'add', path: uris.user, value: {} }, 'invalidPath'],
    ['__proto__', { op: 'add', path: '__proto__', value: { polluted: 1 } }, 'invalidPath'],
    ['__proto__ further in', { op: 'add', path: '__proto__.polluted', value: 1 }, 'invalidPath'],
    ['__proto__ in a filter', { op: 'add', path: 'emails[__proto__ pr].value', value: 'x' }, 'invalidFilter'],
    ['constructor', { op: 'add', path: 'constructor.prototype', value: 1 }, 'invalidPath'],
    ['__proto__ of an extension', { op: 'add', path: `${custom}:__proto__`, value: 1 }, 'invalidPath'],
    [
      'a filter on a single value',
      { op: 'add', path: 'name[givenName pr].familyName', value: 'x' },
      'invalidPath',
    ],
    [
      'an unknown name in a filter',
      { op: 'add', path: 'emails[nosuch pr].value', value: 'x' },
      'invalidFilter',
    ],
    ['a broken filter', { op: 'add', path: 'emails[type eq work].value', value: 'x' }, 'invalidFilter'],
    ['a broken path', { op: 'add', path: 'emails[type eq "work"]value', value: 'x' }, 'invalidPath'],
    ['an index', { op: 'add', path: 'emails[0].value', value: 'x' }, 'invalidFilter'],
    ['a path in a list', { op: 'add', path: ['title'], value: 'x' }, 'invalidPath'],
    ['a value of unknown parts', { op: 'add', path: 'emails', value: [{ nosuch: 1 }] }, 'invalidPath'],
    [
      'a filter after a sub-attribute',
      { op: 'add', path: 'emails.value[type pr]', value: 'x' },
      'invalidPath',
    ],
    ['a filter on an extension', { op: 'add', path: `${custom}:tag[value pr]`, value: 'x' }, 'invalidPath'],
    [
      'a boolean compared with a text',
      { op: 'add', path: 'emails[primary eq "yes"].value', value: 'x' },
      'invalidFilter',
    ],
    [
      'an order of booleans',
      { op: 'add', path: 'emails[primary gt true].value', value: 'x' },
      'invalidFilter',
    ],
    [
      'a text compared with a number',
      { op: 'add', path: 'emails[value eq 5].value', value: 'x' },
      'invalidFilter',
    ],
    ['nothing added to userName', { op: 'add', path: 'userName', value: null }, 'invalidValue'],
    ['an extension that is a number', { op: 'add', path: enterprise, value: 5 }, 'invalidValue'],
    ['id', { op: 'replace', path: 'id', value: 'x' }, 'mutability'],
    ['meta', { op: 'replace', path: 'meta.version', value: 'x' }, 'mutability'],
    ['groups', { op: 'add', path: 'groups', value: [{ value: 'g' }] }, 'mutability'],
    [
      "the manager's name",
      { op: 'add', path: `${enterprise}:manager.displayName`, value: 'x' },
      'mutability',
    ],
    ['userName removed', { op: 'remove', path: 'userName' }, 'mutability'],
    ['userName replaced by null', { op: 'replace', path: 'userName', value: null }, 'mutability'],
    ['userName emptied', { op: 'replace', path: 'userName', value: '' }, 'invalidValue'],
    ['active removed', { op: 'remove', path: 'active' }, 'mutability'],
    ['active of another type', { op: 'replace', path: 'active', value: 'no' }, 'invalidValue'],
    ['a list where one is', { op: 'replace', path: 'title', value: ['x'] }, 'invalidValue'],
    ['a text where an object is', { op: 'replace', path: 'name', value: 'x' }, 'invalidValue'],
    ['two primary ones', { op: 'replace', path: 'emails[value pr].primary', value: true }, 'invalidValue'],
  ])('%s', (_, operation, scimType) => {
    const before = JSON.stringify(alice);
    const error = refusal(() =>
      patched(alice, { op: 'replace', path: 'title', value: 'changed' }, operation),
    );
    expect(error).toMatchObject({ status: 400, scimType });
    expect(JSON.stringify(alice)).toBe(before);
    expect(Object.getOwnPropertyNames(Object.prototype)).not.toContain('polluted');
  });

  it('but not the id of the user itself, nor none', () => {
    for (const id of [resourceId, null]) {
      const operation = { op: 'replace', value: { id, title: 'x' } };
      expect(patched(alice, operation)).toEqual({ ...alice, title: 'x' });
    }
  });

  it('before a user is seen', () => {
    for (const path of ['emails[nosuch pr].value', 'emails[value eq 5]', 'nosuch', 'id']) {
      expect(
        refusal(() => patchUser(patchOp({ op: 'replace', path, value: 'x' }), resourceId)),
      ).toMatchObject({
        status: 400,
      });
    }
  });

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['a list', []],
    ['no operations', { schemas: [uris.patchOp] }],
    ['an empty list of operations', { schemas: [uris.patchOp], Operations: [] }],
    ['operations that are no list', { schemas: [uris.patchOp], Operations: {} }],
    ['an operation that is no object', { schemas: [uris.patchOp], Operations: ['add'] }],
    ['another schema', { schemas: [uris.user], Operations: [{ op: 'remove', path: 'title' }] }],
  ])('a body of %s', (_, body) => {
    expect(refusal(() => patchUser(body, resourceId))).toMatchObject({
      status: 400,
      scimType: 'invalidSyntax',
    });
  });

  it('more than 1 000 operations, pathless ones counted by what they change', () => {
    expect(patchUser(patchOp(...many(1000)), resourceId)(alice)).toMatchObject({ title: 'x' });
    expect(refusal(() => patchUser(patchOp(...many(1001)), resourceId))).toMatchObject({ status: 413 });
    expect(refusal(() => patchUser(patchOp(...many(50_000)), resourceId))).toMatchObject({ status: 413 });
    const none = Array.from({ length: 1001 }, () => ({ op: 'replace', value: {} }));
    expect(refusal(() => patchUser(patchOp(...none), resourceId))).toMatchObject({ status: 413 });
    const two = { op: 'replace', value: { title: 'x', nickName: 'y' } };
    expect(
      refusal(() => patchUser(patchOp(...Array.from({ length: 501 }, () => two)), resourceId)),
    ).toMatchObject({
      status: 413,
    });
  });
});

describe('extensions that only the customer knows', () => {
  it.each(['add', 'replace'])('stay objects: what is none is refused (%s)', (op) => {
    const body = patchOp({ op: 'add', path: custom, value: { desk: 1 } }, { op, path: custom, value: [0] });
    const error = refusal(() => patchUser(body, resourceId)(alice));
    expect(error).toMatchObject({ status: 400, scimType: 'invalidValue' });
  });

  it('change by attribute, by sub-attribute, and whole', () => {
    const one = patched(
      alice,
      { op: 'add', path: `${custom}:clearance`, value: 'high' },
      { op: 'add', path: `${custom}:desk.floor`, value: 3 },
      { op: 'add', path: `${custom}:sites`, value: ['a'] },
      { op: 'add', path: `${custom.toUpperCase()}:SITES`, value: ['a', 'b'] },
    );
    expect(one[custom]).toEqual({ clearance: 'high', desk: { floor: 3 }, sites: ['a', 'b'] });
    expect(patched(one, { op: 'replace', path: custom, value: { x: 1 } })[custom]).toEqual({ x: 1 });
    expect(patched(one, { op: 'add', value: { [custom]: { x: 1 } } })[custom]).toMatchObject({
      x: 1,
      sites: ['a', 'b'],
    });
    expect(patched(one, { op: 'remove', path: `${custom}:sites` })[custom]).not.toHaveProperty('sites');
    expect(patched(one, { op: 'remove', path: custom })).toEqual(alice);
  });

  it('have names like all others, whatever JavaScript makes of them', () => {
    const one = patched(alice, { op: 'add', path: `${custom}:constructor`, value: 'x' });
    expect(one[custom]).toEqual({ constructor: 'x' });
    expect(patched(one, { op: 'remove', path: `${custom}:toString` })).toEqual(one);
  });

  it('hold no more by many operations than by one body', () => {
    const operations = Array.from({ length: 600 }, (_, at) => ({
      op: 'add',
      path: `${custom}:a${at}`,
      value: 'x',
    }));
    expect(refusal(() => patched(alice, ...operations))).toMatchObject({ scimType: 'invalidValue' });
    const others = Array.from({ length: 11 }, (_, at) => ({
      op: 'add',
      path: `urn:x:${at}:User:a`,
      value: 'x',
    }));
    expect(refusal(() => patched(alice, ...others))).toMatchObject({ scimType: 'invalidValue' });
  });
});
