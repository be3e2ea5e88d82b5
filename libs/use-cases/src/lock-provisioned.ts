import type { Directory, DirectoryUser, Member } from '@idp-roles/store';
import { lockMember } from './find.js';
import type { Work } from './work.js';

export interface LockedUser {
  readonly user: DirectoryUser;
  readonly member: Member;
}

/**
 * S12: these users of a directory with their members, locked until the transaction ends: all users by id, then all members by id. What
 * is read of them afterwards (groups, grants) is what every change that ended before left. Users that are gone are left out.
 */
export async function lockProvisioned(
  work: Work,
  directory: Directory,
  users: readonly string[],
): Promise<readonly LockedUser[]> {
  const { tx, organization } = work;
  const found: DirectoryUser[] = [];
  for (const id of [...new Set(users)].toSorted()) {
    const user = await tx.directoryUsers.lock(organization, directory.id, id);
    if (user !== undefined) found.push(user);
  }
  const members = new Map<string, Member>();
  for (const id of [...new Set(found.map(({ member }) => member))].toSorted()) {
    members.set(id, await lockMember(tx, organization, id));
  }
  return found.flatMap((user) => {
    const member = members.get(user.member);
    return member === undefined ? [] : [{ user, member }];
  });
}
