import type { Member } from '@idp-roles/store';
import { rederive } from './rederive-users.js';
import { directoryIn } from './rules.js';
import { settleGrants } from './settle-grants.js';
import type { Work } from './work.js';

type Cause = Readonly<Record<string, unknown>>;

/**
 * S8: lets in again who was shut out; `after` is the member as they shall be. Nothing of their being shut out is left but
 * `sessionsValidFrom`: tombstones, of all directories, are done with.
 */
export async function letInMember(work: Work, before: Member, after: Member, cause: Cause): Promise<Member> {
  const { tx, organization, at } = work;
  const { deprovisionedBy: _, ...rest } = after;
  const member: Member = { ...rest, updatedAt: at };
  await tx.members.update(member);
  await tx.directoryUsers.liftTombstones(organization, member.id);
  work.record('member.reactivated', {
    member: member.id,
    cause,
    before: { status: before.status },
    after: { status: member.status },
  });
  work.touch(member.id);
  return member;
}

/** What the directories that know the member give them now, each by its own mappings (S7), and the default roles that are due (S10). */
export async function giveAgain(work: Work, member: Member, cause: Cause): Promise<void> {
  const { tx, organization } = work;
  const rules = await work.rules();
  const users =
    rules.directories.length === 0 ? [] : await tx.directoryUsers.ofMember(organization, member.id);
  for (const { id, directory } of users.toSorted((one, other) => (one.id < other.id ? -1 : 1))) {
    const found = directoryIn(rules, directory);
    if (found !== undefined) await rederive(work, found, [id], cause);
  }
  if (users.length > 0) return;
  const held = await tx.grants.ofMember(organization, member.id);
  await settleGrants(work, rules, { member, before: held, cause, lastHolder: 'keep' });
}
