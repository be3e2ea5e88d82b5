import { describe, expect, it } from 'vitest';
import { claimsOf, evaluate, MappingIndex, plan, planDefaults, type DefaultRole } from '../src/index.js';
import { context, held, mapping } from './organization.js';

const judge = (json: Record<string, unknown>, given = {}, mappings = [mapping()]) =>
  evaluate(new MappingIndex(mappings), claimsOf(json), context(given));
const engineering = { groups: ['Engineering'] };
const ids = (grants: readonly { id: string }[]) => grants.map(({ id }) => id);

describe('plan', () => {
  it('S1: adds what is missing, keeps what is right, removes what is no longer given', () => {
    const evaluation = judge(engineering);
    expect(plan([], evaluation).add).toMatchObject([{ role: 'member', basis: 'force' }]);
    expect(plan([held()], evaluation)).toMatchObject({ add: [], keep: [{ changed: false }], remove: [] });
    expect(plan([held()], judge({ groups: [] }))).toMatchObject({
      add: [],
      keep: [],
      remove: [{ id: 'grant' }],
    });
  });

  it('S1: a grant whose reasons changed is kept with the new ones', () => {
    const both = [mapping(), mapping({ id: 'all', value: 'Everyone' })];
    const { keep } = plan([held()], judge({ groups: ['Everyone'] }, {}, both));
    expect(keep).toMatchObject([{ changed: true, evidence: [{ mapping: 'all' }] }]);
  });

  it('S2: other sources, api and default grants are neither kept nor removed', () => {
    const others = [
      held({ id: 'api', source: 'api', basis: 'api' }),
      held({ id: 'other', source: 'sso:other' }),
      held({ id: 'dir', source: 'directory:acme-sso' }),
      held({ id: 'default', basis: 'default' }),
    ];
    expect(plan(others, judge({}))).toEqual({ add: [], keep: [], remove: [] });
    expect(plan(others, judge(engineering)).add).toHaveLength(1);
  });

  it('S4: import grants are added where import runs and never removed', () => {
    const once = [mapping({ syncMode: 'import' })];
    const imported = held({ basis: 'import' });
    expect(plan([], judge(engineering, { importRuns: true }, once)).add).toMatchObject([{ basis: 'import' }]);
    expect(plan([], judge(engineering, {}, once)).add).toEqual([]);
    expect(plan([imported], judge({}, { importRuns: true }, once)).remove).toEqual([]);
    expect(plan([imported], judge({}, {}, once))).toEqual({ add: [], keep: [], remove: [] });
  });

  it('S5: a role given by both modes has two grants', () => {
    const both = [mapping(), mapping({ id: 'once', syncMode: 'import' })];
    const bases = plan([], judge(engineering, { importRuns: true }, both)).add.map(({ basis }) => basis);
    expect(bases.toSorted()).toEqual(['force', 'import']);
  });

  it('M9: what an incomplete claim gave before stays, with that reason', () => {
    const overage = { _claim_names: { groups: 'src1' } };
    const { keep, remove } = plan([held()], judge(overage));
    expect(remove).toEqual([]);
    expect(keep).toMatchObject([{ changed: false, evidence: [{ mapping: 'eng' }] }]);
    const mixed = held({ evidence: [...held().evidence, { ...held().evidence[0]!, mapping: 'dept' }] });
    const mappings = [mapping(), mapping({ id: 'dept', claim: 'department', value: 'Design' })];
    const half = plan([mixed], judge({ ...overage, department: 'Sales' }, {}, mappings));
    expect(half.keep).toMatchObject([{ changed: true, evidence: [{ mapping: 'eng' }] }]);
  });

  it('M9: what a mapping that is gone or off gave is removed even then', () => {
    const overage = { hasgroups: true };
    const off = [mapping({ enabled: false }), mapping({ id: 'other', value: 'X' })];
    expect(ids(plan([held()], judge(overage, {}, off)).remove)).toEqual(['grant']);
  });

  it('M8, M9: a role that may not be given any more is not given, but stays until complete claims come', () => {
    const owner = [mapping({ role: 'owner' })];
    const grant = held({ role: 'owner' });
    const waiting = plan([grant], judge({ hasgroups: true, groups: ['Engineering'] }, {}, owner));
    expect(waiting).toMatchObject({ add: [], keep: [{ grant: { id: 'grant' } }], remove: [] });
    expect(ids(plan([grant], judge(engineering, {}, owner)).remove)).toEqual(['grant']);
  });

  it('M9: import waits for complete claims', () => {
    const once = [
      mapping({ claim: 'department', value: 'Design', syncMode: 'import' }),
      mapping({ id: 'g' }),
    ];
    const evaluation = judge({ department: 'Design', hasgroups: true }, { importRuns: true }, once);
    expect(evaluation.incomplete).toBe(true);
    expect(plan([], evaluation).add).toEqual([]);
  });

  it('S6: once a directory has taken over, force grants go, whatever the claims', () => {
    const taken = { takenOver: true };
    expect(ids(plan([held()], judge(engineering, taken)).remove)).toEqual(['grant']);
    expect(ids(plan([held()], judge({ hasgroups: true }, taken)).remove)).toEqual(['grant']);
  });

  it('M13: the same role on another resource is another grant', () => {
    const resource = { type: 'workspace', id: 'a' };
    const onA = held({ role: 'ws-admin', resource });
    const onB = mapping({ role: 'ws-admin', resource: { type: 'workspace', id: 'b' } });
    const { add, remove } = plan([onA], judge(engineering, { resources: new Set(['workspace:b']) }, [onB]));
    expect([add[0]?.resource?.id, remove[0]?.resource?.id]).toEqual(['b', 'a']);
  });

  it('M9: what an evaluation was given does not change when the mappings do', () => {
    const index = new MappingIndex([mapping()]);
    const evaluation = evaluate(index, claimsOf({ hasgroups: true }), context());
    index.set(mapping({ id: 'late' }));
    index.delete('eng');
    expect([...evaluation.undecided]).toEqual(['eng']);
    expect([...evaluate(index, claimsOf({ hasgroups: true }), context()).undecided]).toEqual(['late']);
  });
});

