import { tenantRoleProblems, type AccessModel } from '@idp-roles/access';
import { newId, type Actor, type TenantRoleRow } from '@idp-roles/store';
import { requireAuthority } from './authority.js';
import type { UseCaseContext } from './context.js';
import { refuseProblems, type Problem } from './use-case-error.js';
import { performOnRules } from './work.js';

export interface CreateRole {
  readonly organization: string;
  /** Begins with `custom-`; unique in the organization and immutable. */
  readonly slug: string;
  readonly name: string;
  /** `organization` by default. */
  readonly on?: string;
  readonly permissions: readonly string[];
  /** True by default. */
  readonly idpGrantable?: boolean;
  readonly keepLastHolder?: boolean;
  readonly actor: Actor;
}

/** A9: a role of the organization's own, out of the model's permissions. Errors: `invalid`, `slug-taken`, `permission-not-held`. */
export async function createRole(context: UseCaseContext, input: CreateRole): Promise<TenantRoleRow> {
  return performOnRules(context, input, async (work) => {
    const { tx, organization, at } = work;
    const { roles } = await work.rules();
    const { slug, on = 'organization' } = input;
    const permissions = [...new Set(input.permissions)];
    checkRole(roles.model, { slug, on, permissions, name: input.name });
    await requireAuthority(work, roles, permissions);
    const stored = await tx.roles.all(organization);
    const role: TenantRoleRow = {
      organization,
      id: newId('rol', organization),
      slug,
      name: input.name.trim(),
      on,
      permissions,
      idpGrantable: input.idpGrantable ?? true,
      keepLastHolder: input.keepLastHolder ?? false,
      position: Math.max(0, ...stored.map(({ position }) => position)) + 1,
      createdAt: at,
      updatedAt: at,
    };
    await tx.roles.insert(role);
    work.record('role.created', { subject: { type: 'role', id: role.id }, after: role });
    work.touchAll();
    return role;
  });
}

export function checkRole(
  model: AccessModel,
  { name, ...role }: { slug: string; on: string; permissions: readonly string[]; name: string },
): void {
  const problems: Problem[] = [...tenantRoleProblems(model, role)];
  if (name.trim() === '' || name.length > 200) {
    problems.push({ path: 'name', code: 'invalid', message: 'a role has a name of 1 to 200 characters' });
  }
  refuseProblems(problems);
}
