import type { RoleMapping } from '@idp-roles/mapping';
import type { StoredRoleMapping } from '@idp-roles/store';
import { presentMapping, type RoleCatalogue } from '@idp-roles/use-cases';
import { asInstant } from '../request/instant.js';

/** M1's JSON with the role as its slug. */
export interface RoleMappingView extends RoleMapping {
  readonly createdAt: string;
  readonly updatedAt: string;
}

export function roleMappingView(stored: StoredRoleMapping, roles: RoleCatalogue): RoleMappingView {
  const { mapping, createdAt, updatedAt } = stored;
  return {
    ...presentMapping(mapping, roles),
    createdAt: asInstant(createdAt),
    updatedAt: asInstant(updatedAt),
  };
}
