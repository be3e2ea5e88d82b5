import type { Basis, EvaluatedGrant, Evaluation, Evidence } from './evaluation.js';
import type { ResourceReference } from './role-mapping.js';
import type { SourceKey } from './source.js';

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

/** S10: a place that gives a default role to members with an identity there. */
export interface DefaultRole {
  readonly source: SourceKey;
  readonly role: string;
  /** False while the source's claims were incomplete, the role is gone or not grantable, or the source is not active: nothing is added (M9, M8). */
  readonly mayAdd: boolean;
  /** False while undecided: an existing default grant is left as it is (M9). */
  readonly mayRemove: boolean;
}

export interface DefaultsPlan {
  readonly add: readonly { readonly source: SourceKey; readonly role: string }[];
  readonly remove: readonly HeldGrant[];
}

export type PlanOf = (before: readonly HeldGrant[], evaluation: Evaluation) => Plan;
export type PlanDefaultsOf = (
  heldAfter: readonly HeldGrant[],
  defaults: readonly DefaultRole[],
) => DefaultsPlan;
