import { sourceKey, type RoleMapping } from '@idp-roles/mapping';
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

/** M8, M12: everybody in the directories in which a mapping or the default leads to this role, once something else follows from it. */
export async function resyncRole(work: Work, rules: RuleFacts, role: string, cause: Cause): Promise<void> {
  const mappings = await work.tx.mappings.toRole(work.organization, role);
  const sources = new Set<string>(mappings.map(({ mapping }) => sourceKey(mapping.source)));
  for (const directory of rules.directories) {
    const leads = directory.defaultRole === role || sources.has(sourceKey({ directory: directory.id }));
    if (leads) await startResync(work, directory, cause);
  }
}
