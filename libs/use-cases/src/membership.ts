import type { Directory, DirectoryGroup, MembershipChange } from '@idp-roles/store';
import { memberSteps, type GroupChange } from './group-changes.js';
import type { Work } from './work.js';

/** Writes what becomes of a group's members; answers what is different at the end, whatever happened in between. */
export async function changeMembers(
  { tx, organization }: Work,
  { id: directory }: Directory,
  { id: group }: Pick<DirectoryGroup, 'id'>,
  changes: readonly GroupChange[],
): Promise<MembershipChange> {
  const joined = new Set<string>();
  const left = new Set<string>();
  let changed = false;
  for (const step of memberSteps(changes)) {
    const groups = tx.directoryGroups;
    const done =
      step.type === 'remove-members'
        ? await groups.removeMembers(organization, directory, group, step.values)
        : step.type === 'add-members'
          ? await groups.addMembers(organization, directory, group, step.members)
          : await groups.replaceMembers(organization, directory, group, step.members);
    for (const user of done.joined) if (!left.delete(user)) joined.add(user);
    for (const user of done.left) if (!joined.delete(user)) left.add(user);
    changed ||= done.changed;
  }
  return { joined: [...joined], left: [...left], changed };
}
