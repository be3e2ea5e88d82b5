import type { ResourceReference } from '@idp-roles/mapping';
import type { DirectoryUser, Grant, Identity, StoreReader } from '@idp-roles/store';
import type { UseCaseContext } from './context.js';
import { explainGrants } from './explain-grants.js';
import { explainLack } from './explain-lack.js';
import type { Explanation } from './explanation.js';
import { findMember } from './find.js';
import type { RoleCatalogue } from './role-catalogue.js';
import { readRules, type RuleFacts } from './rules.js';

export interface Explain {
  readonly organization: string;
  readonly member: string;
  /** A slug: only this role, and why it is lacked where it is. */
  readonly role?: string;
  /** With `role`: held there. Alone: all that is held there. */
  readonly resource?: ResourceReference;
}

/** Why a member holds what they hold, or lacks a role: from the store's current state, the kept claims, and what directories say. Errors: `organization-not-found`, `member-not-found`. */
export async function explain(context: UseCaseContext, input: Explain): Promise<Explanation> {
  const { read } = context.store;
  const rules = await readRules(context.model, read, input.organization);
  const { organization, roles } = rules;
  const member = await findMember(read, organization.id, input.member);
  const identities = await read.members.identities(organization.id, member.id);
  const all = await read.grants.ofMember(organization.id, member.id);
  const held = await explainGrants(
    context,
    rules,
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
      whyNot: await explainLack(context, {
        rules,
        member,
        identities,
        users: await usersOf(read, rules, member.id),
        role,
        ...(resource && { resource }),
      }),
    }),
    ...(changed !== undefined && { claimsChanged: changed }),
  };
}

async function usersOf(
  read: StoreReader,
  { organization, directories }: RuleFacts,
  member: string,
): Promise<readonly DirectoryUser[]> {
  return directories.length === 0 ? [] : read.directoryUsers.ofMember(organization.id, member);
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
