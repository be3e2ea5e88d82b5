import type { Role } from '@idp-roles/access';
import { noSuchResource, type ResourceReference } from '@idp-roles/mapping';
import type { Actor, Grant } from '@idp-roles/store';
import { requireAuthority } from './authority.js';
import type { UseCaseContext } from './context.js';
import { lockMember } from './find.js';
import { pathOf } from './resolved-resources.js';
import type { RoleCatalogue } from './role-catalogue.js';
import { settleGrants } from './settle-grants.js';
import type { GrantsWanted } from './settlement.js';
import { UseCaseError } from './use-case-error.js';
import { performForMember, type Work } from './work.js';

export interface AssignRole {
  readonly organization: string;
  readonly member: string;
  /** A slug. */
  readonly role: string;
  readonly resource?: ResourceReference;
  /** Milliseconds since the epoch: from then on the check says no (A10). */
  readonly expiresAt?: number;
  readonly actor: Actor;
}

export interface RoleAssigned {
  readonly outcome: 'assigned' | 'unchanged' | 'extended';
  readonly grant: Grant;
}

/**
 * Gives a role by hand (basis `api`), which no sync ever touches. Idempotent by role and resource: asked again with a later end,
 * or none, it extends; an earlier end changes nothing, so that two callers never cut each other short: revoke first to shorten.
 * Errors: `member-not-found`, `role-missing`, `resource-missing`, `invalid`, `permission-not-held` (A9).
 */
export async function assignRole(context: UseCaseContext, input: AssignRole): Promise<RoleAssigned> {
  return performForMember(context, input, async (work) => {
    const { tx, organization, at } = work;
    const rules = await work.rules();
    const { roles } = rules;
    const role = await assignable(work, roles, input);
    await requireAuthority(work, roles, role.permissions, input.resource);
    const member = await lockMember(tx, organization, input.member);
    const before = await tx.grants.ofMember(organization, member.id);
    const held = before.find((grant) => isThis(grant, role.id, input.resource));
    if (held !== undefined && !outlasts(input.expiresAt, held)) return { outcome: 'unchanged', grant: held };
    const cause = { by: held === undefined ? 'assignment' : 'extension' };
    const draft = {
      ...(held && { id: held.id }),
      role: role.id,
      ...(input.resource && { resource: input.resource }),
      source: 'api',
      basis: 'api',
      evidence: [],
      ...(input.expiresAt !== undefined && { expiresAt: input.expiresAt }),
    } as const;
    const wanted: GrantsWanted = { member, before, add: [draft], cause, lastHolder: 'keep' };
    const { add } = await settleGrants(work, rules, held ? { ...wanted, remove: [held] } : wanted);
    const grant = add.find((one) => isThis(one, role.id, input.resource));
    if (grant === undefined) throw new Error(`the settlement lacks the assignment it was asked for at ${at}`);
    return { outcome: held === undefined ? 'assigned' : 'extended', grant };
  });
}

function isThis(grant: Grant, role: string, resource: ResourceReference | undefined): boolean {
  return (
    grant.basis === 'api' &&
    grant.role === role &&
    grant.resource?.type === resource?.type &&
    grant.resource?.id === resource?.id
  );
}

function outlasts(asked: number | undefined, { expiresAt }: Grant): boolean {
  return expiresAt !== undefined && (asked === undefined || asked > expiresAt);
}

async function assignable(
  { context, tx, organization, at }: Work,
  roles: RoleCatalogue,
  { role: slug, resource, expiresAt }: AssignRole,
): Promise<Role> {
  const role = roles.bySlug(slug);
  if (role === undefined) {
    throw new UseCaseError('role-missing', `this organization has no role \`${slug}\`; choose one it has`);
  }
  if (role.on !== (resource?.type ?? 'organization')) {
    const where = role.on === 'organization' ? 'leave `resource` out' : `name the ${role.on} in \`resource\``;
    throw new UseCaseError('invalid', `role \`${slug}\` is held on a ${role.on}; ${where}`);
  }
  if (resource !== undefined && (await pathOf(context, tx.resources, organization, resource)) === undefined) {
    throw new UseCaseError('resource-missing', noSuchResource(resource, context.resolved));
  }
  if (expiresAt !== undefined && !(Number.isSafeInteger(expiresAt) && expiresAt > at)) {
    throw new UseCaseError('invalid', '`expiresAt` must lie in the future');
  }
  return role;
}
