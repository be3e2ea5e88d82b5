import type { Actor, StoreTransaction, TenantRoleRow } from '@idp-roles/store';
import { requireAuthority } from './authority.js';
import type { UseCaseContext } from './context.js';
import { checkRole } from './create-role.js';
import { RoleCatalogue } from './role-catalogue.js';
import { resyncRole } from './resync-directories.js';
import { refuseProblems, UseCaseError } from './use-case-error.js';
import { performOnRules } from './work.js';

export interface UpdateRole {
  readonly organization: string;
  /** Its slug, which stays, as does what it is held on. */
  readonly role: string;
  readonly changes: {
    readonly name?: string;
    readonly permissions?: readonly string[];
    readonly idpGrantable?: boolean;
    readonly keepLastHolder?: boolean;
  };
  readonly actor: Actor;
}

/**
 * A9; holders have the changed permissions at once. Whether an IdP may give the role (M8) is asked at each sign-in, and in directories
 * now, by a job. Errors: `role-not-found`, `invalid` for a role of the model, `permission-not-held`.
 */
export async function updateRole(context: UseCaseContext, input: UpdateRole): Promise<TenantRoleRow> {
  return performOnRules(context, input, async (work) => {
    const { tx, organization, at } = work;
    const rules = await work.rules();
    const { roles } = rules;
    const before = await findTenantRole(tx, roles, organization, input.role);
    const { name, permissions, idpGrantable, keepLastHolder } = input.changes;
    const after: TenantRoleRow = {
      ...before,
      ...(name !== undefined && { name: name.trim() }),
      ...(permissions !== undefined && { permissions: [...new Set(permissions)] }),
      ...(idpGrantable !== undefined && { idpGrantable }),
      ...(keepLastHolder !== undefined && { keepLastHolder }),
      updatedAt: at,
    };
    checkRole(roles.model, after);
    await requireAuthority(work, roles, after.permissions);
    await tx.roles.update(after);
    work.record('role.updated', { subject: { type: 'role', id: before.id }, before, after });
    work.touchAll();
    if (before.idpGrantable !== after.idpGrantable) {
      await resyncRole(work, rules, before.id, { by: 'role-change', role: before.id });
    }
    return after;
  });
}

export async function findTenantRole(
  tx: StoreTransaction,
  roles: RoleCatalogue,
  organization: string,
  slug: string,
): Promise<TenantRoleRow> {
  const found = await tx.roles.bySlug(organization, slug);
  if (found !== undefined) return found;
  if (roles.bySlug(slug) !== undefined) {
    const message = `\`${slug}\` is a role of the access model, which is code; change it there`;
    refuseProblems([{ path: 'role', code: 'role-of-model', message }]);
  }
  throw new UseCaseError('role-not-found', `this organization has no role \`${slug}\``);
}
