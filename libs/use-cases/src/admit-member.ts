import { claimsToJson, emailDomain } from '@idp-roles/mapping';
import type { IdentityKey, Member } from '@idp-roles/store';
import { claimsHash } from './claims-hash.js';
import type { Arrival, Judgement } from './judge-sign-in.js';
import { linksAfter } from './linking-address.js';
import { shownMember } from './shown-member.js';
import type { SignInRequest } from './sign-in-outcome.js';
import type { Work } from './work.js';

/**
 * The address that a sign-in may write to a member: one with a single `@` and a domain, that the IdP does not call unverified.
 * An unverified one would let whoever registers it first be linked to by its owner's sign-in through another connection (L4).
 */
export function addressIn({ email, emailVerified }: SignInRequest): string | undefined {
  if (email === undefined || emailVerified === false) return undefined;
  return emailDomain(email) === undefined ? undefined : email;
}

/**
 * L4: what a sign-in changes on a known member. A changed e-mail updates the member and never moves an identity; one that the IdP
 * calls unverified, or that another member has, is not taken over.
 */
export async function updatedBySignIn(work: Work, member: Member, request: SignInRequest): Promise<Member> {
  const email = addressIn(request);
  const changes: Partial<Pick<Member, 'email' | 'emailLinks' | 'name' | 'status'>> = {
    ...(member.status === 'invited' && { status: 'active' }),
    ...(request.name !== undefined && request.name !== member.name && { name: request.name }),
  };
  const emailLinks = email !== undefined && linksAfter(member, email, request);
  if (email !== undefined && (email !== member.email || emailLinks !== member.emailLinks)) {
    const holders = await work.tx.members.byEmail(work.organization, email);
    const taken = holders.some(({ id, status }) => id !== member.id && status !== 'deprovisioned');
    if (taken) work.announce({ type: 'email-kept', organization: work.organization, member: member.id });
    else Object.assign(changes, { email, emailLinks });
  }
  return Object.keys(changes).length === 0 ? member : { ...member, ...changes, updatedAt: work.at };
}

/** Writes who signed in: the member, made or updated, and the identity by which they are recognised from now on. */
export async function admitMember(
  work: Work,
  key: IdentityKey,
  { member, linkedBy, identity }: Arrival,
  before: Member | undefined,
): Promise<void> {
  const created = linkedBy === 'created';
  const { tx, at } = work;
  if (created) {
    await tx.members.insert(member);
    work.record('member.created', {
      member: member.id,
      cause: { source: key.source },
      after: shownMember(member),
    });
  } else if (before !== undefined && before !== member) {
    await tx.members.update(member);
    const action = before.status === member.status ? 'member.updated' : 'member.activated';
    const cause = { source: key.source };
    work.record(action, {
      member: member.id,
      cause,
      before: shownMember(before),
      after: shownMember(member),
    });
    work.touch(member.id);
  }
  if (identity !== undefined) return;
  // S4: import is for those whom this connection made; for all others it is as good as done.
  await tx.members.insertIdentity({ ...key, member: member.id, importDone: !created, createdAt: at });
  const { source, issuer, format, subject } = key;
  work.record('identity.linked', {
    member: member.id,
    cause: { by: linkedBy },
    after: { source, issuer, format, subject },
  });
}

/** D3, S4: when this identity signed in last, with which claims, and whether import has had its turn. */
export async function rememberSignIn(
  work: Work,
  key: IdentityKey,
  { rules: { organization }, connection, claims, linkedBy, identity }: Arrival,
  { evaluation }: Judgement,
): Promise<void> {
  const importPending = linkedBy === 'created' || identity?.importDone === false;
  await work.tx.members.recordSignIn(key, {
    at: work.at,
    claimsHash: claimsHash(claims),
    ...(organization.keepClaims && { claims: claimsToJson(claims) }),
    importDone: !importPending || !evaluation.incomplete,
  });
  const known = evaluation.context.claimsSeen;
  const unseen = [...claims.byName.keys()].filter((name) => known?.has(name) !== true);
  if (unseen.length > 0) {
    await work.tx.connections.addClaimsSeen(organization.id, connection.id, unseen, work.at);
  }
}
