import type { ResourceReference } from '@idp-roles/mapping';
import type { Grant, Identity } from '@idp-roles/store';
import type { UseCaseContext } from './context.js';
import { explainGrants } from './explain-grants.js';
import { explainLack } from './explain-lack.js';
import type { Explanation } from './explanation.js';
import { findMember, findOrganization } from './find.js';
import { RoleCatalogue } from './role-catalogue.js';

export interface Explain {
  readonly organization: string;
  readonly member: string;
  /** A slug: only this role, and why it is lacked where it is. */
  readonly role?: string;
  /** With `role`: held there. Alone: all that is held there. */
  readonly resource?: ResourceReference;
}

/** Why a member holds what they hold, or lacks a role: from the store's current state and the kept claims. Errors: `organization-not-found`, `member-not-found`. */
export async function explain(context: UseCaseContext, input: Explain): Promise<Explanation> {
  const { read } = context.store;
  const organization = await findOrganization(read, input.organization);
  const member = await findMember(read, organization.id, input.member);
  const roles = await RoleCatalogue.read(context.model, read.roles, organization.id);
  const identities = await read.members.identities(organization.id, member.id);
  const all = await read.grants.ofMember(organization.id, member.id);
  const held = await explainGrants(
    context,
    organization.id,
    roles,
    all.filter((grant) => isAsked(grant, input, roles)),
  );
  const { role, resource } = input;
  const lacks = role !== undefined && !held.some(({ grants }) => grants.some(({ inEffect }) => inEffect));
  const changed = claimsChanged(identities);
  const { id, status, email, name } = member;
  return {
    member: { id, status, ...(email !== undefined && { email }), ...(name !== undefined && { name }) },
    roles: held,
    ...(lacks && {
      whyNot: await explainLack(context, roles, {
        organization,
        identities,
        role,
        ...(resource && { resource }),
      }),
    }),
    ...(changed !== undefined && { claimsChanged: changed }),
  };
}

function isAsked(grant: Grant, { role, resource }: Explain, roles: RoleCatalogue): boolean {
  if (role !== undefined && roles.slugOf(grant.role) !== role) return false;
  if (role === undefined && resource === undefined) return true;
  return grant.resource?.type === resource?.type && grant.resource?.id === resource?.id;
}

/** Of the identity that signed in last. */
function claimsChanged(identities: readonly Identity[]): boolean | undefined {
  const [last] = identities.toSorted((one, other) => (other.lastSignInAt ?? 0) - (one.lastSignInAt ?? 0));
  if (last?.claimsHash === undefined || last.previousClaimsHash === undefined) return undefined;
  return last.claimsHash !== last.previousClaimsHash;
}
