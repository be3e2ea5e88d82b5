import type { Directory, DirectoryUser, Member } from '@idp-roles/store';
import type { Work } from './work.js';

export interface LockedUser {
  readonly user: DirectoryUser;
  readonly member: Member;
}

/**
 * S12: these users of a directory with their members, locked until the transaction ends: all users, then all members, each by id. What
 * is read of them afterwards (groups, grants) is what every change that ended before left. Users that are gone are left out.
 */
export async function lockProvisioned(
  { tx, organization }: Work,
  directory: Directory,
  ids: readonly string[],
): Promise<readonly LockedUser[]> {
  const users = await tx.directoryUsers.lockAll(organization, directory.id, [...new Set(ids)]);
  const named = [...new Set(users.map(({ member }) => member))];
  const members = new Map(
    (await tx.members.lockAll(organization, named)).map((member) => [member.id, member]),
  );
  return users.flatMap((user) => {
    const member = members.get(user.member);
    return member === undefined ? [] : [{ user, member }];
  });
}
