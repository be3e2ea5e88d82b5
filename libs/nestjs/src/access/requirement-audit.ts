import { ORGANIZATION, type AccessModel } from '@idp-roles/access';
import type { AuditProblem } from './audit-problem.js';
import { describeAlternative, type Alternative, type Requirement } from './requirement.js';
import { parametersOf, type Handler } from './route.js';

/** What keeps these requirements from ever being met on this handler. */
export function requirementProblems(
  requirements: readonly Requirement[],
  handler: Handler,
  model: AccessModel,
): AuditProblem[] {
  const where = `${handler.owner.name}.${handler.name}`;
  return requirements
    .flatMap(({ anyOf }) => anyOf)
    .flatMap((alternative) => [
      ...modelProblems(alternative, model),
      ...bindingProblems(alternative, handler),
    ])
    .map((problem) => ({ ...problem, where }));
}

type Found = Omit<AuditProblem, 'where'>;

const unknown = (message: string): Found => ({ code: 'requirement-unknown', message });

function modelProblems(alternative: Alternative, model: AccessModel): Found[] {
  const { role, permission, on } = alternative;
  const wanted = describeAlternative(alternative);
  if (role === undefined && (permission === undefined || !model.permissions.has(permission)))
    return [
      unknown(`${wanted} is not in the access model that the module was given; use one of its permissions`),
    ];
  if (role !== undefined && model.roles.get(role)?.on !== on)
    return [unknown(`${wanted} is not in the access model that the module was given; use one of its roles`)];
  if (on !== ORGANIZATION && !model.resources.has(on))
    return [unknown(`\`${on}\` is no resource type of the access model that the module was given`)];
  return [];
}

function bindingProblems(alternative: Alternative, handler: Handler): Found[] {
  const { on, binding } = alternative;
  const wanted = describeAlternative(alternative);
  if (binding === undefined)
    return on === ORGANIZATION
      ? []
      : [
          {
            code: 'binding-missing',
            message: `${wanted} does not say which; add \`param\`, \`query\`, \`body\` or \`from\``,
          },
        ];
  if (on === ORGANIZATION)
    return [
      { code: 'binding-elsewhere', message: `${wanted} is asked on the organization; remove the binding` },
    ];
  if (handler.kind !== 'http') return [];
  if (binding.args !== undefined || binding.payload !== undefined)
    return [
      {
        code: 'binding-elsewhere',
        message: `${wanted} is bound to \`${binding.args === undefined ? 'payload' : 'args'}\`, which an HTTP route does not have; use \`param\`, \`query\`, \`body\` or \`from\``,
      },
    ];
  const { param } = binding;
  if (param === undefined) return [];
  return handler.paths
    .filter((path) => !parametersOf(path).has(param))
    .map((path) => ({
      code: 'param-not-in-path',
      message: `${wanted} is bound to param \`${param}\`, which the path \`/${path}\` lacks; name one of its parameters or change the path`,
    }));
}
