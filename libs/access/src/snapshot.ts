import type { ResourceReference } from './resource-reference.js';

export type MemberStatus = 'invited' | 'active' | 'suspended' | 'deprovisioned';

/** One grant of a member, as the store holds it. */
export interface SnapshotGrant {
  readonly id: string;
  /** A role's id: for a model role its slug, for a tenant role an id of its own. */
  readonly role: string;
  /** Absent: the organization. */
  readonly resource?: ResourceReference;
  /** Milliseconds since the epoch. From that instant on the grant gives nothing (A10). */
  readonly expiresAt?: number;
  /** `api`, `sso:<connection>` or `directory:<directory>`. */
  readonly source: string;
  readonly basis: 'api' | 'force' | 'import' | 'default';
}

/** All that is needed to answer for one member, at one version of their organization. */
export interface AccessSnapshot {
  readonly organization: string;
  readonly member: string;
  readonly status: MemberStatus;
  /** Milliseconds since the epoch: sessions that began before are dead (S8). */
  readonly sessionsValidFrom: number;
  readonly version: number;
  readonly grants: readonly SnapshotGrant[];
}
