import type { DirectoryUser, Member } from '@idp-roles/store';
import { addressOf, nameOf } from './directory-person.js';
import { linksAfter } from './linking-address.js';
import type { Work } from './work.js';

type Attributes = DirectoryUser['attributes'];

/**
 * L4: the member as their directory describes them now; the same value where nothing changes. Only what it said differently `before`
 * counts, so that it does not undo what a sign-in has brought since. What it says nothing about stays, and so does an e-mail where the
 * new one is another member's (`email-kept`).
 */
export async function memberAsDescribed(
  work: Work,
  member: Member,
  attributes: Attributes,
  before?: Attributes,
): Promise<Member> {
  const name = nameOf(attributes);
  const email = addressOf(attributes);
  const newName = name !== undefined && name !== member.name && name !== (before && nameOf(before));
  const newEmail = email !== undefined && email !== member.email && email !== (before && addressOf(before));
  const takes = newEmail && !(await isTaken(work, member, email));
  if (newEmail && !takes) {
    work.announce({ type: 'email-kept', organization: work.organization, member: member.id });
  }
  if (!newName && !takes) return member;
  return {
    ...member,
    ...(newName && { name }),
    ...(takes && { email, emailLinks: linksAfter(member, email, {}) }),
    updatedAt: work.at,
  };
}

/** Whether a member who is not deprovisioned has the address, other than this one. */
export async function isTaken({ tx, organization }: Work, { id }: Member, email: string): Promise<boolean> {
  const holders = await tx.members.byEmail(organization, email);
  return holders.some((holder) => holder.id !== id && holder.status !== 'deprovisioned');
}
