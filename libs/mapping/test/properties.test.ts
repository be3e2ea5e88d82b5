import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  claimsOf,
  evaluate,
  MappingIndex,
  plan,
  whyNot,
  type Evaluation,
  type HeldGrant,
  type RoleMapping,
} from '../src/index.js';
import { context, source } from './organization.js';
import { naive } from './naive.js';

const claim = fc.constantFrom('groups', 'department', 'email', 'a.b');
const word = fc.string({ unit: fc.constantFrom('a', 'b', 'A', ';'), minLength: 1, maxLength: 2 });
const pattern = fc.string({ unit: fc.constantFrom('a', 'b', 'A', '*'), minLength: 1, maxLength: 4 });
const address = fc.constantFrom('a@acme.test', 'a@ACME.test', 'a@b@acme.test', 'a@x.acme.test', '@acme.test');
const anyCase = fc.option(fc.boolean(), { nil: undefined });
const split = fc.option(fc.constantFrom(',' as const, ';' as const), { nil: undefined });

const test = fc.oneof(
  { weight: 4, arbitrary: fc.record({ claim, value: word, caseInsensitive: anyCase, split }) },
  fc.record({ claim, value: word, match: fc.constant('prefix' as const), caseInsensitive: anyCase, split }),
  fc.record({ claim, value: pattern, match: fc.constant('glob' as const), caseInsensitive: anyCase, split }),
  fc.record({ claim, match: fc.constant('present' as const), split }),
  fc.record({ claim: fc.constant('email'), value: fc.constant('@acme.test') }),
  fc.record({
    claim: fc.constant('email'),
    value: fc.constantFrom('a@acme.test', 'a@ACME.test', '*@acme.test', 'a@x*', 'a*', '*me.test', 'a@'),
    match: fc.constantFrom('exact' as const, 'prefix' as const, 'glob' as const),
    caseInsensitive: anyCase,
  }),
);
const rest = fc.record({
  role: fc.constantFrom('admin', 'member', 'guest', 'admin', 'member', 'guest', 'owner', 'gone'),
  syncMode: fc.constantFrom('force' as const, 'import' as const, undefined),
  enabled: fc.constantFrom(true, true, true, false, undefined),
  also: fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, fc.array(test, { maxLength: 2 })),
});
const mappings: fc.Arbitrary<RoleMapping[]> = fc
  .array(fc.tuple(test, rest), { maxLength: 12, size: 'max' })
  .map((pairs) => pairs.map(([one, other], number) => ({ id: `m${number}`, source, ...one, ...other })));

const values = fc.oneof(
  fc.array(fc.oneof({ weight: 4, arbitrary: word }, address), { minLength: 1, maxLength: 8, size: 'max' }),
  word,
  address,
);
const json = fc.record(
  {
    groups: values,
    department: values,
    email: fc.oneof(address, fc.array(address, { maxLength: 3 })),
    email_verified: fc.constantFrom(true, true, false),
    a: fc.record({ b: values }),
  },
  { requiredKeys: ['groups', 'department'] },
);
const importRuns = fc.boolean();

function rows({ grants }: Evaluation): string[] {
  return grants
    .flatMap(({ role, basis, evidence }) =>
      evidence.map(({ mapping, value }) => [role, basis, mapping, value].join(' ')),
    )
    .toSorted();
}

