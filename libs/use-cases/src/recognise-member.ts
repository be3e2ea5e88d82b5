import { isDeepStrictEqual } from 'node:util';
import { emailDomain } from '@idp-roles/mapping';
import type { StoreTransaction } from '@idp-roles/store';
import { linksAs } from './linking-address.js';
import { byPairRule } from './pair-rule.js';
import {
  admitted,
  type Caller,
  type NotAdmitted,
  type Recognised,
  type RecognisedMember,
} from './recognised.js';

type Found = RecognisedMember | NotAdmitted;

/** L4: whose sign-in this is. None of it looks beyond the organization. A member found is locked until the transaction ends (S12), and may sign in (S8). */
export async function recogniseMember(tx: StoreTransaction, caller: Caller): Promise<Recognised> {
  const known = await byIdentity(tx, caller);
  if (known !== undefined) return known;
  const linked = (await byDirectory(tx, caller)) ?? (await byEmail(tx, caller));
  // An invitation is an admin's own word that this person may come back.
  if (linked?.as === 'refused' || linked?.member.status === 'invited') return linked;
  return (await byShutOut(tx, caller)) ?? linked ?? { as: 'newcomer' };
}

async function byIdentity(tx: StoreTransaction, { key }: Caller): Promise<Found | undefined> {
  const found = await tx.members.identity(key);
  if (found === undefined) return undefined;
  const member = await tx.members.lock(key.organization, found.member);
  if (member === undefined) return undefined;
  // Read again: another sign-in of this member may have ended while this one waited for the lock.
  const identity = (await tx.members.identity(key)) ?? found;
  return admitted(member, 'identity', identity);
}

async function byDirectory(tx: StoreTransaction, caller: Caller): Promise<Found | undefined> {
  const paired = await byPairRule(tx, caller);
  if (paired?.as !== 'member') return paired;
  // While it waited for the lock, another sign-in may have linked this very identity.
  return (await byIdentity(tx, caller)) ?? admitted(paired.member, 'directory');
}

async function byEmail(tx: StoreTransaction, caller: Caller): Promise<Found | undefined> {
  const { key, email, emailVerified } = caller;
  if (email === undefined) return undefined;
  const { organization } = key;
  const holders = await tx.members.byEmail(organization, email);
  const living = holders.filter(({ status }) => status !== 'deprovisioned');
  const [holder] = living.length > 0 ? living : holders;
  if (holder === undefined) return undefined;
  if (emailVerified === false) return { as: 'refused', code: 'email-unverified', member: holder.id };
  if (!(await isProven(tx, organization, email))) {
    return { as: 'refused', code: 'email-taken', member: holder.id };
  }
  if (!linksAs(email)) {
    const reason =
      'the address as sent is not the one on record, only alike under the rules of Unicode; correct it at the identity provider';
    return { as: 'refused', code: 'email-taken', member: holder.id, detail: { reason } };
  }
  if (!holder.emailLinks) {
    const reason =
      'the member took this address in a later sign-in, and no identity provider said that it is verified; ' +
      "correct the member's address at their identity provider, or let it send `email_verified`, and have them sign in again";
    return { as: 'refused', code: 'email-taken', member: holder.id, detail: { reason } };
  }
  if (living.length > 1) return { as: 'refused', code: 'member-ambiguous' };
  const member = await tx.members.lock(organization, holder.id);
  if (member === undefined) return undefined;
  // While this one waited for the lock, another sign-in may have linked this very identity, or changed the address.
  if ((await tx.members.identity(key)) !== undefined) return byIdentity(tx, caller);
  if (!isDeepStrictEqual(member, holder)) return byEmail(tx, caller);
  const identities = await tx.members.identities(organization, member.id);
  // Bound to another subject of this connection: their address was given to someone else (L4).
  if (identities.some(({ source }) => source === key.source)) {
    return { as: 'refused', code: 'identity-conflict', member: member.id };
  }
  return admitted(member, 'email');
}

/**
 * S8: the same person at the same IdP, whom another connection knows and who is shut out there. Without this they would come back as
 * somebody new by a connection that they never used.
 */
async function byShutOut(tx: StoreTransaction, { key }: Caller): Promise<Found | undefined> {
  for (const { member: id } of await tx.members.identitiesOf(key)) {
    const member = await tx.members.get(key.organization, id);
    const judged = member && admitted(member, 'identity');
    if (judged?.as === 'refused') return judged;
  }
  return undefined;
}

async function isProven(tx: StoreTransaction, organization: string, email: string): Promise<boolean> {
  const domain = emailDomain(email);
  if (domain === undefined) return false;
  const domains = await tx.organizations.domains(organization);
  return domains.some((one) => one.domain === domain && one.provenAt !== undefined);
}
