import type { Directory, DirectoryGroup } from '@idp-roles/store';
import { UseCaseError } from './use-case-error.js';
import type { Work } from './work.js';

/**
 * The group, locked until the transaction ends, so that its changes follow one another. Errors: `directory-group-not-found`,
 * `version-mismatch` where it is at none of the versions that `ifMatch` names.
 */
export async function lockGroup(
  { tx, organization }: Work,
  directory: Directory,
  id: string,
  ifMatch?: readonly number[],
): Promise<DirectoryGroup> {
  const found = await tx.directoryGroups.lock(organization, directory.id, id);
  if (found === undefined) {
    throw new UseCaseError('directory-group-not-found', `there is no group \`${id}\` in this directory`);
  }
  if (ifMatch !== undefined && !ifMatch.includes(found.version)) {
    const message = `the group has changed since and is at version ${found.version} now; read it again`;
    throw new UseCaseError('version-mismatch', message, { subjects: [id] });
  }
  return found;
}
