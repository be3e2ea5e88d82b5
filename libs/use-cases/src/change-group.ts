import type { DirectoryGroup } from '@idp-roles/store';
import type { UseCaseContext } from './context.js';
import type { GroupChange } from './group-changes.js';
import { findDirectory } from './find-directory.js';
import { rederiveMembers } from './rederive-members.js';
import { lockGroup } from './lock-group.js';
import { changeMembers } from './membership.js';
import { recordGroup, recordMembership } from './record-group.js';
import { performForMember } from './work.js';

export interface ChangeGroup {
  readonly organization: string;
  readonly directory: string;
  readonly group: string;
  /** Versions, one of which the group must be at. */
  readonly ifMatch?: readonly number[];
  readonly changes: readonly GroupChange[];
}

export interface GroupChanged {
  readonly outcome: 'changed' | 'unchanged';
  readonly group: DirectoryGroup;
}

/**
 * S7: all changes or none, in their order, and the roles of those whom they concern, each re-derived once. Costs what the changes cost,
 * whatever the number of members. The version grows by one, and not where nothing changed. Errors: `directory-not-found`,
 * `directory-group-not-found`, `version-mismatch`.
 */
export async function changeGroup(context: UseCaseContext, input: ChangeGroup): Promise<GroupChanged> {
  const { organization, directory: id, changes } = input;
  const actor = { kind: 'directory', id } as const;
  return performForMember(context, { organization, actor }, async (work) => {
    const directory = await findDirectory(work, id);
    const before = await lockGroup(work, directory, input.group, input.ifMatch);
    const renamed = described(before, changes);
    const membership = await changeMembers(work, directory, before, changes);
    if (renamed === before && !membership.changed) return { outcome: 'unchanged', group: before };
    const after = { ...renamed, version: before.version + 1, updatedAt: work.at };
    await work.tx.directoryGroups.update(after);
    if (renamed.displayName !== before.displayName) recordGroup(work, 'renamed', { before, after });
    else if (renamed !== before) recordGroup(work, 'updated', { before, after });
    recordMembership(work, after, membership);
    await rederiveMembers(work, directory, { before, after }, membership);
    return { outcome: 'changed', group: after };
  });
}

/** The same value where nothing about the group itself changes. */
function described(before: DirectoryGroup, changes: readonly GroupChange[]): DirectoryGroup {
  let { displayName, externalId } = before;
  for (const change of changes) {
    if (change.type === 'rename') ({ displayName } = change);
    if (change.type === 'set-external-id') ({ externalId } = change);
  }
  if (displayName === before.displayName && externalId === before.externalId) return before;
  const { externalId: _, ...rest } = before;
  return { ...rest, displayName, ...(externalId !== undefined && { externalId }) };
}
