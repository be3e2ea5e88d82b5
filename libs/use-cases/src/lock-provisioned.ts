import { setImmediate } from 'node:timers/promises';
import type { Directory, DirectoryUser, Member } from '@idp-roles/store';
import type { Work } from './work.js';

export interface LockedUser {
  readonly user: DirectoryUser;
  readonly member: Member;
}

/** Users held in memory at a time, whatever their IdP says of each. Between batches others get their turn: the embedded store never yields. */
const BATCH = 250;

/**
 * S12: these users of a directory with their members, in batches, locked until the transaction ends: all users, then all members, each
 * by id, before the first batch is answered. What is read of them afterwards (groups, grants) is what every change that ended before
 * left. Users that are gone are left out.
 */
export async function* lockProvisioned(
  { tx, organization }: Work,
  { id: directory }: Directory,
  ids: readonly string[],
): AsyncGenerator<readonly LockedUser[]> {
  const memberIds = new Set<string>();
  const batches = slices([...new Set(ids)].toSorted());
  let users: readonly DirectoryUser[] = [];
  for await (const batch of unhurried(batches)) {
    users = await tx.directoryUsers.lockAll(organization, directory, batch);
    for (const { member } of users) memberIds.add(member);
  }
  const members = new Map<string, Member>();
  for await (const batch of unhurried(slices([...memberIds].toSorted()))) {
    for (const member of await tx.members.lockAll(organization, batch)) members.set(member.id, member);
  }
  for await (const batch of unhurried(batches)) {
    // Locked, and not kept in memory meanwhile.
    if (batches.length > 1) users = await tx.directoryUsers.byIds(organization, directory, batch);
    yield users.flatMap((user) => {
      const member = members.get(user.member);
      return member === undefined ? [] : [{ user, member }];
    });
  }
}

function slices(ids: readonly string[]): readonly (readonly string[])[] {
  const count = Math.ceil(ids.length / BATCH);
  return Array.from({ length: count }, (_, at) => ids.slice(at * BATCH, (at + 1) * BATCH));
}

/** Others get their turn in between. */
export async function* unhurried<T>(batches: readonly T[]): AsyncGenerator<T> {
  for (const [at, batch] of batches.entries()) {
    if (at > 0) await setImmediate();
    yield batch;
  }
}
