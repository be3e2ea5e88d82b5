import type { Basis, ResourceReference } from '@idp-roles/mapping';
import type { MemberStatus } from './members.js';
import type { Page, PageRequest } from './page.js';

export interface StoredAccess {
  readonly organization: string;
  readonly member: string;
  readonly email?: string;
  readonly name?: string;
  readonly status: MemberStatus;
  readonly sessionsValidFrom: number;
  readonly grants: readonly {
    readonly id: string;
    readonly role: string;
    readonly resource?: ResourceReference;
    readonly source: string;
    readonly basis: Basis;
    readonly expiresAt?: number;
  }[];
  /** Hashed ids of the member's open sessions: ending one is a change like any other (A7). */
  readonly sessions: readonly string[];
  /** The organization's version this was read at. */
  readonly version: number;
}

/** Which grants would do, by where they are held. */
export interface SufficientRoles {
  /** `organization` or a resource type. */
  readonly on: string;
  /** Ids; grants of these roles that stand on another type count for nothing. */
  readonly roles: readonly string[];
}

export interface ReachedResourcesRequest extends PageRequest {
  readonly member: string;
  /** The type that is listed, and those above it up to the one that stands right below the organization. */
  readonly types: readonly string[];
  /** By types of `types`. */
  readonly sufficient: readonly SufficientRoles[];
  /** All of the type, whatever the member holds on resources. */
  readonly everything: boolean;
  /** Milliseconds since the epoch: grants that have ended by then count for nothing (A10). */
  readonly now: number;
}

export interface ReachedResource extends ResourceReference {
  readonly name?: string;
}

export interface ReachingMembersRequest extends PageRequest {
  /** The resource and what stands above it, nearest first, and the organization last, which names no resource. */
  readonly places: readonly { readonly resource?: ResourceReference; readonly roles: readonly string[] }[];
  readonly now: number;
}

/** An active member and every grant of theirs that by itself would do, nearest the resource first. */
export interface ReachingMember {
  readonly member: string;
  readonly email?: string;
  readonly name?: string;
  readonly grants: StoredAccess['grants'];
}

export interface AccessReader {
  /** Everything a check needs about one member, read at one instant. */
  snapshot(organization: string, member: string): Promise<StoredAccess | undefined>;
  /**
   * The resources of one type on which the member, or anything above it, holds a role that would do. One statement, which
   * costs what the page holds and the grants it passes over, whatever the organization holds. A resource whose ancestors are
   * not of the types named is none. Whether the member is active is for the caller to ask.
   */
  resources(organization: string, request: ReachedResourcesRequest): Promise<Page<ReachedResource>>;
  /** Who reaches one place. Two statements, which cost what the page holds and the members it passes over. */
  members(organization: string, request: ReachingMembersRequest): Promise<Page<ReachingMember>>;
}

/** A committed change. `members: 'all'` also covers resources, roles and connections; no member at all: resources alone. */
export interface Change {
  readonly organization: string;
  readonly members: readonly string[] | 'all';
  /** Above those of every commit that ended before this one began. Of two at once, the higher may be seen first. */
  readonly version: number;
}

export interface ChangeWriter {
  /** Announced on commit, not before, and not on rollback. May be called several times in one transaction. */
  touch(organization: string, members: readonly string[] | 'all'): Promise<void>;
}

export interface ChangeFeed {
  /**
   * Called on this instance before the transaction's promise resolves (A7: at once), and for what others commit as soon
   * as it is heard of; seldom twice for one commit. `missed` is called where commits may have passed unheard: what was
   * kept of any organization may be old. Answers how to stop.
   */
  subscribe(listener: (change: Change) => void, missed?: () => void): () => void;
  /**
   * Whether every commit of any process that is older than 1.2 s has been announced here, or will have been once the
   * promise resolves. Where not, only the store knows. Cheap: ask before each answer from memory.
   */
  isCurrent(): boolean | Promise<boolean>;
  /** For health and logs. */
  status(): ChangeFeedStatus;
  /** Announces now what other processes have committed before this was called. Throws `StoreError` where it cannot be known. */
  poll(): Promise<void>;
}

export interface ChangeFeedStatus {
  readonly current: boolean;
  /** Where not current: every commit before this has been announced here. Milliseconds since the epoch. */
  readonly behindSince?: number;
  /** Where not current: what stands in the way. Not for callers. */
  readonly cause?: unknown;
}
