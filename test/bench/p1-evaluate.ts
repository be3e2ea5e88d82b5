import { strict as assert } from 'node:assert';
import { claimsOf, evaluate, MappingIndex, type Evaluation, type RoleMapping } from '@idp-roles/mapping';
import { measure, median } from './measure.ts';
import { bareIndex, jmespathRules, naiveScan, rulesEngine } from './peers.ts';
import { duration, times, type Row } from './row.ts';
import { context, mappingsOf, peopleOf, type Person } from './tenants.ts';

const crowd = 256;

/** P1: evaluating a person's groups against an organization's mappings. */
export async function evaluating(): Promise<Row[]> {
  return [...(await sideBySide()), ...halfMapped(), fromJson(), ...growth(), manyGroups()];
}

async function sideBySide(): Promise<Row[]> {
  const mappings = mappingsOf(1_000);
  const people = peopleOf(crowd, 50, 10_000);
  const index = new MappingIndex(mappings);
  const bare = bareIndex(mappings);
  const naive = naiveScan(mappings);
  const jmespath = jmespathRules(mappings);
  const engine = rulesEngine(mappings);
  for (const [number, { groups, claims }] of people.entries()) {
    const evaluation = evaluate(index, claims, context);
    assertEvidence(evaluation, mappings, groups);
    const ours = rolesOf(evaluation);
    assert.deepEqual(ours, sorted(bare(groups)));
    assert.deepEqual(ours, sorted(naive(groups)));
    if (number < 4) assert.deepEqual(ours, sorted(jmespath(groups)));
    if (number < 4) assert.deepEqual(ours, sorted(await engine(groups)));
  }
  const { nanoseconds, ratio } = measure([
    { name: 'ours', run: (turn) => evaluate(index, one(people, turn).claims, context) },
    { name: 'bare', run: (turn) => bare(one(people, turn).groups) },
    { name: 'naive', run: (turn) => naive(one(people, turn).groups) },
    { name: 'jmespath', run: (turn) => jmespath(one(people, turn).groups) },
  ]);
  const time = (name: string) => duration(nanoseconds.get(name) ?? Number.NaN);
  const op = 'P1 evaluate 1 000 mappings × 50 groups';
  const engineTimes = await engineRatios(engine, people, index);
  return [
    slower(op, time('ours'), `bare Map index ${time('bare')}`, ratio('ours', 'bare'), 2),
    row(op, time('ours'), `naive scan ${time('naive')}`, ratio('naive', 'ours'), 50),
    row(op, time('ours'), `JMESPath per rule ${time('jmespath')}`, ratio('jmespath', 'ours'), 50),
    row(op, time('ours'), `json-rules-engine ${duration(engineTimes.peer)}`, engineTimes.ratio, 50),
  ];
}

/** It answers with a promise, so it has rounds of its own, each beside one of ours. */
async function engineRatios(
  engine: ReturnType<typeof rulesEngine>,
  people: readonly Person[],
  index: MappingIndex,
): Promise<{ peer: number; ratio: number }> {
  const peers: number[] = [];
  const ratios: number[] = [];
  for (let round = 0; round < 7; round++) {
    let from = process.hrtime.bigint();
    for (let turn = 0; turn < 2_000; turn++) evaluate(index, one(people, turn).claims, context);
    const ours = Number(process.hrtime.bigint() - from) / 2_000;
    from = process.hrtime.bigint();
    for (let turn = 0; turn < 8; turn++) await engine(one(people, turn).groups);
    const peer = Number(process.hrtime.bigint() - from) / 8;
    peers.push(peer);
    ratios.push(peer / ours);
  }
  return { peer: median(peers), ratio: median(ratios) };
}

/** The first evaluation of claims also reads their values (M3); later ones of the same claims do not. */
function fromJson(): Row {
  const mappings = mappingsOf(1_000);
  const people = peopleOf(crowd, 50, 10_000);
  const index = new MappingIndex(mappings);
  const naive = naiveScan(mappings);
  const { nanoseconds, ratio } = measure([
    {
      name: 'ours',
      run: (turn) => evaluate(index, claimsOf({ groups: [...one(people, turn).groups] }), context),
    },
    { name: 'naive', run: (turn) => naive([...one(people, turn).groups]) },
  ]);
  return row(
    'P1 the same, from the token’s JSON each time',
    duration(nanoseconds.get('ours') ?? Number.NaN),
    `naive scan ${duration(nanoseconds.get('naive') ?? Number.NaN)}`,
    ratio('naive', 'ours'),
    15,
  );
}

/** Twenty-five of a person's fifty groups are mapped: there is more to tell than to look up. */
function halfMapped(): Row[] {
  const mappings = mappingsOf(1_000, 2);
  const people = peopleOf(crowd, 50, 2_000);
  const index = new MappingIndex(mappings);
  const bare = bareIndex(mappings);
  const naive = naiveScan(mappings);
  for (const { groups, claims } of people) {
    const evaluation = evaluate(index, claims, context);
    assertEvidence(evaluation, mappings, groups);
    assert.deepEqual(rolesOf(evaluation), sorted(naive(groups)));
  }
  const { nanoseconds, ratio } = measure([
    { name: 'ours', run: (turn) => evaluate(index, one(people, turn).claims, context) },
    { name: 'bare', run: (turn) => bare(one(people, turn).groups) },
    { name: 'naive', run: (turn) => naive(one(people, turn).groups) },
  ]);
  const time = (name: string) => duration(nanoseconds.get(name) ?? Number.NaN);
  const op = 'P1 the same, half of the groups mapped';
  return [
    slower(op, time('ours'), `bare Map index ${time('bare')}`, ratio('ours', 'bare'), 2),
    row(op, time('ours'), `naive scan ${time('naive')}`, ratio('naive', 'ours'), 20),
  ];
}

