import { newId, type DirectoryGroup, type NamedMember } from '@idp-roles/store';
import type { UseCaseContext } from './context.js';
import { findDirectory } from './find-directory.js';
import { rederiveMembers } from './rederive-members.js';
import { changeMembers } from './membership.js';
import { recordGroup, recordMembership } from './record-group.js';
import { performForMember } from './work.js';

export interface CreateGroup {
  readonly organization: string;
  readonly directory: string;
  /** Need not be unique in the directory. */
  readonly displayName: string;
  readonly externalId?: string;
  readonly members: readonly NamedMember[];
}

export interface GroupCreated {
  readonly outcome: 'created';
  readonly group: DirectoryGroup;
  /** How many of the members are nobody the directory knows: kept, and users as soon as they arrive. */
  readonly unresolved: number;
}

/** S7: a group of a directory, whose mappings give its members their roles at once. Errors: `directory-not-found`. */
export async function createGroup(context: UseCaseContext, input: CreateGroup): Promise<GroupCreated> {
  const { organization, directory: id, displayName, externalId, members } = input;
  const actor = { kind: 'directory', id } as const;
  return performForMember(context, { organization, actor }, async (work) => {
    const directory = await findDirectory(work, id);
    const group: DirectoryGroup = {
      organization,
      directory: id,
      id: newId('grp', organization),
      displayName,
      ...(externalId !== undefined && { externalId }),
      version: 1,
      createdAt: work.at,
      updatedAt: work.at,
    };
    await work.tx.directoryGroups.insert(group);
    recordGroup(work, 'created', { after: group });
    const change = await changeMembers(work, directory, group, [{ type: 'add-members', members }]);
    recordMembership(work, group, change);
    await rederiveMembers(work, directory, { after: group }, change);
    const people = new Set(members.filter(({ type }) => type !== 'Group').map(({ value }) => value));
    return { outcome: 'created', group, unresolved: Math.max(0, people.size - change.joined.length) };
  });
}
