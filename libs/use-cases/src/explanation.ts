import type { Basis, Evidence, ResourceReference } from '@idp-roles/mapping';
import type { Member } from '@idp-roles/store';

export interface ExplainedGrant {
  readonly id: string;
  readonly source: string;
  /** The connection's name; absent for other sources, and for one that is gone. */
  readonly connection?: string;
  /** The directory's, likewise. */
  readonly directory?: string;
  readonly basis: Basis;
  /** Milliseconds since the epoch. */
  readonly since: number;
  readonly assignedBy: string;
  readonly expiresAt?: number;
  /** Whether it gives the role at this instant: not where it expired, or the role is gone. */
  readonly inEffect: boolean;
  /** Empty for `api` and `default`, and for a `force` grant that only `keepLastHolder` keeps. */
  readonly evidence: readonly (Evidence & { readonly note?: string })[];
}

export interface ExplainedRole {
  /** The slug, or the id of a role that is gone. */
  readonly role: string;
  /** The role was deleted since: its grants mean nothing (M8). */
  readonly gone: boolean;
  readonly resource?: ResourceReference;
  readonly grants: readonly ExplainedGrant[];
}

export interface ExplainedWhyNot {
  readonly mapping?: string;
  readonly source?: string;
  /**
   * M10's codes; `no-mapping`; where there are no claims to judge, `never-signed-in`, `claims-not-kept` or `connection-not-active`; of a
   * directory's mapping `directory-not-active`, `not-in-directory`, `user-not-active`, `member-suspended`, `member-deprovisioned`, or
   * `resync-pending` where it fits and the role is on its way.
   */
  readonly code: string;
  readonly message: string;
  readonly claim?: string;
  readonly nearly?: string;
}

export interface Explanation {
  readonly member: Pick<Member, 'id' | 'status' | 'email' | 'name'>;
  readonly roles: readonly ExplainedRole[];
  /** Present where a role was asked for that the member lacks. */
  readonly whyNot?: readonly ExplainedWhyNot[];
  /** Whether the claims of the last sign-in differ from those of the one before; absent where there were not two. */
  readonly claimsChanged?: boolean;
}
