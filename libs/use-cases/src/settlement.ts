import type { Evidence, HeldGrant } from '@idp-roles/mapping';
import type { Grant, Member } from '@idp-roles/store';
import type { Recognition } from './recognition.js';

export type GrantDraft = Pick<HeldGrant, 'role' | 'resource' | 'source' | 'basis' | 'evidence'> &
  Pick<Grant, 'expiresAt'> & {
    /** Of the grant it takes the place of. */
    readonly id?: string;
  };

export interface EvidenceChange {
  readonly grant: Grant;
  readonly evidence: readonly Evidence[];
}

/** What a verb wants done to one member's grants. */
export interface GrantsWanted {
  /** With the status it has once the verb is done. */
  readonly member: Member;
  /** All the member's grants, read after the member was locked. */
  readonly before: readonly Grant[];
  readonly add?: readonly GrantDraft[];
  readonly remove?: readonly Grant[];
  readonly evidence?: readonly EvidenceChange[];
  /** For the audit events (S13). */
  readonly cause: Readonly<Record<string, unknown>>;
  /** S11: a sync keeps the grant of a last holder, an edit is refused; `ignore` where the role or resource itself goes. */
  readonly lastHolder: 'keep' | 'refuse' | 'ignore';
  /** Absent: as stored. */
  readonly recognised?: readonly Recognition[];
}

/** What will be done, default grants (S10) and last holders (S11) included. */
export interface Settlement extends GrantsWanted {
  readonly add: readonly Grant[];
  readonly remove: readonly Grant[];
  readonly evidence: readonly EvidenceChange[];
  /** Last holders' grants that would have gone. */
  readonly kept: readonly Grant[];
  readonly after: readonly Grant[];
}
