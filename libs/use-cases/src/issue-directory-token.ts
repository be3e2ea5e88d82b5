import { hashToken, newId, type Actor } from '@idp-roles/store';
import { randomBytes } from 'node:crypto';
import type { UseCaseContext } from './context.js';
import { requireAuthorityOver } from './authority-over-directory.js';
import { findDirectory } from './find-directory.js';
import { refuseProblems, UseCaseError } from './use-case-error.js';
import { performOnRules } from './work.js';

/** The old one works until the IdP has the new one. */
const AT_ONCE = 2;

export interface IssueDirectoryToken {
  readonly organization: string;
  readonly directory: string;
  /** From this instant on it opens nothing. Absent: never. */
  readonly expiresAt?: number;
  readonly actor: Actor;
}

/**
 * A bearer token of 256 random bits, shown by this answer alone: only its hash is stored (D5). Expired ones are forgotten meanwhile.
 * Errors: `directory-not-found`, `permission-not-held` (A9), `invalid`, `too-many-tokens` beside two that have not expired.
 */
export async function issueDirectoryToken(
  context: UseCaseContext,
  input: IssueDirectoryToken,
): Promise<{ readonly id: string; readonly token: string }> {
  // Alone, so that two at once do not count the same tokens.
  return performOnRules(context, input, async (work) => {
    const { tx, organization, at } = work;
    const found = await findDirectory(work, input.directory);
    await requireAuthorityOver(work, found);
    const { id: directory } = found;
    const { expiresAt } = input;
    if (expiresAt !== undefined && !(expiresAt > at)) {
      refuseProblems([
        { path: 'expiresAt', code: 'invalid', message: 'a token expires in the future, or never' },
      ]);
    }
    const held = await tx.directories.tokens(organization, directory);
    const expired = held.filter((token) => token.expiresAt !== undefined && token.expiresAt <= at);
    if (held.length - expired.length >= AT_ONCE) {
      const message = `a directory has at most ${AT_ONCE} tokens at a time; revoke the one that is not used any more`;
      throw new UseCaseError('too-many-tokens', message);
    }
    for (const { id } of expired) await tx.directories.deleteToken(organization, directory, id);
    const id = newId('tok', organization);
    const token = `scim_${directory.slice(directory.lastIndexOf('_') + 1)}_${randomBytes(32).toString('base64url')}`;
    const expires = expiresAt === undefined ? {} : { expiresAt };
    await tx.directories.insertToken({
      organization,
      directory,
      id,
      hash: hashToken(token),
      createdAt: at,
      ...expires,
    });
    const subject = { type: 'directory-token', id };
    work.record('directory-token.issued', { subject, cause: { directory }, after: expires });
    return { id, token };
  });
}
