import type { SessionRow } from '@idp-roles/store';
import type { UseCaseContext } from './context.js';
import { findDirectory } from './find-directory.js';
import { lockUser } from './lock-user.js';
import { removeUser } from './remove-user.js';
import { performForMember } from './work.js';

export interface DeleteUser {
  readonly organization: string;
  readonly directory: string;
  readonly user: string;
  /** Versions, one of which the user must be at. */
  readonly ifMatch?: readonly number[];
}

export interface UserDeleted {
  readonly outcome: 'deleted';
  /** Ended with this, so that their content can be dropped too. */
  readonly sessions: readonly SessionRow[];
}

/**
 * S8: a directory deletes a user: it goes with its memberships, the member is deprovisioned, and a tombstone remembers who they were.
 * Errors: `directory-not-found`, `directory-user-not-found`, `version-mismatch`.
 */
export function deleteUser(context: UseCaseContext, input: DeleteUser): Promise<UserDeleted> {
  const { organization, directory: id } = input;
  return performForMember(context, { organization, actor: { kind: 'directory', id } }, async (work) => {
    const directory = await findDirectory(work, id);
    const user = await lockUser(work, directory, input.user, input.ifMatch);
    return { outcome: 'deleted', sessions: await removeUser(work, directory, user) };
  });
}
