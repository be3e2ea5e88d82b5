import { uris } from './uris.js';
import { locationOf, present, type Resource, type View } from './view.js';

interface StoredGroup {
  readonly id: string;
  readonly displayName: string;
  readonly externalId?: string;
  readonly version: number;
  readonly createdAt: number;
  readonly updatedAt: number;
}

interface Member {
  readonly value: string;
  /** Set where it is a user of the directory. */
  readonly user?: string;
  readonly type: 'User' | 'Group';
  readonly display?: string;
}

/** RFC 7643, section 4.2. `members`: undefined where they are not shown. Who is not known yet has no `$ref`. */
export function presentGroup(
  group: StoredGroup,
  members: readonly Member[] | undefined,
  view: View,
): Resource {
  const { externalId, displayName } = group;
  const shown = members?.map(({ value, user, type, display }) => ({
    value,
    ...(user === undefined ? {} : { $ref: locationOf(view.baseUrl, 'User', user) }),
    type,
    ...(display === undefined ? {} : { display }),
  }));
  return present('Group', uris.group, group, { externalId, displayName, members: shown }, view);
}
