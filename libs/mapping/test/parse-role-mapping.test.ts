import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseRoleMapping, type MappingFacts } from '../src/index.js';
import { mapping, roles } from './organization.js';

const facts: MappingFacts = {
  roles,
  provenDomains: new Set(['acme.test', 'xn--mnchen-3ya.de']),
  anyDomain: false,
  allowResourceMappings: false,
};

function problems(input: unknown, given?: Partial<MappingFacts>): string[] {
  const parsed = parseRoleMapping(input, given === undefined ? {} : { facts: { ...facts, ...given } });
  return parsed.ok ? [] : parsed.problems.map(({ path, code }) => `${path}: ${code}`);
}

const directory = { directory: 'd' };
const resource = { type: 'workspace', id: 'w' };

describe('parseRoleMapping', () => {
  it('M1: gives back what is right, as it was written', () => {
    const whole = mapping({
      match: 'glob',
      value: 'ws-*',
      caseInsensitive: true,
      split: ';',
      resource: { type: 'workspace', id: '$1' },
      syncMode: 'import',
      also: [
        { claim: 'country', value: 'DE', split: ',' },
        { claim: 'title', match: 'present' },
      ],
      enabled: false,
      note: '',
    });
    expect(parseRoleMapping(structuredClone(whole))).toEqual({ ok: true, mapping: whole });
    const { id: _, ...draft } = mapping();
    expect(parseRoleMapping(draft, { id: 'new', facts })).toEqual({
      ok: true,
      mapping: mapping({ id: 'new' }),
    });
  });

  it('M1: lists all problems at once, each with its path', () => {
    const bad = {
      source: { connection: 'a', directory: 'b' },
      claim: '',
      value: 7,
      match: 'regex',
      split: '|',
      caseInsensitive: 'yes',
      syncMode: 'once',
      also: [{ claim: 'c' }, 'x', { claim: 'c', match: 'present', value: 'v' }],
      enabled: 1,
      caseinsensitive: true,
    };
    expect(problems(bad).toSorted()).toEqual(
      [
        'id: required',
        'source: source-invalid',
        'claim: empty',
        'value: wrong-type',
        'match: match-unknown',

        'split: split-unknown',
        'caseInsensitive: wrong-type',
        'syncMode: sync-mode-unknown',
        'role: required',

        'also.0.value: required',
        'also.1: not-an-object',
        'also.2.value: value-forbidden',
        'enabled: wrong-type',
        'caseinsensitive: unknown-field',
      ].toSorted(),
    );
  });

  it.each([
    ['M1: no object', [], [': not-an-object']],
    ['M1: value missing', mapping({ value: undefined }), ['value: required']],
    ['M1: value empty', mapping({ value: '' }), ['value: empty']],
    ['M1: value beside present', mapping({ match: 'present' }), ['value: value-forbidden']],
    ['M1: claim too long', mapping({ claim: 'c'.repeat(1_025) }), ['claim: too-long']],
    ['M1: value too long', mapping({ value: 'v'.repeat(1_025) }), ['value: too-long']],
    ['M6: prefix too long', mapping({ value: 'v'.repeat(257), match: 'prefix' }), ['value: too-long']],
    ['M6: too many stars', mapping({ value: '*a'.repeat(10), match: 'glob' }), ['value: too-many']],
    ['M3: NUL', mapping({ value: 'a\0' }), ['value: ill-formed-text']],
    ['M3: lone surrogate', mapping({ claim: '\udc00' }), ['claim: ill-formed-text']],
    [
      'M1: too many conditions',
      mapping({ also: Array.from({ length: 17 }, () => ({ claim: 'c', value: 'v' })) }),
      ['also: too-many'],
    ],
    [
      'S4: import on a directory',
      mapping({ source: directory, syncMode: 'import' }),
      ['syncMode: import-on-directory'],
    ],
    [
      'M6: captures without glob',
      mapping({ resource: { type: 'w', id: 'a$1' } }),
      ['resource.id: captures-without-glob'],
    ],
    [
      'M6: a capture too many',
      mapping({ match: 'glob', value: 'a*', resource: { type: 'w', id: '$2' } }),
      ['resource.id: capture-out-of-range'],
    ],
    ['M5: no domain', mapping({ claim: 'email', value: '@acme..test' }), ['value: domain-invalid']],
    [
      'M5: domain without @',
      mapping({ match: 'email-domain', value: 'acme.test' }),
      ['value: domain-invalid'],
    ],
    [
      'M1: __proto__',
      JSON.parse(JSON.stringify(mapping()).replace('{', '{"__proto__":{},')),
      ['__proto__: unknown-field'],
    ],
  ])('%s', (_, input, expected) => {
    expect(problems(input)).toEqual(expected);
  });

  it.each([
    ['M8: unknown role', mapping({ role: 'gone' }), {}, ['role: role-missing']],
    ['M8: role an IdP may not give', mapping({ role: 'owner' }), {}, ['role: role-not-grantable']],
    ['M5: proven', mapping({ claim: 'email', value: '@MÜNCHEN.de' }), {}, []],
    ['M5: not proven', mapping({ claim: 'mail', value: '@globex.test' }), {}, ['value: domain-unproven']],
    ['M5: any domain', mapping({ claim: 'email', value: '@globex.test' }), { anyDomain: true }, []],
    [
      'M5: in a further condition',
      mapping({ also: [{ claim: 'x', match: 'email-domain', value: '@globex.test' }] }),
      {},
      ['also.0.value: domain-unproven'],
    ],
    ['M13: resource while off', mapping({ resource }), {}, ['resource: resource-mapping-off']],
    ['M13: role of a resource while off', mapping({ role: 'ws-admin' }), {}, ['role: resource-mapping-off']],
    [
      'M13: no resource',
      mapping({ role: 'ws-admin' }),
      { allowResourceMappings: true },
      ['resource: resource-required'],
    ],
    [
      'M13: another type',
      mapping({ resource }),
      { allowResourceMappings: true },
      ['resource.type: resource-type-mismatch'],
    ],
    [
      'M13: unknown resource',
      mapping({ role: 'ws-admin', resource }),
      { allowResourceMappings: true, resources: new Set<string>() },
      ['resource.id: resource-missing'],
    ],
    [
      'M13: all right',
      mapping({ role: 'ws-admin', resource }),
      { allowResourceMappings: true, resources: new Set(['workspace:w']) },
      [],
    ],
    [
      'M1: shape and facts together',
      mapping({ role: 'gone', value: '' }),
      {},
      ['value: empty', 'role: role-missing'],
    ],
  ])('%s', (_, input, given, expected) => {
    expect(problems(input, given)).toEqual(expected);
  });

  it('M1: never throws, and says of everything it refuses why', () => {
    const nearly = fc.record({
      id: fc.jsonValue(),
      source: fc.jsonValue(),
      also: fc.jsonValue(),
      resource: fc.jsonValue(),
    });
    fc.assert(
      fc.property(fc.oneof(fc.anything(), nearly), (input) => {
        const parsed = parseRoleMapping(input, { facts });
        expect(parsed.ok || parsed.problems.every(({ message }) => message.length > 10)).toBe(true);
      }),
    );
  });
});
