import { sourceKey } from '@idp-roles/mapping';
import type { Directory, DirectoryUser, SessionRow } from '@idp-roles/store';
import { lockMember } from './find.js';
import { recordUser } from './record-user.js';
import { shutOutMember } from './shut-out-member.js';
import type { Work } from './work.js';

/** S8: a user, locked, goes with its memberships and leaves a tombstone; its member is shut out. Answers the sessions that ended. */
export async function removeUser(
  work: Work,
  directory: Directory,
  user: DirectoryUser,
): Promise<readonly SessionRow[]> {
  const member = await lockMember(work.tx, work.organization, user.member);
  const { left } = await work.tx.directoryUsers.delete(user, work.at);
  const cause = recordUser(work, 'deleted', { before: user, groups: left });
  if (member.status !== 'active' && member.status !== 'invited') return [];
  const deprovisionedBy = sourceKey({ directory: directory.id });
  const after = { ...member, status: 'deprovisioned', deprovisionedBy } as const;
  return (await shutOutMember(work, member, after, cause)).sessions;
}
