import type { Role } from '@idp-roles/access';
import { planDefaults, sourceKey, type DefaultRole, type SourceKey } from '@idp-roles/mapping';
import type { Grant } from '@idp-roles/store';
import type { Recognition } from './recognition.js';
import type { RoleCatalogue } from './role-catalogue.js';
import type { RuleFacts } from './rules.js';
import { givesRoles, isTakenOver } from './take-over.js';

/** M8 for a default role: it exists, is held on the organization, and an IdP may give it. */
function mayBeDefault(role: Role | undefined): role is Role {
  return role !== undefined && role.on === 'organization' && role.idpGrantable;
}

/**
 * S10: the default roles that concern a member who is known at these sources. S6: where a directory took the member over, those of
 * its paired connections are none.
 */
export function defaultRolesFor(
  rules: RuleFacts,
  recognised: readonly Recognition[],
): readonly DefaultRole[] {
  if (recognised.length === 0) return [];
  const bySource = new Map(recognised.map((recognition) => [recognition.source, recognition]));
  const users = rules.directories.flatMap(({ id }) => {
    const known = bySource.get(sourceKey({ directory: id }));
    return known === undefined ? [] : [{ directory: id, ...known }];
  });
  const connections = rules.connections.flatMap(({ id, state, defaultRole }) => {
    if (state !== 'active' || isTakenOver(rules, id, users)) return [];
    return defaultOf(rules, sourceKey({ connection: id }), defaultRole, bySource);
  });
  const directories = rules.directories.flatMap((directory) => {
    if (!givesRoles(rules, directory)) return [];
    return defaultOf(rules, sourceKey({ directory: directory.id }), directory.defaultRole, bySource);
  });
  return [...connections, ...directories];
}

function defaultOf(
  { roles }: RuleFacts,
  source: SourceKey,
  role: string | undefined,
  bySource: ReadonlyMap<string, Recognition>,
): DefaultRole[] {
  const known = bySource.get(source);
  if (role === undefined || known?.active !== true) return [];
  const sound = mayBeDefault(roles.byId(role));
  return [{ source, role, mayAdd: sound && !known.waits, mayRemove: !known.waits }];
}

export interface DefaultsOf {
  readonly add: readonly Pick<DefaultRole, 'source' | 'role'>[];
  readonly remove: readonly Grant[];
}

/**
 * S10: which default grants come and go, once the member holds `held`. What gives nothing is not counted: expired
 * grants (A10), and grants of roles that are gone. A default grant of a role that no IdP may give any more goes (M8).
 */
export function settleDefaults(
  held: readonly Grant[],
  defaults: readonly DefaultRole[],
  roles: RoleCatalogue,
  at: number,
): DefaultsOf {
  const unsound = held.filter(({ basis, role }) => basis === 'default' && !mayBeDefault(roles.byId(role)));
  const counted = held.filter(
    (grant) => !unsound.includes(grant) && (grant.basis === 'default' || givesSomething(grant, roles, at)),
  );
  const { add, remove } = planDefaults(counted, defaults);
  const removed = new Set(remove.map(({ id }) => id));
  return { add, remove: [...unsound, ...held.filter(({ id }) => removed.has(id))] };
}

/** Whether a grant gives its member a role at this instant. */
export function givesSomething({ role, expiresAt }: Grant, roles: RoleCatalogue, at: number): boolean {
  return roles.byId(role) !== undefined && (expiresAt === undefined || at < expiresAt);
}
