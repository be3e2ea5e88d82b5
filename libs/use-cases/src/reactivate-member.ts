import type { Actor, Member } from '@idp-roles/store';
import type { UseCaseContext } from './context.js';
import { lockMember } from './find.js';
import { giveAgain, letInMember } from './let-in-member.js';
import { performForMember, type Work } from './work.js';

export interface ReactivateMember {
  readonly organization: string;
  readonly member: string;
  readonly actor: Actor;
}

export interface MemberReactivated {
  readonly outcome: 'reactivated' | 'unchanged';
  /** `invited` where they have never signed in and no directory knows them: only signing in makes them active. */
  readonly member: Member;
}

/**
 * S8: an admin lets a member in again, whoever shut them out. API and import grants work again; a default role that is due (S10) and
 * what directories give come back, and what mappings of a connection give by force with the next sign-in. Sessions of before stay
 * dead. A directory that calls the person inactive goes on doing so, and gives nothing. Idempotent: invited and active members stay
 * what they are. Errors: `member-not-found`, `email-taken` where somebody else got the address meanwhile.
 */
export async function reactivateMember(
  context: UseCaseContext,
  input: ReactivateMember,
): Promise<MemberReactivated> {
  return performForMember(context, input, async (work) => {
    const { tx, organization } = work;
    const known = await lockUsersOf(work, input.member);
    const before = await lockMember(tx, organization, input.member);
    if (before.status === 'active' || before.status === 'invited') {
      return { outcome: 'unchanged', member: before };
    }
    const identities = known ? [] : await tx.members.identities(organization, before.id);
    const status = known || identities.length > 0 ? 'active' : 'invited';
    const cause = { by: 'reactivation' };
    const member = await letInMember(work, before, { ...before, status }, cause);
    await giveAgain(work, member, cause);
    return { outcome: 'reactivated', member };
  });
}

/** S12: users before their members. Whether any directory knows the member. */
async function lockUsersOf(work: Work, member: string): Promise<boolean> {
  const { tx, organization } = work;
  if ((await work.rules()).directories.length === 0) return false;
  const users = await tx.directoryUsers.ofMember(organization, member);
  for (const { directory, id } of users.toSorted((one, other) => (one.id < other.id ? -1 : 1))) {
    await tx.directoryUsers.lock(organization, directory, id);
  }
  return users.length > 0;
}
