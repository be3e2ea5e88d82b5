import { sourceKey } from '@idp-roles/mapping';
import type { Directory, DirectoryGroup, MembershipChange } from '@idp-roles/store';
import { concernsMappings } from './group-claims.js';
import { rederive } from './rederive-users.js';
import { givesRoles } from './take-over.js';
import type { Work } from './work.js';

interface GroupStates {
  readonly before?: DirectoryGroup;
  readonly after?: DirectoryGroup;
}

/**
 * S7: re-derives those whose roles may follow from what became of a group, each once: who joined or left it where any mapping reads
 * groups, and all that it names where it is called something else by what mappings read.
 */
export async function rederiveMembers(
  work: Work,
  directory: Directory,
  { before, after }: GroupStates,
  { joined, left }: Pick<MembershipChange, 'joined' | 'left'>,
): Promise<void> {
  const rules = await work.rules();
  if (!givesRoles(rules, directory)) return;
  const index = await rules.index(sourceKey({ directory: directory.id }));
  const concerned = (was?: DirectoryGroup, is?: DirectoryGroup) =>
    concernsMappings(index, was === undefined ? [] : [was], is === undefined ? [] : [is]);
  const users = new Set<string>();
  if (concerned(after, undefined)) for (const user of joined) users.add(user);
  if (concerned(before, undefined)) for (const user of left) users.add(user);
  if (before !== undefined && after !== undefined && concerned(before, after)) {
    const named = await work.tx.directoryGroups.users(work.organization, directory.id, after.id);
    for (const user of named) users.add(user);
  }
  const group = after ?? before;
  await rederive(work, directory, [...users], {
    by: 'group-change',
    ...(group && { group: group.id, displayName: group.displayName }),
  });
}
