import type { DirectoryPage, DirectoryQuery, UserAttribute } from './directory-query.js';

/** A User (RFC 7643, section 4.1) of one directory. Everything about it is found within (organization, directory) only. */
export interface DirectoryUser {
  readonly organization: string;
  readonly directory: string;
  /** Ours; the SCIM `id`. */
  readonly id: string;
  /** Unique in the directory, letter case aside. */
  readonly userName: string;
  /** The IdP's key, byte-exact; the directory does not make it unique. */
  readonly externalId?: string;
  readonly active: boolean;
  /** S8: the key of who was deactivated here. Another one is somebody else's, also once the user is active again. */
  readonly formerKey?: string;
  /** Whose roles follow this user. */
  readonly member: string;
  /**
   * The resource as the IdP wrote it, normalised: `userName`, `externalId` and `active` again, other core attributes, extensions under
   * their URN. Without `id`, `meta`, `schemas`, `groups` and `password`.
   */
  readonly attributes: Readonly<Record<string, unknown>>;
  /** S6: when the directory took the member over. */
  readonly tookOverAt?: number;
  /** Grows with each `update`, whatever version it is given; its ETag. */
  readonly version: number;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/**
 * S8: a deleted user, or whom a user stood for before somebody else was written into it: one for each (user, member). Who comes again
 * with this `externalId` is the same member.
 */
export interface Tombstone {
  readonly organization: string;
  readonly directory: string;
  /** Of the user that was deleted. */
  readonly user: string;
  readonly externalId?: string;
  readonly userName: string;
  readonly member: string;
  readonly deletedAt: number;
}

export interface GroupOfUser {
  readonly id: string;
  readonly displayName: string;
  readonly externalId?: string;
}

/** One of the keys by which an IdP calls a person. */
export type DirectoryKey = { readonly externalId: string } | { readonly userName: string };

export interface DirectoryUserReader {
  get(organization: string, directory: string, id: string): Promise<DirectoryUser | undefined>;
  /** Live users with this key; of `externalId` there may be several. */
  byKey(organization: string, directory: string, key: DirectoryKey): Promise<readonly DirectoryUser[]>;
  /** The member's users, of all directories. */
  ofMember(organization: string, member: string): Promise<readonly DirectoryUser[]>;
  query(
    organization: string,
    directory: string,
    query: DirectoryQuery<UserAttribute>,
  ): Promise<DirectoryPage<DirectoryUser>>;
  /** By id, in no order, those that exist. */
  byIds(organization: string, directory: string, ids: readonly string[]): Promise<readonly DirectoryUser[]>;
  /** The groups that name each of these users directly; users in none are left out. By display name, then id. */
  groupsOf(
    organization: string,
    directory: string,
    users: readonly string[],
  ): Promise<ReadonlyMap<string, readonly GroupOfUser[]>>;
  /** For re-sync: by id, after this one. */
  after(
    organization: string,
    directory: string,
    id: string | undefined,
    limit: number,
  ): Promise<readonly DirectoryUser[]>;
  count(organization: string, directory: string): Promise<number>;
  /** Tombstones with this key, deleted directories' included, newest first. */
  tombstones(organization: string, directory: string, key: DirectoryKey): Promise<readonly Tombstone[]>;
}

export interface DirectoryUserWriter extends DirectoryUserReader {
  /** Throws `StoreError` `user-name-taken`. Group memberships that named it by `externalId` or `userName` name it by id from now on. */
  insert(user: DirectoryUser): Promise<{ readonly joined: readonly string[] }>;
  /** The row, locked until the transaction ends. */
  lock(organization: string, directory: string, id: string): Promise<DirectoryUser | undefined>;
  /** As `lock`, of those that exist, in one statement and in the order of their ids: whoever locks several does not deadlock. */
  lockAll(organization: string, directory: string, ids: readonly string[]): Promise<readonly DirectoryUser[]>;
  /** Throws `StoreError` `user-name-taken`. Resolves memberships like `insert`. Does not change `tookOverAt`. */
  update(user: DirectoryUser): Promise<{ readonly joined: readonly string[] }>;
  /** With its memberships; answers the groups that named it. Leaves the tombstone, in the place of an older one of this user and member. */
  delete(user: DirectoryUser, at: number): Promise<{ readonly left: readonly string[] }>;
  /** S6. Undefined hands them back. */
  setTookOver(
    organization: string,
    directory: string,
    users: readonly string[] | 'all',
    at: number | undefined,
  ): Promise<void>;
  /** The person is back: these tombstones are done with. */
  liftTombstones(organization: string, member: string): Promise<void>;
}
