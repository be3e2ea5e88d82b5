import type { RoleMapping, SourceKey } from '@idp-roles/mapping';
import type { Page, PageRequest } from './page.js';

export interface StoredRoleMapping {
  readonly organization: string;
  readonly mapping: RoleMapping;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** What a compiled index needs to catch up in place (M11). */
export interface MappingChanges {
  readonly version: number;
  readonly changed: readonly StoredRoleMapping[];
  readonly deleted: readonly string[];
}

export interface RoleMappingReader {
  get(organization: string, id: string): Promise<StoredRoleMapping | undefined>;
  /** Those of these ids that exist, in no order. */
  byIds(organization: string, ids: readonly string[]): Promise<readonly StoredRoleMapping[]>;
  list(
    organization: string,
    page: PageRequest & { readonly source?: SourceKey },
  ): Promise<Page<StoredRoleMapping>>;
  /** Everything after `version` (0: all that exist) of one source, in one query. */
  changedSince(organization: string, source: SourceKey, version: number): Promise<MappingChanges>;
  /** Mappings whose target is this role. */
  toRole(organization: string, role: string): Promise<readonly StoredRoleMapping[]>;
}

export interface RoleMappingWriter extends RoleMappingReader {
  insert(mapping: StoredRoleMapping): Promise<void>;
  update(mapping: StoredRoleMapping): Promise<void>;
  /** False where it was not there. Keeps a tombstone so that `changedSince` can say so. */
  delete(organization: string, id: string): Promise<boolean>;
}
