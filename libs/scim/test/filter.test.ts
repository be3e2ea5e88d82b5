import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseGroupQuery, parseUserQuery } from '../src/index.js';
import { refusal } from './refusal.js';

const ofUsers = (filter: string) => parseUserQuery({ filter }).query.filter;
const ofGroups = (filter: string) => parseGroupQuery({ filter }).query.filter;
const invalidFilter = { status: 400, scimType: 'invalidFilter' };

describe('the grammar of filters (RFC 7644, figure 1)', () => {
  it.each([
    ['userName eq "bjensen"', { op: 'eq', attribute: 'userName', value: 'bjensen' }],
    ['name.familyName co "O\'Malley"', { op: 'co', attribute: 'name.familyName', value: "O'Malley" }],
    ['userName sw "J"', { op: 'sw', attribute: 'userName', value: 'J' }],
    [
      'urn:ietf:params:scim:schemas:core:2.0:User:userName sw "J"',
      { op: 'sw', attribute: 'userName', value: 'J' },
    ],
    ['title pr', { op: 'pr', attribute: 'title' }],
    [
      'meta.lastModified gt "2011-05-13T04:42:34Z"',
      { op: 'gt', attribute: 'meta.lastModified', value: Date.UTC(2011, 4, 13, 4, 42, 34) },
    ],
    [
      'meta.created le "2011-05-13T06:42:34+02:00"',
      { op: 'le', attribute: 'meta.created', value: Date.UTC(2011, 4, 13, 4, 42, 34) },
    ],
    [
      'emails co "example.com" or emails.value ew "example.org"',
      {
        op: 'or',
        filters: [
          { op: 'co', attribute: 'emails.value', value: 'example.com' },
          { op: 'ew', attribute: 'emails.value', value: 'example.org' },
        ],
      },
    ],
    [
      'emails[type eq "work" and value co "@example.com"]',
      {
        op: 'some',
        of: 'emails',
        filter: {
          op: 'and',
          filters: [
            { op: 'eq', attribute: 'emails.type', value: 'work' },
            { op: 'co', attribute: 'emails.value', value: '@example.com' },
          ],
        },
      },
    ],
    [
      'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department eq "Tour"',
      { op: 'eq', attribute: 'department', value: 'Tour' },
    ],
    ['groups[value eq "g1"]', { op: 'eq', attribute: 'groups.value', value: 'g1' }],
    ['title eq null', { op: 'not', filter: { op: 'pr', attribute: 'title' } }],
    ['title ne null', { op: 'pr', attribute: 'title' }],
  ])('%s', (text, filter) => expect(ofUsers(text)).toEqual(filter));

  it('takes `not` before `and`, and `and` before `or`; parentheses before all', () => {
    const [a, b, c] = ['title', 'displayName', 'userName'].map((attribute) => ({ op: 'pr', attribute }));
    expect(ofUsers('title pr or displayName pr and userName pr')).toEqual({
      op: 'or',
      filters: [a, { op: 'and', filters: [b, c] }],
    });
    expect(ofUsers('(title pr or displayName pr) and userName pr')).toEqual({
      op: 'and',
      filters: [{ op: 'or', filters: [a, b] }, c],
    });
    expect(ofUsers('not (title pr) and not(displayName pr)')).toEqual({
      op: 'and',
      filters: [
        { op: 'not', filter: a },
        { op: 'not', filter: b },
      ],
    });
  });

  it('knows operators and names in any letter case', () => {
    expect(ofUsers('USERNAME EQ "x" AND NoT (NAME.givenname Pr)')).toEqual(
      ofUsers('userName eq "x" and not (name.givenName pr)'),
    );
  });

  it('reads texts as JSON, escapes and all', () => {
    const values = [String.raw`"a\"b"`, String.raw`"a\\"`, String.raw`"\u00e9"`, '"50%_\'"', '"a b) or (c"'];
    expect(values.map((value) => ofUsers(`title eq ${value}`))).toEqual(
      ['a"b', 'a\\', 'é', "50%_'", 'a b) or (c'].map((value) => ({ op: 'eq', attribute: 'title', value })),
    );
  });

  it('tells users and groups apart by meta.resourceType', () => {
    expect(ofUsers('meta.resourceType eq "User"')).toEqual({ op: 'pr', attribute: 'id' });
    expect(ofGroups('meta.resourceType eq "User"')).toEqual({
      op: 'not',
      filter: { op: 'pr', attribute: 'id' },
    });
  });
});

