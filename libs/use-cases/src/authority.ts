import { permissionsLacking, prepareSnapshot, type ResourceReference } from '@idp-roles/access';
import { pathOf } from './resolved-resources.js';
import type { RoleCatalogue } from './role-catalogue.js';
import { UseCaseError } from './use-case-error.js';
import type { Work } from './work.js';

/**
 * A9: a member gives only permissions that they hold themselves, on the organization or at `resource`; service keys and
 * the host's own code hold all. Roles are read from the store's current state, in the transaction of the change.
 */
export async function requireAuthority(
  work: Work,
  roles: RoleCatalogue,
  permissions: Iterable<string>,
  resource?: ResourceReference,
): Promise<void> {
  const { actor, tx, organization, at } = work;
  if (actor.kind !== 'member') return;
  const member = actor.id === undefined ? undefined : await tx.members.get(organization, actor.id);
  const grants = member ? await tx.grants.ofMember(organization, member.id) : [];
  const snapshot = prepareSnapshot(
    roles.model,
    {
      organization,
      member: member?.id ?? '',
      status: member?.status ?? 'deprovisioned',
      sessionsValidFrom: member?.sessionsValidFrom ?? 0,
      version: 0,
      grants,
    },
    await tx.roles.all(organization),
  );
  const path = resource ? await pathOf(work.context, tx.resources, organization, resource) : [];
  const lacking = permissionsLacking(roles.model, snapshot, permissions, path, at);
  if (lacking.length === 0) return;
  throw new UseCaseError(
    'permission-not-held',
    `you may give only permissions that you hold yourself; you lack \`${lacking.join('`, `')}\``,
    {
      problems: lacking.map((permission) => ({ path: '', code: 'permission-not-held', message: permission })),
    },
  );
}
