import type { DirectoryPage, DirectoryQuery, GroupAttribute } from './directory-query.js';

/** A Group (RFC 7643, section 4.2) of one directory, without its members: those are rows of their own. */
export interface DirectoryGroup {
  readonly organization: string;
  readonly directory: string;
  readonly id: string;
  readonly displayName: string;
  readonly externalId?: string;
  /** Grows with each `update`, whatever version it is given; its ETag. Whoever changes members updates the group too. */
  readonly version: number;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** Who a group names. `user` is set where that is a user of the directory: then `value` is the user's id. */
export interface GroupMember {
  readonly value: string;
  readonly user?: string;
  readonly type: 'User' | 'Group';
  /** The user's display name or userName, or what the IdP sent. */
  readonly display?: string;
}

/** As the IdP sent it: `value` is an id of ours, or, of somebody not known yet, what the IdP calls them. */
export interface NamedMember {
  readonly value: string;
  readonly type?: 'User' | 'Group';
  readonly display?: string;
}

/** Ids of users whose membership changed; members that are not users (yet) are changed too, and not in here. */
export interface MembershipChange {
  readonly joined: readonly string[];
  readonly left: readonly string[];
  /** Whether any row changed, users or not. */
  readonly changed: boolean;
}

export interface DirectoryGroupReader {
  get(organization: string, directory: string, id: string): Promise<DirectoryGroup | undefined>;
  query(
    organization: string,
    directory: string,
    query: DirectoryQuery<GroupAttribute>,
  ): Promise<DirectoryPage<DirectoryGroup>>;
  /** By value. Costs what the groups' members cost: ask only where they are to be shown. */
  members(
    organization: string,
    directory: string,
    groups: readonly string[],
  ): Promise<ReadonlyMap<string, readonly GroupMember[]>>;
  /** How many members each has, without reading them. */
  memberCounts(
    organization: string,
    directory: string,
    groups: readonly string[],
  ): Promise<ReadonlyMap<string, number>>;
  /** Ids of the users that a group names directly. */
  users(organization: string, directory: string, group: string): Promise<readonly string[]>;
}

/**
 * No method reads a whole group to change one member. A member is named by a user's id, else by an `externalId` or a `userName`
 * that one user of the directory has; nobody's: kept as it is until such a user arrives.
 */
export interface DirectoryGroupWriter extends DirectoryGroupReader {
  insert(group: DirectoryGroup): Promise<void>;
  /** The row, locked until the transaction ends: changes of one group follow each other. */
  lock(organization: string, directory: string, id: string): Promise<DirectoryGroup | undefined>;
  update(group: DirectoryGroup): Promise<void>;
  /** With its memberships; answers the users it named. */
  delete(organization: string, directory: string, id: string): Promise<{ readonly left: readonly string[] }>;
  /** Idempotent. */
  addMembers(
    organization: string,
    directory: string,
    group: string,
    members: readonly NamedMember[],
  ): Promise<MembershipChange>;
  /** Idempotent. */
  removeMembers(
    organization: string,
    directory: string,
    group: string,
    values: readonly string[],
  ): Promise<MembershipChange>;
  /** Afterwards the group names these and nobody else; rows that stay are not rewritten. */
  replaceMembers(
    organization: string,
    directory: string,
    group: string,
    members: readonly NamedMember[],
  ): Promise<MembershipChange>;
}
