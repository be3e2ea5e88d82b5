import type { RoleAssignment } from '@idp-roles/use-cases';
import { asInstant } from '../request/instant.js';

/** A role assignment as everyone outside sees it: `source` is `api`, `sso:<id>` or `directory:<id>`. */
export type AssignedRoleView = Omit<RoleAssignment, 'expiresAt'> & { readonly expiresAt?: string };

export function assignedRoleView(role: RoleAssignment): AssignedRoleView {
  const { expiresAt, ...rest } = role;
  return expiresAt === undefined ? rest : { ...rest, expiresAt: asInstant(expiresAt) };
}
