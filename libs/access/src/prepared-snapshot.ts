import type { AccessModel } from './access-model.js';
import { ORGANIZATION, type ResourceReference } from './resource-reference.js';
import type { Role } from './role.js';
import type { AccessSnapshot, SnapshotGrant } from './snapshot.js';
import { tenantRoles, type TenantRole } from './tenant-role.js';

/** One role held on one resource, and the next role held there. */
export interface Holding {
  readonly role: Role;
  /** All that give it. */
  readonly grants: readonly SnapshotGrant[];
  /** When the longest-lived of them ends, in milliseconds since the epoch; `Infinity` for never. */
  readonly until: number;
  readonly next: Holding | undefined;
}

/** A member's snapshot, indexed once so that a check costs the depth of the tree, whatever the number of grants. */
export interface PreparedSnapshot extends Omit<AccessSnapshot, 'grants'> {
  /** Grants that give something under this model, in their stored order. */
  readonly grants: readonly SnapshotGrant[];
  readonly roleById: (id: string) => Role | undefined;
  readonly roleBySlug: (slug: string) => Role | undefined;
  readonly onOrganization: Holding | undefined;
  readonly onResource: (resource: ResourceReference) => Holding | undefined;
}

/**
 * Grants of roles that neither the model nor the organization knows, or that stand on another type than their role's,
 * give nothing and are left out.
 */
export function prepareSnapshot(
  model: AccessModel,
  snapshot: AccessSnapshot,
  storedTenantRoles: readonly TenantRole[] = [],
): PreparedSnapshot {
  const own = tenantRoles(model, storedTenantRoles);
  const roleById = (id: string) => model.roles.get(id) ?? own.get(id);
  let onOrganization: MutableHolding | undefined;
  const byType = new Map<string, Map<string, MutableHolding>>();
  const grants: SnapshotGrant[] = [];

  for (const grant of snapshot.grants) {
    const role = roleById(grant.role);
    if (role === undefined || role.on !== (grant.resource?.type ?? ORGANIZATION)) continue;
    grants.push(grant);
    if (grant.resource === undefined) onOrganization = hold(onOrganization, role, grant);
    else {
      const { type, id } = grant.resource;
      const byId = byType.get(type) ?? new Map<string, MutableHolding>();
      byType.set(type, byId.set(id, hold(byId.get(id), role, grant)));
    }
  }
  const { organization, member, status, sessionsValidFrom, version } = snapshot;
  return {
    organization,
    member,
    status,
    sessionsValidFrom,
    version,
    grants,
    roleById,
    roleBySlug: (slug) => model.roles.get(slug) ?? [...own.values()].find((role) => role.slug === slug),
    onOrganization,
    onResource: ({ type, id }) => byType.get(type)?.get(id),
  };
}

interface MutableHolding extends Holding {
  readonly grants: SnapshotGrant[];
  until: number;
  readonly next: MutableHolding | undefined;
}

/** The chain `first`, with one grant more. */
function hold(first: MutableHolding | undefined, role: Role, grant: SnapshotGrant): MutableHolding {
  const until = endOf(grant);
  for (let at = first; at; at = at.next) {
    if (at.role !== role) continue;
    at.grants.push(grant);
    at.until = Math.max(at.until, until);
    return first ?? at;
  }
  return { role, grants: [grant], until, next: first };
}

/** When a grant ends, in milliseconds since the epoch. An end that is no number has passed. */
export function endOf({ expiresAt = Number.POSITIVE_INFINITY }: SnapshotGrant): number {
  return Number.isNaN(expiresAt) ? Number.NEGATIVE_INFINITY : expiresAt;
}
