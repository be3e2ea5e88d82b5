import { compileCondition } from './condition.js';
import type { EvaluationContext } from './evaluation.js';
import type { MappingProblem } from './mapping-problem.js';
import type { Condition, ResourceReference, RoleMapping } from './role-mapping.js';
import { roleProblem, unprovenDomain } from './target.js';

/** What is known about the organization when a mapping is written. The domain fields are M5's, as in an evaluation. */
export interface MappingFacts extends Pick<EvaluationContext, 'roles' | 'provenDomains' | 'anyDomain'> {
  /** The module option of M13. */
  readonly allowResourceMappings: boolean;
  /** `type:id` of the organization's resources; absent where that is not looked up when writing. */
  readonly resources?: ReadonlySet<string>;
  /** The types whose resources the host keeps itself, so that none can be registered. */
  readonly resolved?: { has(type: string): boolean };
}

/** M5, M8, M13: what makes a well-formed mapping wrong for this organization. Fields that are missing are not judged. */
export function checkRoleMapping(mapping: Partial<RoleMapping>, facts: MappingFacts): MappingProblem[] {
  return [...domainProblems(mapping, facts), ...targetProblems(mapping, facts)];
}

function domainProblems(mapping: Partial<RoleMapping>, facts: MappingFacts): MappingProblem[] {
  const conditions: [string, Partial<Condition>][] = [['value', mapping]];
  mapping.also?.forEach((condition, index) => conditions.push([`also.${index}.value`, condition]));
  return conditions.flatMap(([path, { claim, value, match }]) => {
    if (claim === undefined || value === undefined) return [];
    const main = compileCondition({ claim, value, ...(match !== undefined && { match }) });
    if (main.needle === undefined || unprovenDomain({ main, also: [] }, facts) === undefined) return [];
    const message = `the domain of \`${value}\` is not proven for this organization; prove it first`;
    return [{ path, code: 'domain-unproven' as const, message }];
  });
}

function targetProblems(
  { role: id, resource, match }: Partial<RoleMapping>,
  facts: MappingFacts,
): MappingProblem[] {
  if (id === undefined) return [];
  const role = facts.roles.get(id);
  const problem = roleProblem(role);
  if (role === undefined || problem === 'role-missing') {
    return [
      {
        path: 'role',
        code: 'role-missing',
        message: `this organization has no role \`${id}\`; choose one it has`,
      },
    ];
  }
  const problems: MappingProblem[] = [];
  if (problem !== undefined) {
    const message = `role \`${role.slug}\` may not be given by an identity provider; choose another or assign it by hand`;
    problems.push({ path: 'role', code: problem, message });
  }
  if (role.on === 'organization' && resource === undefined) return problems;
  if (!facts.allowResourceMappings) {
    const message =
      'mappings give organization roles; `allowResourceMappings` lets them give roles on resources';
    return [
      ...problems,
      { path: resource === undefined ? 'role' : 'resource', code: 'resource-mapping-off', message },
    ];
  }
  if (resource === undefined) {
    const message = `role \`${role.slug}\` is for a ${role.on}; say which in \`resource\``;
    return [...problems, { path: 'resource', code: 'resource-required', message }];
  }
  if (resource.type !== role.on) {
    const message = `role \`${role.slug}\` is for a ${role.on}, not for a \`${resource.type}\``;
    return [...problems, { path: 'resource.type', code: 'resource-type-mismatch', message }];
  }
  const byCapture = match === 'glob' && /\$[1-9]/.test(resource.id);
  if (byCapture || facts.resources === undefined || facts.resources.has(`${resource.type}:${resource.id}`))
    return problems;
  const message = noSuchResource(resource, facts.resolved);
  return [...problems, { path: 'resource.id', code: 'resource-missing', message }];
}

/** What to do about an unknown resource depends on who keeps those of its type: register it, or ask the host's resolver why. */
export function noSuchResource(
  { type, id }: ResourceReference,
  resolved: { has(type: string): boolean } | undefined,
): string {
  return resolved?.has(type)
    ? `the host's resolver knows no ${type} \`${id}\` in this organization; check the id`
    : `this organization has no ${type} \`${id}\`; register it first`;
}
