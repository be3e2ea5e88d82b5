import type { ResourceReference } from './resource-reference.js';

/**
 * Why not.
 * - `member-not-active`: invited, suspended or deprovisioned.
 * - `question-unknown`: the model has no such role or permission, or the role stands on another type.
 * - `resource-unknown`: not a resource of this organization.
 * - `path-inconsistent`: the ancestors given are not those the model's tree asks for.
 * - `nothing-held`: no grant on the resource, an ancestor or the organization.
 * - `grant-expired`: a grant there would do, but for its `expiresAt`.
 * - `not-included`: grants there, none of whose roles gives it.
 */
export type DenialCode =
  | 'member-not-active'
  | 'question-unknown'
  | 'resource-unknown'
  | 'path-inconsistent'
  | 'nothing-held'
  | 'grant-expired'
  | 'not-included';

/** A grant that by itself is reason enough. */
export interface Reason {
  /** The grant's id. */
  readonly grant: string;
  /** The role's slug. */
  readonly role: string;
  /** Where it is held; absent: the organization. */
  readonly resource?: ResourceReference;
  readonly source: string;
}

/** The answer and its reasons. Reasons are gathered when asked for: most callers only want the answer. */
export interface Decision {
  readonly allowed: boolean;
  /** Absent where allowed. */
  readonly code?: DenialCode;
  /** Every grant that contributed, nearest the resource first; empty where denied. */
  readonly reasons: readonly Reason[];
}
