import type { Basis, EvaluatedGrant, Evaluation, Evidence } from './evaluation.js';
import { forceStopped } from './target.js';
import type { ResourceReference } from './role-mapping.js';
import { sourceKey, type SourceKey } from './source.js';

/** A grant as the store holds it. `source` is `api` or the source's key. */
export interface HeldGrant {
  readonly id: string;
  readonly role: string;
  readonly resource?: ResourceReference;
  readonly source: SourceKey | 'api';
  readonly basis: Basis;
  readonly evidence: readonly Evidence[];
}

export interface KeptGrant {
  readonly grant: HeldGrant;
  /** The evidence it has from now on. */
  readonly evidence: readonly Evidence[];
  /** Whether that differs from what is stored. */
  readonly changed: boolean;
}

/** The difference between what one source gave (bases `force` and `default`, plus `import` where it runs) and what it should give now. Rules S1, S2, M9. */
export interface Plan {
  readonly add: readonly EvaluatedGrant[];
  readonly keep: readonly KeptGrant[];
  readonly remove: readonly HeldGrant[];
}

/**
 * S1, S2: what one source gave against what it gives now. Looks only at this source's own grants of bases `force` and,
 * where import runs, `import`; all others, `default` ones too, are neither kept nor removed here, and an import grant never is removed (S4).
 * M9: evidence of an undecided mapping stays, and its grant with it. Idempotent: after applying, the same plan has nothing to add, change or remove.
 */
export function plan(before: readonly HeldGrant[], evaluation: Evaluation): Plan {
  const { context, undecided } = evaluation;
  const own = sourceKey(context.source);
  const wanted = new Map(evaluation.grants.map((grant) => [grantKey(grant), grant]));
  const keep: KeptGrant[] = [];
  const remove: HeldGrant[] = [];
  for (const grant of before) {
    if (grant.source !== own || (grant.basis !== 'force' && grant.basis !== 'import')) continue;
    const key = grantKey(grant);
    const now = wanted.get(key)?.evidence ?? [];
    if (grant.basis === 'import') {
      if (!context.importRuns) continue;
      wanted.delete(key);
      keep.push(kept(grant, union(grant.evidence, now)));
      continue;
    }
    const waiting = forceStopped(context)
      ? []
      : grant.evidence.filter(({ mapping }) => undecided.has(mapping));
    if (wanted.delete(key) || waiting.length > 0) keep.push(kept(grant, union(now, waiting)));
    else remove.push(grant);
  }
  return { add: [...wanted.values()], keep, remove };
}

function kept(grant: HeldGrant, evidence: readonly Evidence[]): KeptGrant {
  const held = new Set(grant.evidence.map(evidenceKey));
  const changed = held.size !== evidence.length || !evidence.every((row) => held.has(evidenceKey(row)));
  return changed ? { grant, evidence, changed } : { grant, evidence: grant.evidence, changed };
}

function union(first: readonly Evidence[], second: readonly Evidence[]): readonly Evidence[] {
  return [...new Map([...first, ...second].map((row) => [evidenceKey(row), row])).values()];
}

function grantKey({ role, resource, basis }: Pick<HeldGrant, 'role' | 'resource' | 'basis'>): string {
  return JSON.stringify([role, basis, resource?.type, resource?.id]);
}

function evidenceKey({ mapping, claim, value, name, via }: Evidence): string {
  return JSON.stringify([mapping, claim, value, name, via]);
}