/**
 * First the same people with the same mapped groups in a small and a large organization. Then people from all over the large one,
 * who meet cold memory, where a bare Map grows too.
 */
function growth(): Row[] {
  const people = peopleOf(crowd, 50, 1_000);
  const spread = peopleOf(crowd, 50, 1_000_000);
  const smallMappings = mappingsOf(100);
  const largeMappings = mappingsOf(100_000);
  const small = new MappingIndex(smallMappings);
  const large = new MappingIndex(largeMappings);
  const bareSmall = bareIndex(smallMappings);
  const bareLarge = bareIndex(largeMappings);
  for (const { claims } of people) {
    assert.deepEqual(rolesOf(evaluate(small, claims, context)), rolesOf(evaluate(large, claims, context)));
  }
  for (const { groups, claims } of spread) {
    assert.deepEqual(rolesOf(evaluate(large, claims, context)), sorted(bareLarge(groups)));
  }
  const { nanoseconds, ratio } = measure([
    { name: 'small', run: (turn) => evaluate(small, one(people, turn).claims, context) },
    { name: 'large', run: (turn) => evaluate(large, one(people, turn).claims, context) },
    { name: 'spread', run: (turn) => evaluate(large, one(spread, turn).claims, context) },
    { name: 'bare small', run: (turn) => bareSmall(one(people, turn).groups) },
    { name: 'bare spread', run: (turn) => bareLarge(one(spread, turn).groups) },
  ]);
  const time = (name: string) => duration(nanoseconds.get(name) ?? Number.NaN);
  const grown = ratio('large', 'small');
  const cold = ratio('spread', 'small');
  const beside = ratio('spread', 'bare spread');
  const bareCold = ratio('bare spread', 'bare small');
  return [
    {
      op: 'P1 growth of one evaluation, 100 → 100 000 mappings',
      ours: time('large'),
      peer: `at 100: ${time('small')}`,
      ratio: '–',
      growth: times(grown),
      goal: '≤ 3×',
      reached: grown <= 3,
    },
    {
      op: 'P1 the same, people from all over the large organization (ours ÷ peer)',
      ours: time('spread'),
      peer: `bare Map index ${time('bare spread')}, grows ${times(bareCold)}`,
      ratio: times(beside),
      growth: times(cold),
      goal: '≤ 2×',
      reached: beside <= 2,
    },
  ];
}

function manyGroups(): Row {
  const mappings = mappingsOf(10, 400);
  const people = peopleOf(crowd, 1_000, 4_000);
  const index = new MappingIndex(mappings);
  const naive = naiveScan(mappings);
  for (const { groups, claims } of people) {
    assert.deepEqual(rolesOf(evaluate(index, claims, context)), sorted(naive(groups)));
  }
  const { nanoseconds, ratio } = measure([
    { name: 'ours', run: (turn) => evaluate(index, one(people, turn).claims, context) },
    { name: 'naive', run: (turn) => naive(one(people, turn).groups) },
  ]);
  return row(
    'P1 evaluate 10 mappings × 1 000 groups',
    duration(nanoseconds.get('ours') ?? Number.NaN),
    `naive scan ${duration(nanoseconds.get('naive') ?? Number.NaN)}`,
    ratio('naive', 'ours'),
    1,
  );
}

/** A peer that does less: how many times its time ours may take. */
function slower(op: string, ours: string, peer: string, ratio: number, goal: number): Row {
  return {
    op: `${op} (ours ÷ peer)`,
    ours,
    peer,
    ratio: times(ratio),
    goal: `≤ ${goal}×`,
    reached: ratio <= goal,
  };
}

function row(op: string, ours: string, peer: string, ratio: number, goal: number): Row {
  return { op, ours, peer, ratio: times(ratio), goal: `≥ ${goal}×`, reached: ratio >= goal };
}

function one(people: readonly Person[], turn: number): Person {
  return people[turn % crowd] as Person;
}

function rolesOf({ grants }: Evaluation): string[] {
  return sorted(grants.map(({ role }) => role));
}

function sorted(roles: Iterable<string>): string[] {
  return [...roles].toSorted();
}

/** Ours also says why: one row of evidence for each mapping whose group the person has, no more and no less. */
function assertEvidence(
  { grants }: Evaluation,
  mappings: readonly RoleMapping[],
  groups: readonly string[],
): void {
  const expected = mappings
    .filter(({ value = '' }) => groups.includes(value))
    .map(({ id, value, role }) => `${id} ${value} ${role}`);
  const given = grants.flatMap(({ role, evidence }) =>
    evidence.map(({ mapping, value }) => `${mapping} ${value} ${role}`),
  );
  assert.deepEqual(sorted(given), sorted(expected));
}
