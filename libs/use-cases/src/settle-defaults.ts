import type { Role } from '@idp-roles/access';
import { planDefaults, sourceKey, type DefaultRole } from '@idp-roles/mapping';
import type { Connection, Grant } from '@idp-roles/store';
import type { Recognition } from './recognition.js';
import type { RoleCatalogue } from './role-catalogue.js';
import type { Work } from './work.js';

/** M8 for a default role: it exists, is held on the organization, and an IdP may give it. */
function mayBeDefault(role: Role | undefined): role is Role {
  return role !== undefined && role.on === 'organization' && role.idpGrantable;
}

/** S10: the default roles that concern a member who is recognised at these sources. */
export async function defaultRolesFor(
  work: Work,
  roles: RoleCatalogue,
  recognised: readonly Recognition[],
): Promise<readonly DefaultRole[]> {
  if (recognised.length === 0) return [];
  const bySource = new Map(recognised.map((recognition) => [recognition.source, recognition]));
  const connections = await work.tx.connections.all(work.organization);
  return connections.flatMap((connection) => {
    const recognition = bySource.get(sourceKey({ connection: connection.id }));
    return recognition === undefined ? [] : defaultOf(connection, roles, recognition);
  });
}

function defaultOf(connection: Connection, roles: RoleCatalogue, { waits }: Recognition): DefaultRole[] {
  const { id, state, defaultRole } = connection;
  if (state !== 'active' || defaultRole === undefined) return [];
  const sound = mayBeDefault(roles.byId(defaultRole));
  return [
    {
      source: sourceKey({ connection: id }),
      role: defaultRole,
      mayAdd: sound && !waits,
      mayRemove: !waits,
    },
  ];
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
