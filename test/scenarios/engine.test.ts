import {
  evaluate,
  MappingIndex,
  plan,
  sourceKey,
  whyNot,
  type EvaluatedGrant,
  type HeldGrant,
  type SourceKey,
} from '@idp-roles/mapping';
import { describe, expect, it } from 'vitest';
import { scenarios, type ExpectedRole } from './scenarios.js';

describe.each(scenarios())('$file: $name ($rules)', (scenario) => {
  const own = sourceKey(scenario.context.source);
  const index = new MappingIndex(scenario.mappings.filter(({ source }) => sourceKey(source) === own));
  const evaluation = evaluate(index, scenario.claimsGiven, scenario.context);

  it('gives these roles for these reasons', () => {
    expect(sorted(evaluation.grants.map(asWritten))).toEqual(sorted(scenario.roles.map(withoutVia)));
    for (const { role, via } of scenario.roles) {
      if (via === undefined) continue;
      const rows = evaluation.grants
        .filter((grant) => grant.role === role)
        .flatMap(({ evidence }) => evidence);
      expect(new Set(rows.map((row) => row.via))).toEqual(new Set([via]));
    }
  });

  it('says what is doubtful', () => {
    expect(evaluation.warnings.map(({ code }) => code).toSorted()).toEqual(scenario.warnings.toSorted());
    expect([...evaluation.undecided].toSorted()).toEqual(scenario.undecided.toSorted());
    expect(evaluation.incomplete).toBe(scenario.incomplete);
  });

  it('says why not for each mapping that gave nothing', () => {
    for (const mapping of scenario.mappings) {
      const why = whyNot(evaluation, mapping);
      const expected = scenario.whyNot.get(mapping.id);
      expect({ id: mapping.id, code: why?.code, nearly: why?.nearly }).toEqual({
        id: mapping.id,
        code: expected?.code,
        nearly: expected?.nearly,
      });
      if (why !== undefined) expect(why.message).toMatch(/^[`A-Z].{20,}\.$/s);
    }
  });

  it('M10: has a reason for every mapping that gave nothing, and for no other', () => {
    const gave = new Set(evaluation.grants.flatMap(({ evidence }) => evidence.map(({ mapping }) => mapping)));
    for (const mapping of scenario.mappings) {
      const why = whyNot(evaluation, mapping);
      if (why?.code === 'not-signed-in-since') continue;
      expect([mapping.id, why === undefined]).toEqual([mapping.id, gave.has(mapping.id)]);
    }
  });

  it('S12: planning twice changes nothing the second time', () => {
    const first = plan([], evaluation);
    const held = first.add.map((grant, number) => heldOf(grant, number, own));
    expect(plan(held, evaluation)).toMatchObject({ add: [], remove: [] });
    expect(plan(held, evaluation).keep.every(({ changed }) => !changed)).toBe(true);
  });
});

function heldOf(grant: EvaluatedGrant, number: number, source: SourceKey): HeldGrant {
  return { ...grant, id: `grant-${number}`, source };
}

function asWritten({ role, basis, resource, evidence }: EvaluatedGrant): ExpectedRole {
  const because = evidence.map(({ mapping, value }) => ({ [mapping]: value }));
  return { role, basis, ...(resource && { resource }), because: sorted(because) };
}

function withoutVia({ role, basis, resource, because }: ExpectedRole): ExpectedRole {
  return { role, basis, ...(resource && { resource }), because: sorted(because) };
}

function sorted<T>(items: readonly T[]): T[] {
  return items.toSorted((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1));
}
