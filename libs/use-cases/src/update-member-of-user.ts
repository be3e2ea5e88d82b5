import { sourceKey } from '@idp-roles/mapping';
import type { Directory, DirectoryUser, Member, SessionRow } from '@idp-roles/store';
import { giveAgain, letInMember } from './let-in-member.js';
import { isTaken, memberAsDescribed } from './member-as-described.js';
import type { UserCause } from './record-user.js';
import { rederive } from './rederive-users.js';
import { shownMember } from './shown-member.js';
import { shutOutMember } from './shut-out-member.js';
import { UseCaseError } from './use-case-error.js';
import type { Work } from './work.js';

export interface UserSaid {
  /** Locked. */
  readonly member: Member;
  readonly user: DirectoryUser;
  /** The user until now; absent where the user came just now, which says anew whether the person is let in. */
  readonly before?: DirectoryUser;
  readonly cause: UserCause;
}

/**
 * What follows for the member from what a directory says of its user, once that is written: e-mail and name, whether they are let in,
 * and their roles (S7). S8: only a directory that begins to say so shuts out or lets in, never one that repeats itself; and who may let
 * in again is the directory that shut out, or any that is active, as long as no admin has suspended the member. Answers the sessions
 * that ended. Errors: `email-taken` where somebody else got the address of who comes back.
 */
export async function updateMemberOfUser(
  work: Work,
  directory: Directory,
  { member, user, before, cause }: UserSaid,
): Promise<readonly SessionRow[]> {
  const source = sourceKey({ directory: directory.id });
  const described = await memberAsDescribed(work, member, user.attributes, before?.attributes);
  if (described !== member) recordUpdate(work, 'member.updated', member, described, cause);
  const turns = before?.active !== user.active;
  const isIn = member.status === 'active' || member.status === 'invited';
  if (turns && !user.active && isIn) {
    const after: Member = { ...described, status: 'deprovisioned', deprovisionedBy: source };
    return (await shutOutMember(work, member, after, cause)).sessions;
  }
  const lifts = member.deprovisionedBy === source || directory.state === 'active';
  if (turns && user.active && member.status === 'deprovisioned' && lifts) {
    await refuseTakenAddress(work, described);
    const back = await letInMember(work, member, { ...described, status: 'active' }, cause);
    await giveAgain(work, back, cause);
    return [];
  }
  const after = turns && user.active ? activated(work, described, cause) : described;
  if (after !== member) {
    await work.tx.members.update(after);
    work.touch(member.id);
  }
  if (isIn) await rederive(work, directory, [user.id], cause);
  return [];
}

/** An invited member whom a directory knows need not sign in to be one. */
function activated(work: Work, member: Member, cause: UserCause): Member {
  if (member.status !== 'invited') return member;
  const after: Member = { ...member, status: 'active', updatedAt: work.at };
  recordUpdate(work, 'member.activated', member, after, cause);
  return after;
}

function recordUpdate(work: Work, action: string, before: Member, after: Member, cause: UserCause): void {
  work.record(action, {
    member: after.id,
    cause,
    before: shownMember(before),
    after: shownMember(after),
  });
}

async function refuseTakenAddress(work: Work, member: Member): Promise<void> {
  const { id, email } = member;
  if (email === undefined || !(await isTaken(work, member, email))) return;
  const message = `another member has got the e-mail \`${email}\` meanwhile; give one of the two another address first`;
  throw new UseCaseError('email-taken', message, { subjects: [id] });
}
