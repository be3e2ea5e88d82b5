import type { Basis, ResourceReference } from '@idp-roles/mapping';
import type { Grant, Member, MemberStatus } from '@idp-roles/store';
import type { RoleCatalogue } from './role-catalogue.js';

/** A grant as the outside sees it: a role assignment. */
export interface RoleAssignment {
  readonly id: string;
  /** A slug. */
  readonly role: string;
  readonly resource?: ResourceReference;
  /** `api` or `sso:<connection>` or `directory:<directory>`. */
  readonly source: string;
  readonly basis: Basis;
  /** The mapping that gives it, the first where several do. */
  readonly mapping?: string;
  /** All mappings that give it. */
  readonly mappings?: readonly string[];
  /** Milliseconds since the epoch. */
  readonly expiresAt?: number;
}

export interface MemberWithRoles {
  readonly id: string;
  readonly status: MemberStatus;
  readonly email?: string;
  readonly name?: string;
  /** As stored: a suspended member's, and what has expired, are among them. Roles that are gone are not. */
  readonly roles: readonly RoleAssignment[];
}

export function presentMember(
  { id, status, email, name }: Member,
  grants: readonly Grant[],
  roles: RoleCatalogue,
): MemberWithRoles {
  return {
    id,
    status,
    ...(email !== undefined && { email }),
    ...(name !== undefined && { name }),
    roles: grants
      .filter(({ role }) => roles.byId(role) !== undefined)
      .toSorted((one, other) => roles.compare(one, other))
      .map((grant) => presentGrant(grant, roles)),
  };
}

export function presentGrant(
  { id, role, resource, source, basis, evidence, expiresAt }: Grant,
  roles: RoleCatalogue,
): RoleAssignment {
  const mappings = [...new Set(evidence.map(({ mapping }) => mapping))].toSorted();
  return {
    id,
    role: roles.slugOf(role),
    ...(resource && { resource }),
    source,
    basis,
    ...(mappings[0] !== undefined && { mapping: mappings[0], mappings }),
    ...(expiresAt !== undefined && { expiresAt }),
  };
}
