import type { Directory, DirectoryUser } from '@idp-roles/store';
import { UseCaseError } from './use-case-error.js';
import type { Work } from './work.js';

/**
 * A user of this directory, and of no other, locked until the transaction ends. `ifMatch`: versions, one of which the user must be at
 * (RFC 7644, section 3.14). Errors: `directory-user-not-found`, `version-mismatch`.
 */
export async function lockUser(
  { tx, organization }: Work,
  directory: Directory,
  id: string,
  ifMatch?: readonly number[],
): Promise<DirectoryUser> {
  const found = await tx.directoryUsers.lock(organization, directory.id, id);
  if (found === undefined) {
    throw new UseCaseError('directory-user-not-found', `there is no user \`${id}\` in this directory`);
  }
  if (ifMatch !== undefined && !ifMatch.includes(found.version)) {
    const message = `the user has changed since and is at version ${found.version} now; read it again`;
    throw new UseCaseError('version-mismatch', message, { subjects: [id] });
  }
  return found;
}
