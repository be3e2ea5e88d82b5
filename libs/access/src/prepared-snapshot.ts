import type { AccessModel } from './access-model.js';
import { ORGANIZATION, type ResourceReference } from './resource-reference.js';
import type { Role } from './role.js';
import type { AccessSnapshot, SnapshotGrant } from './snapshot.js';
import { tenantRoles, type TenantRole } from './tenant-role.js';

/** One role held on one resource. `grants` are those that give it, the longest-lived first. */
export interface Holding {
  readonly role: Role;
  readonly grants: readonly SnapshotGrant[];
}

/** A member's snapshot, indexed once so that a check costs the depth of the tree, whatever the number of grants. */
export interface PreparedSnapshot extends Omit<AccessSnapshot, 'grants'> {
  /** Grants that give something under this model, in their stored order. */
  readonly grants: readonly SnapshotGrant[];
  readonly roleById: (id: string) => Role | undefined;
  readonly roleBySlug: (slug: string) => Role | undefined;
  readonly onOrganization: readonly Holding[];
  readonly onResource: (resource: ResourceReference) => readonly Holding[];
}

const NOTHING: readonly Holding[] = [];

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
  const onOrganization: MutableHolding[] = [];
  const byType = new Map<string, Map<string, MutableHolding[]>>();
  const grants: SnapshotGrant[] = [];

  for (const grant of snapshot.grants) {
    const role = roleById(grant.role);
    if (role === undefined || role.on !== (grant.resource?.type ?? ORGANIZATION)) continue;
    grants.push(grant);
    if (grant.resource === undefined) hold(onOrganization, role, grant);
    else hold(holdingsOf(byType, grant.resource), role, grant);
  }
  sortByEnd(onOrganization);
  for (const byId of byType.values()) for (const holdings of byId.values()) sortByEnd(holdings);
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
    onResource: ({ type, id }) => byType.get(type)?.get(id) ?? NOTHING,
  };
}

interface MutableHolding extends Holding {
  readonly grants: SnapshotGrant[];
}

function holdingsOf(
  byType: Map<string, Map<string, MutableHolding[]>>,
  { type, id }: ResourceReference,
): MutableHolding[] {
  const byId = byType.get(type) ?? new Map<string, MutableHolding[]>();
  byType.set(type, byId);
  const holdings = byId.get(id) ?? [];
  byId.set(id, holdings);
  return holdings;
}

function hold(holdings: MutableHolding[], role: Role, grant: SnapshotGrant): void {
  const holding = holdings.find((held) => held.role === role);
  if (holding === undefined) holdings.push({ role, grants: [grant] });
  else holding.grants.push(grant);
}

function sortByEnd(holdings: readonly MutableHolding[]): void {
  for (const { grants } of holdings) if (grants.length > 1) grants.sort((a, b) => endOf(b) - endOf(a));
}

/** For ordering alone, so forever is a number that can be subtracted; an end that is no number has passed. */
function endOf({ expiresAt = Number.MAX_VALUE }: SnapshotGrant): number {
  return Number.isNaN(expiresAt) ? -Number.MAX_VALUE : expiresAt;
}