function place(given: Partial<DefaultRole> = {}): DefaultRole {
  return { source: 'sso:acme-sso', role: 'guest', mayAdd: true, mayRemove: true, ...given };
}

describe('planDefaults', () => {
  const byDefault = held({ id: 'd', role: 'guest', basis: 'default', evidence: [] });

  it('S10: a default is given where there is no role, and goes where there is one', () => {
    expect(planDefaults([], [place()]).add).toEqual([{ source: 'sso:acme-sso', role: 'guest' }]);
    expect(planDefaults([byDefault], [place()])).toEqual({ add: [], remove: [] });
    for (const basis of ['api', 'force', 'import'] as const) {
      expect(ids(planDefaults([byDefault, held({ basis })], [place()]).remove)).toEqual(['d']);
      expect(planDefaults([held({ basis })], [place()]).add).toEqual([]);
    }
  });

  it('S10: a role on a resource is no organization role, and defaults do not count for each other', () => {
    const onResource = held({ resource: { type: 'workspace', id: 'w' } });
    const second = place({ source: 'directory:d', role: 'member' });
    expect(planDefaults([onResource], [place(), second]).add).toHaveLength(2);
    expect(planDefaults([byDefault], [place(), second]).add).toEqual([
      { source: 'directory:d', role: 'member' },
    ]);
  });

  it('S10: another default, or none any more, takes the old one', () => {
    expect(planDefaults([byDefault], [place({ role: 'member' })])).toMatchObject({
      add: [{ role: 'member' }],
      remove: [byDefault],
    });
    expect(planDefaults([byDefault], []).remove).toEqual([byDefault]);
  });

  it('M9: while undecided nothing is added and nothing removed', () => {
    const waiting = place({ mayAdd: false, mayRemove: false });
    expect(planDefaults([], [waiting])).toEqual({ add: [], remove: [] });
    expect(planDefaults([byDefault, held()], [waiting])).toEqual({ add: [], remove: [] });
  });
});
