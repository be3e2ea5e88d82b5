import type { AccessDefinition, RoleDefinition, ShapeOf } from './access-definition.js';
import { AccessDefinitionError } from './access-definition-error.js';
import type { AccessModel } from './access-model.js';
import { definitionProblems } from './definition-problems.js';
import { ORGANIZATION } from './resource-reference.js';
import type { Role } from './role.js';

type Types<Resources> = keyof Resources & string;

/**
 * The access model of a product, from one literal (A1). Slugs, permissions and resource types are inferred, so that
 * decorators and services made from it refuse wrong ones when compiled.
 *
 * @throws {AccessDefinitionError} with all problems, where the definition contradicts itself.
 */
export function defineAccess<
  const Resources extends {
    readonly [T in keyof Resources]: { readonly parent: Types<Resources> | typeof ORGANIZATION };
  },
  const Roles extends { readonly [S in keyof Roles]: RoleDefinition<Types<Resources>> },
>(definition: {
  readonly resources?: Resources;
  readonly roles: Roles;
}): AccessModel<ShapeOf<Resources, Roles>> {
  const problems = definitionProblems(definition);
  if (problems.length > 0) throw new AccessDefinitionError(problems);

  const { resources = {}, roles } = definition as AccessDefinition;
  const defined = Object.entries(roles).map(([slug, role], rank): [string, Role] => [
    slug,
    {
      id: slug,
      slug,
      name: role.name ?? slug,
      on: role.on ?? ORGANIZATION,
      permissions: new Set(role.permissions),
      keepLastHolder: role.keepLastHolder ?? false,
      idpGrantable: role.idpGrantable ?? true,
      rank,
      origin: 'model',
    },
  ]);
  return {
    resources: new Map(Object.entries(resources).map(([type, { parent }]) => [type, parent])),
    roles: new Map(defined),
    permissions: new Set(defined.flatMap(([, role]) => [...role.permissions])),
  };
}