describe('the engine as a whole', () => {
  it('M11: the index agrees with a loop over everything, in 10 000 cases', () => {
    let withGrants = 0;
    fc.assert(
      fc.property(mappings, json, importRuns, (all, sent, runs) => {
        const claims = claimsOf(sent);
        const at = context({ importRuns: runs });
        const evaluation = evaluate(new MappingIndex(all), claims, at);
        if (evaluation.grants.length > 0) withGrants++;
        expect(rows(evaluation)).toEqual(naive(all, claims, at));
      }),
      { numRuns: 10_000 },
    );
    expect(withGrants).toBeGreaterThan(2_000);
  });

  it('M7: neither the order of mappings nor of values matters', () => {
    fc.assert(
      fc.property(mappings, json, (all, sent) => {
        const back = Object.fromEntries(
          Object.entries(sent)
            .toReversed()
            .map(([name, value]) => [name, Array.isArray(value) ? value.toReversed() : value]),
        );
        const one = evaluate(new MappingIndex(all), claimsOf(sent), context({ importRuns: true }));
        const other = evaluate(
          new MappingIndex(all.toReversed()),
          claimsOf(back),
          context({ importRuns: true }),
        );
        expect(rows(other)).toEqual(rows(one));
      }),
      { numRuns: 1_000 },
    );
  });

  it('M7: the roles of two sets of mappings are the union, and adding a mapping takes nothing', () => {
    fc.assert(
      fc.property(mappings, json, fc.nat(12), (all, sent, cut) => {
        const claims = claimsOf(sent);
        const given = (some: readonly RoleMapping[]) =>
          rows(evaluate(new MappingIndex(some), claims, context()));
        const parts = [...given(all.slice(0, cut)), ...given(all.slice(cut))];
        expect(given(all)).toEqual(parts.toSorted());
        expect(given(all)).toEqual(expect.arrayContaining(given(all.slice(1))));
      }),
      { numRuns: 1_000 },
    );
  });

  it('M11: an index that was edited answers as one made anew', () => {
    fc.assert(
      fc.property(mappings, mappings, fc.array(fc.nat(12)), json, (first, second, deleted, sent) => {
        const edited = new MappingIndex(first);
        const outcome = new Map(first.map((mapping) => [mapping.id, mapping]));
        for (const mapping of second) {
          edited.set(mapping);
          outcome.set(mapping.id, mapping);
        }
        for (const number of deleted) {
          expect(edited.delete(`m${number}`)).toBe(outcome.delete(`m${number}`));
        }
        const fresh = new MappingIndex(outcome.values());
        const claims = claimsOf({ ...sent, _claim_names: { groups: 'x' } });
        const [one, other] = [evaluate(edited, claims, context()), evaluate(fresh, claims, context())];
        expect(rows(one)).toEqual(rows(other));
        expect([...one.undecided].toSorted()).toEqual([...other.undecided].toSorted());
        expect(one.incomplete).toBe(other.incomplete);
        expect(edited.size).toBe(outcome.size);
        expect(new Set(edited)).toEqual(new Set(outcome.values()));
      }),
      { numRuns: 1_000 },
    );
  });

  it('M10: there is a reason exactly where a mapping gave nothing', () => {
    const selection = fc.constantFrom('all' as const, 'highest' as const);
    fc.assert(
      fc.property(mappings, json, importRuns, selection, (all, sent, runs, roleSelection) => {
        const at = context({ importRuns: runs, roleSelection });
        const evaluation = evaluate(new MappingIndex(all), claimsOf(sent), at);
        const gave = new Set(
          evaluation.grants.flatMap(({ evidence }) => evidence.map(({ mapping }) => mapping)),
        );
        for (const mapping of all)
          expect(whyNot(evaluation, mapping) === undefined).toBe(gave.has(mapping.id));
      }),
      { numRuns: 1_000 },
    );
  });

  it('M12: the highest role is one of all roles, and the only one', () => {
    fc.assert(
      fc.property(mappings, json, (all, sent) => {
        const index = new MappingIndex(all);
        const every = evaluate(index, claimsOf(sent), context());
        const highest = evaluate(index, claimsOf(sent), context({ roleSelection: 'highest' }));
        const ranks = every.grants.map(({ role }) => ['admin', 'member', 'guest'].indexOf(role));
        const first = ['admin', 'member', 'guest'][Math.min(...ranks)];
        expect(new Set(highest.grants.map(({ role }) => role))).toEqual(
          new Set(first === undefined ? [] : [first]),
        );
      }),
      { numRuns: 500 },
    );
  });

  it('S12: a plan that was applied has nothing left to do, and touches no grant of others', () => {
    const others: HeldGrant[] = [
      { id: 'api', role: 'member', source: 'api', basis: 'api', evidence: [] },
      { id: 'sso', role: 'member', source: 'sso:other', basis: 'force', evidence: [] },
      { id: 'dir', role: 'admin', source: 'directory:d', basis: 'force', evidence: [] },
      { id: 'own default', role: 'guest', source: 'sso:acme-sso', basis: 'default', evidence: [] },
    ];
    fc.assert(
      fc.property(mappings, json, json, importRuns, (all, before, after, runs) => {
        const index = new MappingIndex(all);
        const at = context({ importRuns: runs });
        const once = applied(others, evaluate(index, claimsOf(before), at));
        const now = evaluate(index, claimsOf(after), at);
        const twice = applied(once, now);
        expect(twice.filter((grant) => others.includes(grant))).toEqual(others);
        const again = plan(twice, now);
        expect([again.add, again.remove, again.keep.filter(({ changed }) => changed)]).toEqual([[], [], []]);
      }),
      { numRuns: 1_000 },
    );
  });
});

let made = 0;

function applied(held: readonly HeldGrant[], evaluation: Evaluation): HeldGrant[] {
  const { add, keep, remove } = plan(held, evaluation);
  const evidence = new Map(keep.map((kept) => [kept.grant, kept.evidence]));
  return [
    ...held
      .filter((grant) => !remove.includes(grant))
      .map((grant) => {
        const now = evidence.get(grant);
        return now === undefined ? grant : { ...grant, evidence: now };
      }),
    ...add.map((grant) => ({ ...grant, id: `new-${made++}`, source: 'sso:acme-sso' as const })),
  ];
}
