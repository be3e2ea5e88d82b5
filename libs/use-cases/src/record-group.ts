import { sourceKey } from '@idp-roles/mapping';
import type { DirectoryGroup, MembershipChange } from '@idp-roles/store';
import type { Work } from './work.js';

/** An audit event names this many users; their number is always said. */
const NAMED = 100;

export function recordGroup(
  work: Work,
  action: 'created' | 'renamed' | 'updated' | 'deleted',
  { before, after }: { readonly before?: DirectoryGroup; readonly after?: DirectoryGroup },
): void {
  const group = after ?? before;
  if (group === undefined) throw new Error('an event about a group needs the group');
  work.record(`group.${action}`, {
    ...about(group),
    ...(before && { before: shown(before) }),
    ...(after && { after: shown(after) }),
  });
}

/** S13: who joined and who left; where that is nobody, that what the group names changed: people who have not arrived yet, or groups. */
export function recordMembership(
  work: Work,
  group: DirectoryGroup,
  { joined, left, changed }: MembershipChange,
): void {
  if (joined.length > 0) work.record('group.members-added', { ...about(group), after: named(joined) });
  if (left.length > 0) work.record('group.members-removed', { ...about(group), before: named(left) });
  if (changed && joined.length + left.length === 0) work.record('group.members-changed', about(group));
}

function about({ directory, id }: DirectoryGroup) {
  return { subject: { type: 'directory-group', id }, cause: { source: sourceKey({ directory }) } };
}

function shown({ displayName, externalId }: DirectoryGroup): object {
  return { displayName, ...(externalId !== undefined && { externalId }) };
}

function named(users: readonly string[]): object {
  return { count: users.length, users: users.slice(0, NAMED) };
}
