import { strict as assert } from 'node:assert';
import { claimsOf, evaluate, MappingIndex, type RoleMapping } from '@idp-roles/mapping';
import { measure } from './measure.ts';
import { bareIndex } from './peers.ts';
import { duration, times, type Row } from './row.ts';
import { context, groupName, mappingsOf } from './tenants.ts';

const large = 100_000;

/** P2: a mapping edit until evaluations see it, against building the table again. */
export function editing(): Row[] {
  const mappings = mappingsOf(large);
  const index = new MappingIndex(mappings);
  const small = new MappingIndex(mappingsOf(100));
  assertLive(index, mappings);
  const { nanoseconds, ratio } = measure([
    { name: 'ours', run: (turn) => edit(index, large, turn) },
    { name: 'small', run: (turn) => edit(small, 100, turn) },
    { name: 'rebuild', run: () => bareIndex(mappings) },
  ]);
  const ours = nanoseconds.get('ours') ?? Number.NaN;
  return [
    {
      op: 'P2 one mapping edit at 100 000, until it is live',
      ours: duration(ours),
      peer: `rebuilding a bare Map ${duration(nanoseconds.get('rebuild') ?? Number.NaN)}`,
      ratio: times(ratio('rebuild', 'ours')),
      growth: times(ratio('ours', 'small')),
      goal: '≤ 20 µs',
      reached: ours <= 20_000,
    },
  ];
}

/** Gives one mapping another value and evaluates a person who has it. */
function edit(index: MappingIndex, size: number, turn: number): unknown {
  const number = (turn * 7_919) % size;
  const value = groupName(number * 10 + (turn & 1));
  index.set({ id: `mapping-${number}`, source: context.source, claim: 'groups', value, role: 'role-0' });
  return evaluate(index, claimsOf({ groups: [value] }), context);
}

/** After a thousand edits the index answers as one built from the outcome does. */
function assertLive(index: MappingIndex, mappings: readonly RoleMapping[]): void {
  const outcome = new Map(mappings.map((mapping) => [mapping.id, mapping]));
  for (let number = 0; number < 1_000; number++) {
    const id = `mapping-${number * 3}`;
    if (number % 3 === 0) {
      index.delete(id);
      outcome.delete(id);
      continue;
    }
    const edited: RoleMapping = {
      ...(outcome.get(id) as RoleMapping),
      value: groupName(number),
      role: 'role-1',
    };
    index.set(edited);
    outcome.set(id, edited);
  }
  const fresh = new MappingIndex(outcome.values());
  const claims = claimsOf({ groups: Array.from({ length: 40_000 }, (_, number) => groupName(number)) });
  assert.deepEqual(evidenceOf(index), evidenceOf(fresh));
  function evidenceOf(of: MappingIndex): string[] {
    return evaluate(of, claims, context)
      .grants.flatMap(({ role, evidence }) =>
        evidence.map(({ mapping, value }) => `${role} ${mapping} ${value}`),
      )
      .toSorted();
  }
}
