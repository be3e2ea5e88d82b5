import type { AccessModel } from './access-model.js';
import type { DefinitionProblem } from './access-definition-error.js';
import { ORGANIZATION } from './resource-reference.js';
import type { Role } from './role.js';
import { isSlug, TENANT_PREFIX } from './slug.js';

/** A role that an organization made for itself, as it is stored (A9). */
export interface TenantRole {
  readonly id: string;
  /** Begins with `custom-`. */
  readonly slug: string;
  readonly name?: string;
  readonly on: string;
  readonly permissions: readonly string[];
  readonly keepLastHolder?: boolean;
  readonly idpGrantable?: boolean;
}

/** Why an organization may not write this role; empty where it may. Takes what came over the wire. */
export function tenantRoleProblems(
  model: AccessModel,
  { slug, on, permissions }: Pick<TenantRole, 'slug' | 'on' | 'permissions'>,
): DefinitionProblem[] {
  const problems: DefinitionProblem[] = [];
  if (!isSlug(slug) || !slug.startsWith(TENANT_PREFIX))
    problems.push({
      code: 'slug-invalid',
      path: 'slug',
      message: `\`${slug}\` must begin with \`${TENANT_PREFIX}\` and be lower-case words joined by hyphens, of at most 64 characters`,
    });
  if (on !== ORGANIZATION && !model.resources.has(on))
    problems.push({
      code: 'role-on-unknown',
      path: 'on',
      message: `\`${on}\` is no resource type; use one of \`${[ORGANIZATION, ...model.resources.keys()].join('`, `')}\``,
    });
  if (permissions.length === 0)
    problems.push({
      code: 'permissions-empty',
      path: 'permissions',
      message: 'must hold at least one permission',
    });
  permissions.forEach((permission, index) => {
    if (!model.permissions.has(permission))
      problems.push({
        code: 'permission-unknown',
        path: `permissions.${index}`,
        message: `\`${permission}\` is no permission of the access model`,
      });
  });
  return problems;
}

/**
 * The tenant roles that still hold under this model, by id. One whose slug, type or id no longer fits gives nothing;
 * of its permissions those that the model no longer knows are left out.
 */
export function tenantRoles(model: AccessModel, stored: readonly TenantRole[]): ReadonlyMap<string, Role> {
  const roles = new Map<string, Role>();
  for (const role of stored) {
    const permissions = role.permissions.filter((permission) => model.permissions.has(permission));
    const sound = tenantRoleProblems(model, { ...role, permissions }).length === 0;
    if (!sound || model.roles.has(role.id) || roles.has(role.id)) continue;
    roles.set(role.id, {
      id: role.id,
      slug: role.slug,
      name: role.name ?? role.slug,
      on: role.on,
      permissions: new Set(permissions),
      keepLastHolder: role.keepLastHolder ?? false,
      idpGrantable: role.idpGrantable ?? true,
      rank: model.roles.size + roles.size,
      origin: 'tenant',
    });
  }
  return roles;
}
