import { hashToken, organizationOf, type Directory } from '@idp-roles/store';
import type { UseCaseContext } from './context.js';

/** How true `lastUsedAt` is: a sync of thousands of requests writes it once in this time. */
const USE_IS_TOLD_EVERY_MS = 60_000;

/** An organization's id by its form, of none: for a directory's id that carries none. */
const NOBODY = 'org_0000000000000000';

/**
 * The directory that this bearer token opens: only the one that is named, and only until the token expires. Unknown directory, wrong,
 * foreign, expired and revoked token are told apart neither by the answer nor by the work done for it: one hash and one query.
 */
export async function authenticateDirectory(
  { store, clock }: UseCaseContext,
  { directory: id, token }: { readonly directory: string; readonly token: string },
): Promise<Directory | undefined> {
  const at = clock();
  const organization = organizationOf(id) ?? NOBODY;
  const found = await store.read.directories.token(organization, id, hashToken(token));
  if (found === undefined || isExpired(found.token.expiresAt, at)) return undefined;
  const { id: used, lastUsedAt } = found.token;
  if (lastUsedAt === undefined || at - lastUsedAt >= USE_IS_TOLD_EVERY_MS) {
    await store.transaction((tx) => tx.directories.tokenUsed(organization, id, used, at));
  }
  return found.directory;
}

function isExpired(expiresAt: number | undefined, at: number): boolean {
  return expiresAt !== undefined && at >= expiresAt;
}
