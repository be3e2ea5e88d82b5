import type { EvaluatedGrant, TargetRole } from './evaluation.js';

/** M12: of the grants on the organization only those of the first role are left; grants on resources stay. */
export function highestOnly(
  grants: readonly EvaluatedGrant[],
  roles: ReadonlyMap<string, TargetRole>,
): readonly EvaluatedGrant[] {
  let first: TargetRole | undefined;
  for (const { role, resource } of grants) {
    const held = resource === undefined ? roles.get(role) : undefined;
    if (held !== undefined && (first === undefined || outranks(held, first))) first = held;
  }
  return grants.filter(({ role, resource }) => resource !== undefined || role === first?.id);
}

/** Equal ranks, which no model has, are told apart by id so that order never matters. */
export function outranks(one: TargetRole, other: TargetRole): boolean {
  return one.rank < other.rank || (one.rank === other.rank && one.id < other.id);
}
