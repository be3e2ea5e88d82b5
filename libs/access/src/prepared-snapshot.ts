import type { AccessModel } from './access-model.js';
import { PackedGrants } from './packed-grants.js';
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

/** A member's snapshot, indexed once so that a check costs the depth of the tree, whatever the number of grants, and packed. */
export interface PreparedSnapshot extends Omit<AccessSnapshot, 'grants'> {
  /** Grants that give something under this model, in their stored order. Unpacked at each reading. */
  readonly grants: readonly SnapshotGrant[];
  readonly roleById: (id: string) => Role | undefined;
  readonly roleBySlug: (slug: string) => Role | undefined;
  /** The model's and the organization's own. */
  readonly roles: () => readonly Role[];
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
  const given = snapshot.grants.filter(
    ({ role, resource }) => roleById(role)?.on === (resource?.type ?? ORGANIZATION),
  );
  const packed = new PackedGrants(given, roleById);
  const onOrganization = given.flatMap(({ resource }, place) => (resource ? [] : [place]));
  const { organization, member, status, sessionsValidFrom, version } = snapshot;
  return {
    organization,
    member,
    status,
    sessionsValidFrom,
    version,
    get grants() {
      return Array.from({ length: packed.length }, (_, place) => packed.at(place));
    },
    roleById,
    roleBySlug: (slug) => model.roles.get(slug) ?? [...own.values()].find((role) => role.slug === slug),
    roles: () => [...model.roles.values(), ...own.values()],
    onOrganization: holdings(packed, onOrganization),
    onResource: (resource) => {
      const first = packed.first(resource);
      if (first < 0) return undefined;
      // Nearly always the only one.
      if (packed.next(first) < 0) return new PackedHolding(packed, [first], undefined);
      const places: number[] = [];
      for (let place = first; place >= 0; place = packed.next(place)) places.push(place);
      return holdings(packed, places);
    },
  };
}

class PackedHolding implements Holding {
  readonly role: Role;
  readonly until: number;

  constructor(
    private readonly packed: PackedGrants,
    private readonly places: readonly number[],
    readonly next: PackedHolding | undefined,
  ) {
    this.role = packed.roleAt(places[0] ?? 0);
    this.until = latestEnd(packed, places);
  }

  get grants(): readonly SnapshotGrant[] {
    return this.places.map((place) => this.packed.at(place));
  }
}

/** One for each role, that of the latest grant first. */
function holdings(packed: PackedGrants, places: readonly number[]): PackedHolding | undefined {
  const byRole = Map.groupBy(places, (place) => packed.roleAt(place));
  let first: PackedHolding | undefined;
  for (const ofRole of byRole.values()) first = new PackedHolding(packed, ofRole, first);
  return first;
}

function latestEnd(packed: PackedGrants, places: readonly number[]): number {
  let latest = Number.NEGATIVE_INFINITY;
  for (const place of places) latest = Math.max(latest, endOf({ expiresAt: packed.expiresAt(place) }));
  return latest;
}

/** When a grant ends, in milliseconds since the epoch. An end that is no number has passed. */
export function endOf({ expiresAt = Number.POSITIVE_INFINITY }: { readonly expiresAt?: number }): number {
  return Number.isNaN(expiresAt) ? Number.NEGATIVE_INFINITY : expiresAt;
}
