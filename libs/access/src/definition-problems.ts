import type { DefinitionProblem, DefinitionProblemCode } from './access-definition-error.js';
import { ORGANIZATION } from './resource-reference.js';
import { isPermission, isSlug, TENANT_PREFIX } from './slug.js';

type Unchecked = Readonly<Record<string, unknown>>;

const SLUG_RULE =
  'must be lower-case words joined by hyphens, beginning with a letter, of at most 64 characters';

/** Everything wrong with a definition, in the order it is written. Takes any value: JavaScript hosts have no compiler. */
export function definitionProblems(definition: unknown): DefinitionProblem[] {
  const problems: DefinitionProblem[] = [];
  const report = (code: DefinitionProblemCode, path: string, message: string) =>
    void problems.push({ code, path, message });

  if (!isRecord(definition)) {
    report('definition-malformed', '', 'must be an object with `resources` and `roles`');
    return problems;
  }
  const { resources = {}, roles } = definition;
  if (isRecord(resources)) judgeResources(resources, report);
  else report('definition-malformed', 'resources', 'must be an object of resource types');

  const types = new Set([ORGANIZATION, ...(isRecord(resources) ? Object.keys(resources) : [])]);
  if (!isRecord(roles)) report('definition-malformed', 'roles', 'must be an object of roles');
  else judgeRoles(roles, types, report);
  return problems;
}

type Report = (code: DefinitionProblemCode, path: string, message: string) => void;

function judgeResources(resources: Unchecked, report: Report): void {
  for (const [type, resource] of Object.entries(resources)) {
    const path = `resources.${type}`;
    if (type === ORGANIZATION)
      report('type-reserved', path, '`organization` is the root of every tree; remove it');
    else if (!isSlug(type)) report('slug-invalid', path, `resource type \`${type}\` ${SLUG_RULE}`);

    const parent = isRecord(resource) ? resource['parent'] : undefined;
    if (typeof parent !== 'string') {
      report('definition-malformed', path, 'must name its `parent`: `organization` or another resource type');
    } else if (parent !== ORGANIZATION && !Object.hasOwn(resources, parent)) {
      report(
        'parent-unknown',
        `${path}.parent`,
        `\`${parent}\` is no resource type; define it or use \`organization\``,
      );
    } else if (reachesItself(type, resources)) {
      report(
        'parent-cycle',
        `${path}.parent`,
        `\`${type}\` is its own ancestor; the tree must end at \`organization\``,
      );
    }
  }
}

function reachesItself(type: string, resources: Unchecked): boolean {
  const seen = new Set<string>();
  let at: unknown = type;
  while (typeof at === 'string' && at !== ORGANIZATION && Object.hasOwn(resources, at) && !seen.has(at)) {
    seen.add(at);
    const resource: unknown = resources[at];
    at = isRecord(resource) ? resource['parent'] : undefined;
    if (at === type) return true;
  }
  return false;
}

function judgeRoles(roles: Unchecked, types: ReadonlySet<string>, report: Report): void {
  const entries = Object.entries(roles);
  if (entries.length === 0) report('roles-empty', 'roles', 'must define at least one role');
  for (const [slug, role] of entries) {
    const path = `roles.${slug}`;
    if (slug.startsWith(TENANT_PREFIX))
      report(
        'slug-reserved',
        path,
        `\`${TENANT_PREFIX}\` is reserved for roles that organizations make; choose another slug`,
      );
    else if (!isSlug(slug)) report('slug-invalid', path, `role \`${slug}\` ${SLUG_RULE}`);

    if (!isRecord(role)) {
      report('definition-malformed', path, 'must be an object with `permissions`');
      continue;
    }
    const on = role['on'] ?? ORGANIZATION;
    if (typeof on !== 'string' || !types.has(on))
      report(
        'role-on-unknown',
        `${path}.on`,
        `\`${String(on)}\` is no resource type; define it under \`resources\``,
      );
    judgeOptions(role, path, report);
    judgePermissions(role['permissions'], `${path}.permissions`, report);
  }
}

function judgeOptions(role: Unchecked, path: string, report: Report): void {
  for (const option of ['keepLastHolder', 'idpGrantable'])
    if (role[option] !== undefined && typeof role[option] !== 'boolean')
      report('definition-malformed', `${path}.${option}`, 'must be true or false');
  if (role['name'] !== undefined && (typeof role['name'] !== 'string' || role['name'] === ''))
    report('definition-malformed', `${path}.name`, 'must be a text that is not empty');
}

function judgePermissions(permissions: unknown, path: string, report: Report): void {
  if (!Array.isArray(permissions)) {
    report('definition-malformed', path, 'must be a list of permissions');
    return;
  }
  if (permissions.length === 0)
    report('permissions-empty', path, 'must hold at least one permission; a role without any lets nobody in');
  permissions.forEach((permission: unknown, index) => {
    if (!isPermission(permission))
      report(
        'permission-invalid',
        `${path}.${index}`,
        `\`${String(permission)}\` is not \`noun:verb\` in lower-case words joined by hyphens`,
      );
  });
}

function isRecord(value: unknown): value is Unchecked {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
