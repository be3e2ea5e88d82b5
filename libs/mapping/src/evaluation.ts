import type { Claims } from './claims.js';
import type { ResourceReference, SyncMode } from './role-mapping.js';
import type { MappingSource } from './source.js';

export type Basis = 'api' | 'force' | 'import' | 'default';

/** Why a grant is there: one row per mapping and value. `name` is the claim's name as the IdP sent it, `via` how the mapping's claim led to it (M2). */
export interface Evidence {
  readonly mapping: string;
  readonly claim: string;
  readonly value: string;
  readonly name: string;
  readonly via: 'name' | 'alias' | 'friendly-name' | 'path';
}

/** `role` is a role's id; no `resource` means the organization. */
export interface EvaluatedGrant {
  readonly role: string;
  readonly resource?: ResourceReference;
  readonly basis: SyncMode;
  readonly evidence: readonly Evidence[];
}

/** What the engine must know about a role to give it. */
export interface TargetRole {
  readonly id: string;
  readonly slug: string;
  /** `organization` or a resource type. */
  readonly on: string;
  readonly idpGrantable: boolean;
  /** Position for M12: the model's roles in their order, then tenant roles in theirs. */
  readonly rank: number;
}

/** Everything an evaluation depends on besides claims and mappings. All values, no callbacks into a store: the portal runs this too. */
export interface EvaluationContext {
  readonly source: MappingSource;
  /** For mappings without `syncMode`. A directory's is always `force`. */
  readonly defaultSyncMode: SyncMode;
  readonly absentClaim: 'revoke' | 'keep';
  readonly roles: ReadonlyMap<string, TargetRole>;
  /** Folded domains this organization has proven (L10). */
  readonly provenDomains: ReadonlySet<string>;
  /** M5: an organization without a proven domain and with this connection only may map any domain. */
  readonly anyDomain: boolean;
  /** False: `import` mappings do not run (S4), `whyNot` says `import-done`. */
  readonly importRuns: boolean;
  /** True once a directory has taken the member over (S6): `force` mappings of this connection do not run, `whyNot` says `other-source`. */
  readonly takenOver: boolean;
  readonly roleSelection: 'all' | 'highest';
  /** M13; resources named by mappings that exist in the organization, as `type:id`. Absent: mappings to resources are off. */
  readonly resources?: ReadonlySet<string>;
  /** Claim names this connection has sent before (M9); absent where that is not known. */
  readonly claimsSeen?: ReadonlySet<string>;
  /** The `createdAt`/`updatedAt` order of M10's `not-signed-in-since`: ids of mappings newer than the claims that are judged. */
  readonly newerMappings?: ReadonlySet<string>;
}

export type WarningCode =
  | 'claim-never-seen'
  | 'claim-incomplete'
  | 'role-missing'
  | 'role-not-grantable'
  | 'resource-missing'
  | 'value-dropped'
  | 'domain-unproven';

export interface EvaluationWarning {
  readonly code: WarningCode;
  readonly message: string;
  readonly mapping?: string;
  readonly claim?: string;
}

/** Claims × mappings, judged whole. Pure: same input, same value. `whyNot` is asked of it on demand. */
export interface Evaluation {
  readonly grants: readonly EvaluatedGrant[];
  readonly warnings: readonly EvaluationWarning[];
  /** Mappings that read an incomplete claim, or an absent one where the connection says `absentClaim: 'keep'`: what they gave before is not removed (M9). */
  readonly undecided: ReadonlySet<string>;
  /** True where a claim that an enabled mapping reads is incomplete: import, default and deny wait (M9). */
  readonly incomplete: boolean;
  readonly claims: Claims;
  readonly context: EvaluationContext;
}

export type WhyNotCode =
  | 'disabled'
  | 'other-source'
  | 'import-done'
  | 'not-signed-in-since'
  | 'role-missing'
  | 'role-not-grantable'
  | 'resource-missing'
  | 'domain-unproven'
  | 'claim-incomplete'
  | 'claim-absent'
  | 'email-unverified'
  | 'case-mismatch'
  | 'whitespace-mismatch'
  | 'path-mismatch'
  | 'value-mismatch'
  | 'condition-unmet'
  | 'outranked';

/** `message` is a sentence for an admin that says what to do; `nearly` is the value that nearly matched. */
export interface WhyNot {
  readonly mapping: string;
  readonly code: WhyNotCode;
  readonly message: string;
  readonly claim?: string;
  readonly nearly?: string;
}
