import type { UseCaseContext } from './context.js';
import { findDirectory } from './find-directory.js';
import { rederiveMembers } from './rederive-members.js';
import { lockGroup } from './lock-group.js';
import { recordGroup, recordMembership } from './record-group.js';
import { performForMember } from './work.js';

export interface DeleteGroup {
  readonly organization: string;
  readonly directory: string;
  readonly group: string;
  /** Versions, one of which the group must be at. */
  readonly ifMatch?: readonly number[];
}

/** S7: what it gave its members goes with it. Errors: `directory-not-found`, `directory-group-not-found`, `version-mismatch`. */
export async function deleteGroup(
  context: UseCaseContext,
  { organization, directory: id, group, ifMatch }: DeleteGroup,
): Promise<{ readonly outcome: 'deleted' }> {
  const actor = { kind: 'directory', id } as const;
  return performForMember(context, { organization, actor }, async (work) => {
    const directory = await findDirectory(work, id);
    const before = await lockGroup(work, directory, group, ifMatch);
    const { left } = await work.tx.directoryGroups.delete(organization, id, group);
    recordMembership(work, before, { joined: [], left, changed: left.length > 0 });
    recordGroup(work, 'deleted', { before });
    await rederiveMembers(work, directory, { before }, { joined: [], left });
    return { outcome: 'deleted' };
  });
}
