import { newId, StoreError, type DirectoryUser } from '@idp-roles/store';
import { admitUser, type AdmittedUser } from './admit-user.js';
import { againAfterRace } from './again-after-race.js';
import type { UseCaseContext } from './context.js';
import { describedUser } from './described-user.js';
import { findDirectory } from './find-directory.js';
import { UseCaseError } from './use-case-error.js';
import { performForMember } from './work.js';

export interface ProvisionUser {
  readonly organization: string;
  readonly directory: string;
  /** As of `DirectoryUser`; `active` unless they say otherwise. */
  readonly attributes: DirectoryUser['attributes'];
}

export interface UserProvisioned extends AdmittedUser {
  readonly outcome: 'created';
}

/**
 * A directory tells of a person whom it did not know, or had deleted: the user is written, their member found (L4, S8) or made, let in
 * or shut out as `active` says, and given what the directory's mappings give (S7). Errors: `directory-not-found`, `invalid`,
 * `user-name-taken`, `identity-conflict`, `member-ambiguous`, `email-taken`.
 */
export function provisionUser(
  context: UseCaseContext,
  { organization, directory: id, attributes }: ProvisionUser,
): Promise<UserProvisioned> {
  const actor = { kind: 'directory', id } as const;
  const described = () => describedUser(attributes);
  return againAfterRace(
    () =>
      performForMember(context, { organization, actor }, async (work) => {
        const directory = await findDirectory(work, id);
        const admitted = await admitUser(work, await work.rules(), directory, {
          ...described(),
          organization,
          directory: id,
          id: newId('usr', organization),
          version: 1,
          createdAt: work.at,
          updatedAt: work.at,
        });
        return { outcome: 'created', ...admitted };
      }),
    isAddressRace,
  );
}

/** Somebody got the address between our look and our write: a second look sees them. */
export function isAddressRace(error: unknown): boolean {
  return error instanceof UseCaseError && error.code === 'email-taken' && error.cause instanceof StoreError;
}
