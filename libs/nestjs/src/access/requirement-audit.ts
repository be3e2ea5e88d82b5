import { ORGANIZATION, type AccessModel } from '@idp-roles/access';
import type { AuditProblem } from './audit-problem.js';
import { describeAlternative, type Alternative, type Requirement } from './requirement.js';
import type { HandlerKind } from './handler-kind.js';
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

const SOURCES: Readonly<Partial<Record<HandlerKind, readonly string[]>>> = {
  http: ['param', 'query', 'body', 'from'],
  graphql: ['args', 'from'],
  field: ['args', 'from'],
  ws: ['payload', 'from'],
  rpc: ['payload', 'from'],
};

const PLACE: Readonly<Record<HandlerKind, string>> = {
  http: 'an HTTP route',
  graphql: 'a GraphQL resolver',
  field: 'a GraphQL field',
  ws: 'a gateway',
  rpc: 'a message handler',
  none: 'this method',
};

/** `a`, `b` or `c`. */
function listed(sources: readonly string[]): string {
  const quoted = sources.map((source) => `\`${source}\``);
  return quoted.join(', ').replace(/, (?=[^,]*$)/, ' or ');
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
            message: `${wanted} does not say which; add ${listed(SOURCES[handler.kind] ?? ['from'])}`,
          },
        ];
  if (on === ORGANIZATION)
    return [
      { code: 'binding-elsewhere', message: `${wanted} is asked on the organization; remove the binding` },
    ];
  const [source = ''] = Object.entries(binding).flatMap(([name, value]) =>
    value === undefined ? [] : [name],
  );
  const known = SOURCES[handler.kind];
  if (known !== undefined && !known.includes(source))
    return [
      {
        code: 'binding-elsewhere',
        message: `${wanted} is bound to \`${source}\`, which ${PLACE[handler.kind]} does not have; use ${listed(known)}`,
      },
    ];
  const { param } = binding;
  if (param === undefined || handler.kind !== 'http') return [];
  return handler.paths
    .filter((path) => !parametersOf(path).has(param))
    .map((path) => ({
      code: 'param-not-in-path',
      message: `${wanted} is bound to param \`${param}\`, which the path \`/${path}\` lacks; name one of its parameters or change the path`,
    }));
}
