import type { Connection } from '@idp-roles/store';
import type { RuleFacts } from './rules.js';
import { isPaired } from './take-over.js';

/** L4: whether a sign-in through the connection makes a member of who is none. Where an active directory says who they are, only if told to. */
export function makesMembers(
  { directories }: Pick<RuleFacts, 'directories'>,
  { id, jit }: Connection,
): boolean {
  return jit ?? !directories.some((directory) => directory.state === 'active' && isPaired(directory, id));
}
