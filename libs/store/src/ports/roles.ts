import type { Page, PageRequest } from './page.js';

/** A role that an organization defined itself (A9). The model's roles are code and not stored; their id is their slug. */
export interface TenantRoleRow {
  readonly organization: string;
  readonly id: string;
  /** With the reserved prefix `custom-`. Unique in the organization, immutable. */
  readonly slug: string;
  readonly name: string;
  readonly on: string;
  readonly permissions: readonly string[];
  readonly idpGrantable: boolean;
  readonly keepLastHolder: boolean;
  /** Stored order, for M12. */
  readonly position: number;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export interface RoleReader {
  get(organization: string, id: string): Promise<TenantRoleRow | undefined>;
  bySlug(organization: string, slug: string): Promise<TenantRoleRow | undefined>;
  list(organization: string, page: PageRequest): Promise<Page<TenantRoleRow>>;
  /** All, in stored order. */
  all(organization: string): Promise<readonly TenantRoleRow[]>;
}

export interface RoleWriter extends RoleReader {
  /** Throws `StoreError` `slug-taken`. */
  insert(role: TenantRoleRow): Promise<void>;
  update(role: TenantRoleRow): Promise<void>;
  delete(organization: string, id: string): Promise<boolean>;
}
