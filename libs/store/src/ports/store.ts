import type { AccessReader, ChangeFeed, ChangeWriter } from './access.js';
import type { ConnectionReader, ConnectionWriter } from './connections.js';
import type { DirectoryReader, DirectoryWriter } from './directories.js';
import type { DirectoryGroupReader, DirectoryGroupWriter } from './directory-groups.js';
import type { DirectoryUserReader, DirectoryUserWriter } from './directory-users.js';
import type { GrantReader, GrantWriter } from './grants.js';
import type { HistoryReader, HistoryWriter } from './history.js';
import type { JobReader, JobWriter } from './jobs.js';
import type { MemberReader, MemberWriter } from './members.js';
import type { OrganizationReader, OrganizationWriter } from './organizations.js';
import type { ResourceReader, ResourceWriter } from './resources.js';
import type { RoleMappingReader, RoleMappingWriter } from './role-mappings.js';
import type { RoleReader, RoleWriter } from './roles.js';
import type { ServiceKeyReader, ServiceKeyWriter } from './service-keys.js';
import type { ReplayWriter, SessionReader, SessionWriter } from './sessions.js';

/** Reading. Each call sees the latest commit. */
export interface StoreReader {
  readonly organizations: OrganizationReader;
  readonly connections: ConnectionReader;
  readonly directories: DirectoryReader;
  readonly directoryUsers: DirectoryUserReader;
  readonly directoryGroups: DirectoryGroupReader;
  readonly mappings: RoleMappingReader;
  readonly roles: RoleReader;
  readonly members: MemberReader;
  readonly grants: GrantReader;
  readonly resources: ResourceReader;
  readonly sessions: SessionReader;
  readonly history: HistoryReader;
  readonly jobs: JobReader;
  readonly serviceKeys: ServiceKeyReader;
  readonly access: AccessReader;
}

/** Reading and writing inside one transaction; its readers see its own writes. Dead once the transaction ended: every use after throws. */
export interface StoreTransaction {
  readonly organizations: OrganizationWriter;
  readonly connections: ConnectionWriter;
  readonly directories: DirectoryWriter;
  readonly directoryUsers: DirectoryUserWriter;
  readonly directoryGroups: DirectoryGroupWriter;
  readonly mappings: RoleMappingWriter;
  readonly roles: RoleWriter;
  readonly members: MemberWriter;
  readonly grants: GrantWriter;
  readonly resources: ResourceWriter;
  readonly sessions: SessionWriter;
  readonly replays: ReplayWriter;
  readonly history: HistoryWriter;
  readonly jobs: JobWriter;
  readonly serviceKeys: ServiceKeyWriter;
  readonly changes: ChangeWriter;
}

export interface Store {
  readonly read: StoreReader;
  /**
   * Runs `work` in one transaction: what it throws rolls everything back and is rethrown. Do nothing slow inside.
   * Errors: `StoreError` with `store-unavailable` where the database cannot be reached, `store-misused` where the store
   * itself is used inside `work` instead of the transaction it was given.
   */
  transaction<T>(work: (tx: StoreTransaction) => Promise<T>): Promise<T>;
  readonly changes: ChangeFeed;
  /** Resolves where the store answers; throws `StoreError` `store-unavailable` otherwise. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

export type StoreErrorCode =
  | 'store-unavailable'
  | 'store-closed'
  | 'store-misused'
  | 'secret-unreadable'
  | 'secret-key-missing'
  | 'migration-needed'
  | 'migration-newer'
  | 'cursor-invalid'
  | 'domain-taken'
  | 'slug-taken'
  | 'email-taken'
  | 'user-name-taken'
  | 'identity-taken'
  | 'grant-exists'
  | 'resource-parent-missing'
  | 'resource-cycle';

/** `cause` holds the driver's error and never reaches an answer. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  constructor(
    readonly code: StoreErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
