import { uris } from './uris.js';
import { locationOf, present, type Resource, type View } from './view.js';

interface StoredUser {
  readonly id: string;
  readonly userName: string;
  readonly externalId?: string;
  readonly active: boolean;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly version: number;
  readonly createdAt: number;
  readonly updatedAt: number;
}

interface Group {
  readonly id: string;
  readonly displayName: string;
}

/** RFC 7643, section 4.1. `groups`: those that name the user directly; undefined where they are not shown. */
export function presentUser(user: StoredUser, groups: readonly Group[] | undefined, view: View): Resource {
  const { userName, externalId, active } = user;
  const attributes = {
    externalId,
    userName,
    ...user.attributes,
    active,
    groups: groups?.length
      ? groups.map(({ id, displayName }) => ({
          value: id,
          $ref: locationOf(view.baseUrl, 'Group', id),
          display: displayName,
          type: 'direct',
        }))
      : undefined,
  };
  return present('User', uris.user, user, attributes, view);
}
