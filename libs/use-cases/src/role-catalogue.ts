import { tenantRoles, type AccessModel, type Role } from '@idp-roles/access';
import type { HeldGrant, TargetRole } from '@idp-roles/mapping';
import type { RoleReader } from '@idp-roles/store';
import type { UseCaseModel } from './use-case-model.js';

type RoleHeld = Pick<HeldGrant, 'role' | 'resource'>;

/** The roles of one organization: the model's and its own (A9), by id and by slug. */
export class RoleCatalogue {
  readonly #bySlug: ReadonlyMap<string, Role>;

  private constructor(
    readonly model: AccessModel,
    /** By id, in M12's order. */
    readonly all: ReadonlyMap<string, Role>,
  ) {
    this.#bySlug = new Map([...all.values()].map((role) => [role.slug, role]));
  }

  static async read(model: UseCaseModel, roles: RoleReader, organization: string): Promise<RoleCatalogue> {
    const own = new Map<string, Role>();
    model.roles.forEach((role, rank) => {
      const permissions = new Set(role.permissions);
      own.set(role.id, { ...role, permissions, rank, origin: 'model' });
    });
    const access: AccessModel = { resources: model.resources, permissions: model.permissions, roles: own };
    const stored = await roles.all(organization);
    return new RoleCatalogue(access, new Map([...own, ...tenantRoles(access, stored)]));
  }

  /** Undefined for a role that is gone: grants and mappings of it mean nothing (M8). */
  byId(id: string): Role | undefined {
    return this.all.get(id);
  }

  bySlug(slug: string): Role | undefined {
    return this.#bySlug.get(slug);
  }

  /** What the engine knows of them. */
  get targets(): ReadonlyMap<string, TargetRole> {
    return this.all;
  }

  /** For answers: the organization's roles before those on resources, each in M12's order, those that are gone last. */
  compare(one: RoleHeld, other: RoleHeld): number {
    return this.#place(one) - this.#place(other);
  }

  #place({ role, resource }: RoleHeld): number {
    const rank = this.all.get(role)?.rank;
    if (rank === undefined) return 2 * this.all.size;
    return resource === undefined ? rank : rank + this.all.size;
  }

  /** For edges and messages: the id stands in for a role that is gone. */
  slugOf(id: string): string {
    return this.all.get(id)?.slug ?? id;
  }
}
