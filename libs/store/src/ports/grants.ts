import type { Evidence, HeldGrant } from '@idp-roles/mapping';

/** One row: (member, role, resource or the organization, source, basis), unique over all of them. Role assignment, to the outside. */
export interface Grant extends HeldGrant {
  readonly organization: string;
  readonly member: string;
  /** API grants only (A10). */
  readonly expiresAt?: number;
  /** Who gave it: a member's id, `service-key:<id>`, `host` or the source's key. */
  readonly assignedBy: string;
  readonly createdAt: number;
}

export interface GrantChanges {
  readonly add: readonly Grant[];
  readonly remove: readonly string[];
  readonly evidence: readonly { readonly grant: string; readonly evidence: readonly Evidence[] }[];
}

export interface GrantReader {
  get(organization: string, id: string): Promise<Grant | undefined>;
  /** With evidence, in one query (P7). */
  ofMember(organization: string, member: string): Promise<readonly Grant[]>;
  ofMembers(organization: string, members: readonly string[]): Promise<ReadonlyMap<string, readonly Grant[]>>;
  /** Grants that have evidence of this mapping, with all their evidence (S9). */
  withEvidenceOf(organization: string, mapping: string): Promise<readonly Grant[]>;
  bySource(
    organization: string,
    source: string,
    bases: readonly HeldGrant['basis'][],
  ): Promise<readonly Grant[]>;
  /** Members holding a role, paged by nothing: used for deletion of a role and of a resource. */
  byRole(organization: string, role: string): Promise<readonly Grant[]>;
  onResource(organization: string, type: string, id: string): Promise<readonly Grant[]>;
  /** S11: whether an active member other than `member` holds the role on the same resource (or the organization) by a grant without `expiresAt`. */
  otherHolderExists(
    organization: string,
    role: string,
    member: string,
    resource?: { readonly type: string; readonly id: string },
  ): Promise<boolean>;
}

export interface GrantWriter extends GrantReader {
  /** S12: taken before a `keepLastHolder` role is taken from anyone. */
  lockRole(organization: string, role: string): Promise<void>;
  /** All of one member's changes at once, evidence rows of removed grants included. Nothing to change: no statement. Throws `StoreError` `grant-exists`. */
  apply(organization: string, changes: GrantChanges): Promise<void>;
}
