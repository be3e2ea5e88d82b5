import { sourceKey } from '@idp-roles/mapping';
import type { DirectoryUser } from '@idp-roles/store';
import { isDeepStrictEqual } from 'node:util';
import type { Work } from './work.js';

/** For the audit events of what follows (S13): plain JSON. */
export type UserCause = Readonly<Record<string, unknown>>;

interface UserEvent {
  readonly before?: DirectoryUser;
  readonly after?: DirectoryUser;
  /** How the member was found. */
  readonly foundBy?: string;
  /** Ids of the groups that name the user from now on, or do so no longer. */
  readonly groups?: readonly string[];
}

/** S13: what happened to a user of a directory. Answers the cause of what follows from it. */
export function recordUser(
  work: Work,
  action: 'created' | 'updated' | 'deleted',
  { before, after, foundBy, groups = [] }: UserEvent,
): UserCause {
  const user = after ?? before;
  if (user === undefined) throw new Error('an event about a user needs the user');
  const source = sourceKey({ directory: user.directory });
  work.record(`directory-user.${action}`, {
    member: user.member,
    subject: { type: 'directory-user', id: user.id },
    cause: {
      source,
      ...(foundBy !== undefined && { by: foundBy }),
      ...(before && after && { changed: changedNames(before, after) }),
      ...(groups.length > 0 && { groups }),
    },
    ...(before && { before: shown(before) }),
    ...(after && { after: shown(after) }),
  });
  return { by: `directory-user.${action}`, source, user: user.id };
}

/** Attributes are not shown: a directory holds more about people than an audit trail should. */
function shown({ userName, externalId, active }: DirectoryUser): object {
  return { userName, ...(externalId !== undefined && { externalId }), active };
}

function changedNames({ attributes: one }: DirectoryUser, { attributes: other }: DirectoryUser): string[] {
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...names].filter((name) => !isDeepStrictEqual(one[name], other[name])).toSorted();
}