describe('what cannot be asked for is invalidFilter, never everyone', () => {
  it.each([
    'password eq "x"',
    'nosuch pr',
    'title.nosuch pr',
    'name pr',
    'name.familyName.x pr',
    'name[familyName pr]',
    'meta[created pr]',
    'not pr',
    'userName eq bob',
    "userName eq 'bob'",
    'userName',
    'userName eq',
    'userName is "x"',
    'eq "x"',
    'userName eq "x" and',
    'userName eq "x" userName eq "y"',
    'userName eq "x',
    'userName eq "\\u12"',
    'userName eq "\\u0000"',
    'userName eq "\\ud800"',
    'userName eq 1',
    '(userName pr',
    'userName pr)',
    'not userName pr',
    'emails[type eq "work"',
    'emails[type eq "work"] .value eq "x"',
    'emails[emails[type pr]]',
    'emails[userName pr]',
    'userName[value pr]',
    'groups[value eq "a" and value eq "b"]',
    'active gt true',
    'active eq 1',
    'active eq "yes"',
    'meta.created co "2011"',
    'meta.created co "2011-05-13T04:42:34Z"',
    'meta.created gt "yesterday"',
    'meta.created gt 5',
    'title gt null',
    'urn:ietf:params:scim:schemas:core:2.0:Group:userName pr',
    'urn:ietf:params:scim:schemas:core:2.0:User:department pr',
    '__proto__ pr',
    '__proto__.toString pr',
    'constructor pr',
    'constructor[value pr]',
    'hasOwnProperty eq "x"',
    'meta.resourceType sw "U"',
    ' ',
  ])('%s', (filter) => expect(refusal(() => ofUsers(filter))).toMatchObject(invalidFilter));

  it('an empty filter is none, and is refused', () => {
    expect(refusal(() => ofUsers(''))).toMatchObject(invalidFilter);
  });

  it('groups have attributes of their own', () => {
    expect(ofGroups('members[value eq "u1"] or members eq "u2"')).toEqual({
      op: 'or',
      filters: [
        { op: 'eq', attribute: 'members.value', value: 'u1' },
        { op: 'eq', attribute: 'members.value', value: 'u2' },
      ],
    });
    expect(refusal(() => ofGroups('userName eq "x"'))).toMatchObject(invalidFilter);
  });
});

const joined = (count: number, term: string) => Array.from({ length: count }, () => term).join(' or ');
const nested = (deep: number) => `${'('.repeat(deep)}title pr${')'.repeat(deep)}`;

describe('bounds', () => {
  it.each([
    ['parentheses', `${'('.repeat(4000)}title pr${')'.repeat(4000)}`],
    ['parentheses that never close', '('.repeat(8000)],
    ['brackets', `${'emails['.repeat(1000)}type pr${']'.repeat(1000)}`],
    ['not', `${'not ('.repeat(1500)}title pr${')'.repeat(1500)}`],
    ['a text that never closes', `title eq "${'\n'.repeat(8000)}`],
    ['escapes that never close', `title eq "${'\\"'.repeat(4000)}`],
    ['more than 8 KiB', `title eq "${'x'.repeat(9000)}"`],
  ])('%s', (_, filter) => {
    const began = performance.now();
    expect(refusal(() => ofUsers(filter))).toMatchObject(invalidFilter);
    expect(performance.now() - began).toBeLessThan(250);
  });

  it('33 deep is refused for its depth, 10 000 deep for its length', () => {
    expect(ofUsers(nested(31))).toEqual({ op: 'pr', attribute: 'title' });
    expect(refusal(() => ofUsers(nested(33)))?.detail).toContain('deep');
    expect(refusal(() => ofUsers(nested(10_000)))?.detail).toContain('characters');
  });

  const tooMany = { status: 400, scimType: 'tooMany' };

  it.each(['title eq "x"', 'emails[value eq "x"]', 'emails.type eq "work"', 'active eq true'])(
    '32 comparisons, and not 33: %s',
    (term) => {
      expect(ofUsers(joined(32, term))).toMatchObject({ op: 'or', filters: { length: 32 } });
      const error = refusal(() => ofUsers(joined(33, term)));
      expect(error).toMatchObject(tooMany);
      expect(error?.detail).toContain('32');
    },
  );

  it.each([
    ...['co', 'ew', 'ne', 'gt', 'ge', 'lt', 'le'].map((op) => `title ${op} "x"`),
    'title pr',
    'title sw ""',
    'title ne null',
    'not (title eq "x")',
    'not (not (title eq "x"))',
    'emails[value co "x"]',
    'emails[type eq "work"].value co "x"',
  ])('5 comparisons that look at everybody, and not 6: %s', (term) => {
    expect(ofUsers(`${joined(5, term)} or userName eq "x"`)).toBeDefined();
    const error = refusal(() => ofUsers(joined(6, term)));
    expect(error).toMatchObject(tooMany);
    expect(error?.detail).toContain('5');
  });

  it.each(['title sw "x"', 'meta.lastModified gt "2011-05-13T04:42:34Z"', 'meta.resourceType eq "User"'])(
    'more than 5 of what costs little: %s',
    (term) => expect(ofUsers(joined(6, term))).toBeDefined(),
  );

  it('any text throws nothing but ScimError', () => {
    const token = fc.constantFrom(
      ...'( ) [ ] . "a" " \\ and or not eq pr gt true null -5 1.5 userName emails type value . \n __proto__'.split(
        ' ',
      ),
    );
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 200 }),
      fc.array(token, { maxLength: 40 }).map((tokens) => tokens.join(' ')),
      fc.array(token, { maxLength: 40 }).map((tokens) => tokens.join('')),
    );
    fc.assert(
      fc.property(text, (filter) => {
        refusal(() => ofUsers(filter));
        refusal(() => ofGroups(filter));
      }),
      { numRuns: 2000 },
    );
  });
});
