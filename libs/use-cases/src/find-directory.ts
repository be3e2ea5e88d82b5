import type { Directory } from '@idp-roles/store';
import { directoryIn } from './rules.js';
import { UseCaseError } from './use-case-error.js';
import type { Work } from './work.js';

/** By the rules that this work holds or changes, so that it costs nothing where they are held. Errors: `directory-not-found`. */
export async function findDirectory(work: Work, id: string): Promise<Directory> {
  const found = directoryIn(await work.rules(), id);
  if (found === undefined) throw new UseCaseError('directory-not-found', `there is no directory \`${id}\``);
  return found;
}
