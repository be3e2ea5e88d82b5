import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  claimsFromStored,
  claimsOf,
  claimsOfAttributes,
  claimsToJson,
  completeClaim,
  evaluate,
  MappingIndex,
  readClaim,
} from '../src/index.js';
import { context, mapping } from './organization.js';

describe('M3: values', () => {
  it.each([
    ['a text', 'x', ['x']],
    ['a number', 7, ['7']],
    ['a boolean', false, ['false']],
    ['null', null, []],
    ['an empty text', '', []],
    ['an object', { a: 'x' }, []],
    ['a list', ['x', 1, true, null, { a: 1 }, '', 'x'], ['x', '1', 'true']],
    ['lists in a list', [['x'], [['y']]], ['x', 'y']],
    ['text with NUL or half a character', ['a\0', '\ud800', 'fine'], ['fine']],
  ])('M3: %s', (_, value, values) => {
    expect(readClaim(claimsOf({ c: value }), 'c')).toMatchObject({ state: 'present', values });
  });

  it('M3: depth and number do not matter', () => {
    let deep: unknown = 'x';
    for (let level = 0; level < 200_000; level++) deep = [deep];
    const wide = Array.from({ length: 50_000 }, (_, number) => `g${number}`);
    const claims = claimsOf({
      deep,
      wide,
      object: JSON.parse('{"a":'.repeat(5_000) + '1' + '}'.repeat(5_000)),
    });
    expect(readClaim(claims, 'deep').values).toEqual(['x']);
    expect(readClaim(claims, 'wide').values).toHaveLength(50_000);
    expect(claimsFromStored(claimsToJson(claims))).toBeDefined();
  });

  it('M3: what is no JSON is absent', () => {
    const claims = claimsOf({ f: () => 1, s: Symbol('s'), u: undefined, b: 10n });
    expect([...claims.byName.keys()]).toEqual(['b']);
    expect(readClaim(claims, 'b').values).toEqual(['10']);
  });

  it('M3: any JSON with any mapping is evaluated without an error', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.jsonValue()),
        fc.string(),
        fc.string(),
        (json, claim, value) => {
          const claims = claimsOf(json);
          const odd = mapping({ claim, value });
          evaluate(new MappingIndex([odd]), claims, context({ claimsSeen: new Set() }));
          expect(claimsFromStored(claimsToJson(claims))).toBeDefined();
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('M2: names', () => {
  it('M2: only identical Names are merged', () => {
    const claims = claimsOfAttributes([
      { name: 'g', values: ['a'] },
      { name: 'G', friendlyName: 'g', values: ['b'] },
      { name: 'g', friendlyName: 'late', values: ['c'] },
    ]);
    expect(readClaim(claims, 'g').values).toEqual(['a', 'c']);
    expect(readClaim(claims, 'late')).toMatchObject({ via: 'friendly-name', name: 'g' });
  });

  it('M2: of two attributes with one FriendlyName the order does not decide', () => {
    const two = [
      { name: 'urn:b', friendlyName: 'dept', values: ['b'] },
      { name: 'urn:a', friendlyName: 'dept', values: ['a'] },
    ];
    expect(readClaim(claimsOfAttributes(two), 'dept').values).toEqual(['a']);
    expect(readClaim(claimsOfAttributes(two.toReversed()), 'dept').values).toEqual(['a']);
  });

  it('M2: a dot that is escaped is part of the name', () => {
    const claims = claimsOf({ 'a.b': { c: 'x' }, a: { b: { c: 'y' } }, '\\': { 'd.e\\': 'z' } });
    expect(readClaim(claims, 'a\\.b.c').values).toEqual(['x']);
    expect(readClaim(claims, 'a.b.c').values).toEqual(['y']);
    expect(readClaim(claims, '\\\\.d\\.e\\').values).toEqual(['z']);
  });
});

describe('M3: paths', () => {
  it.each(['a.__proto__', 'a.toString', 'a.constructor.name', 'list.0', 'list.length', 'text.length'])(
    'M3: %s leads to nothing that was not sent',
    (path) => {
      expect(readClaim(claimsOf({ a: {}, list: ['x'], text: 'y' }), path).state).toBe('absent');
    },
  );
});

describe('M9: what did not arrive whole', () => {
  it('M9: a claim that was fetched otherwise is whole again', () => {
    const claims = claimsOf({ _claim_names: { groups: 'src1' } });
    expect(readClaim(claims, 'groups').state).toBe('incomplete');
    const whole = completeClaim(claims, 'groups', ['Engineering']);
    expect(readClaim(whole, 'groups')).toMatchObject({ state: 'present', values: ['Engineering'] });
    expect(readClaim(claims, 'groups').state).toBe('incomplete');
  });

  it('M9: with partial claims everything absent is unknown', () => {
    const claims = claimsOf({ email: 'a@acme.test' }, { partial: 'userinfo-failed' });
    expect(readClaim(claims, 'groups').state).toBe('incomplete');
    expect(readClaim(claims, 'email').state).toBe('present');
  });

  it('M9: a caller may mark names itself', () => {
    const claims = claimsOf({ groups: ['a'] }, { incomplete: new Map([['groups', 'truncated']]) });
    expect(readClaim(claims, 'groups')).toMatchObject({ state: 'incomplete', values: ['a'] });
  });
});

describe('D3: kept claims', () => {
  it('D3: come back as they were', () => {
    const claims = claimsOfAttributes(
      [
        { name: 'urn:dept', friendlyName: 'dept', values: ['a'] },
        { name: '__proto__', values: ['b'] },
        { name: 'http://schemas.microsoft.com/claims/groups.link', values: ['u'] },
      ],
      { partial: 'why' },
    );
    expect(claimsFromStored(claimsToJson(claims))).toEqual(claims);
  });

  it('D3: are the same text whatever the order', () => {
    const one = claimsToJson(claimsOf({ a: ['x', 'y', 1], b: { c: 1, d: [true, 'z'] } }));
    expect(claimsToJson(claimsOf({ b: { d: ['z', true], c: 1 }, a: ['y', 1, 'x'] }))).toBe(one);
    expect(claimsToJson(claimsOf({ a: ['x', 'y', '1'], b: { c: 1, d: [true, 'z'] } }))).not.toBe(one);
    const proto = JSON.parse('{"n":{"__proto__":"x"}}') as Record<string, unknown>;
    expect(claimsToJson(claimsOf(proto))).toContain('__proto__');
  });

  it.each([
    '',
    'null',
    '[]',
    '{"v":2,"claims":[]}',
    '{"v":1,"claims":[1]}',
    '{"v":1,"claims":[],"incomplete":[[1]]}',
  ])('D3: %j was not written by us', (text) => {
    expect(claimsFromStored(text)).toBeUndefined();
  });
});
