import type { RoleMapping } from '@idp-roles/mapping';
import { directoryIn, type RuleFacts } from './rules.js';
import { startResync } from './start-resync.js';
import type { Work } from './work.js';

type Cause = Readonly<Record<string, unknown>>;

/** S9: everybody in the directories that give roles is to be judged anew, by a job each. */
export async function resyncDirectories(work: Work, { directories }: RuleFacts, cause: Cause): Promise<void> {
  for (const directory of directories) await startResync(work, directory, cause);
}

/** S9: everybody whom this mapping may concern and who need not sign in: those in its directory, if it is of one. */
export async function resyncSource(
  work: Work,
  rules: RuleFacts,
  { source }: RoleMapping,
  cause: Cause,
): Promise<void> {
  const directory = 'directory' in source ? directoryIn(rules, source.directory) : undefined;
  if (directory !== undefined) await startResync(work, directory, cause);
}
