import type { Actor } from '@idp-roles/store';
import type { UseCaseContext } from './context.js';
import { findDirectory } from './find-directory.js';
import { UseCaseError } from './use-case-error.js';
import { perform } from './work.js';

export interface RevokeDirectoryToken {
  readonly organization: string;
  readonly directory: string;
  /** Its id. */
  readonly token: string;
  readonly actor: Actor;
}

/** The next request with it is refused. Errors: `directory-not-found`, `directory-token-not-found`. */
export async function revokeDirectoryToken(
  context: UseCaseContext,
  input: RevokeDirectoryToken,
): Promise<{ readonly outcome: 'revoked' }> {
  return perform(context, input, async (work) => {
    const { tx, organization } = work;
    const { id: directory } = await findDirectory(work, input.directory);
    if (!(await tx.directories.deleteToken(organization, directory, input.token))) {
      throw new UseCaseError('directory-token-not-found', `there is no token \`${input.token}\``);
    }
    const subject = { type: 'directory-token', id: input.token };
    work.record('directory-token.revoked', { subject, cause: { directory } });
    return { outcome: 'revoked' };
  });
}
