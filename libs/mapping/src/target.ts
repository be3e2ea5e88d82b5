import type { EvaluationContext, TargetRole } from './evaluation.js';
import type { CompiledCondition } from './condition.js';
import type { Entry } from './entry.js';
import type { ResourceReference, SyncMode } from './role-mapping.js';

/** M1: a directory's mappings are `force`; a connection's follow its default where they say nothing. */
export function basisOf(entry: Entry, context: EvaluationContext): SyncMode {
  return entry.ownMode ?? context.defaultSyncMode;
}

/** S6 speaks of connections only: a directory is not taken over. */
export function forceStopped({ takenOver, source }: EvaluationContext): boolean {
  return takenOver && 'connection' in source;
}

/** M8. */
export function roleProblem(role: TargetRole | undefined): 'role-missing' | 'role-not-grantable' | undefined {
  if (role === undefined) return 'role-missing';
  return role.idpGrantable ? undefined : 'role-not-grantable';
}

/** M13: where the grant goes. `undefined` is the organization; `missing` covers resources that are gone, off, or of another type than the role's. */
export function resourceOf(
  entry: Entry,
  role: TargetRole,
  context: Pick<EvaluationContext, 'resources'>,
  captures: readonly string[],
): ResourceReference | 'missing' | undefined {
  const named = entry.mapping.resource;
  if (named === undefined) return role.on === 'organization' ? undefined : 'missing';
  if (named.type !== role.on || context.resources === undefined) return 'missing';
  const resource =
    entry.main.match === 'glob' ? { type: named.type, id: withCaptures(named.id, captures) } : named;
  return context.resources.has(`${resource.type}:${resource.id}`) ? resource : 'missing';
}

/** M6: `$1`…`$9` in a resource's id. */
function withCaptures(id: string, captures: readonly string[]): string {
  return id.replace(/\$([1-9])/g, (_, digit: string) => captures[Number(digit) - 1] ?? '');
}

/** M5: a domain that one of the mapping's conditions names and the organization has not proven. */
export function unprovenDomain(
  { main, also }: { readonly main: CompiledCondition; readonly also: readonly CompiledCondition[] },
  { anyDomain, provenDomains }: Pick<EvaluationContext, 'anyDomain' | 'provenDomains'>,
): string | undefined {
  if (anyDomain) return undefined;
  for (const { match, domain, condition } of [main, ...also]) {
    if (domain === undefined ? match === 'email-domain' : !provenDomains.has(domain))
      return condition.value ?? '';
  }
  return undefined;
}
