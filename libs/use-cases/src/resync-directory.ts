import type { Actor, Job } from '@idp-roles/store';
import type { UseCaseContext } from './context.js';
import { findDirectory } from './find-directory.js';
import { queueResync } from './start-resync.js';
import { performForMember } from './work.js';

/** Evaluates all members of a directory again, at an admin's wish, in a job (S9). Errors: `directory-not-found`. */
export async function resyncDirectory(
  context: UseCaseContext,
  input: { readonly organization: string; readonly directory: string; readonly actor: Actor },
): Promise<Job> {
  return performForMember(context, input, async (work) => {
    const directory = await findDirectory(work, input.directory);
    return queueResync(work, directory, { by: 'resync-asked-for' });
  });
}
