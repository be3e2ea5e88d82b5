import type { Basis, ResourceReference } from '@idp-roles/mapping';
import type { MemberStatus } from './members.js';

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

export interface AccessReader {
  /** Everything a check needs about one member, read at one instant. */
  snapshot(organization: string, member: string): Promise<StoredAccess | undefined>;
}

/** A committed change. `members: 'all'` also covers resources, roles and connections. */
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
  /** Called on this instance before the transaction's promise resolves (A7: at once). Answers how to stop. */
  subscribe(listener: (change: Change) => void): () => void;
  /** Announces what other processes have committed meanwhile, where the home does not say so by itself. Cheap where there is nothing. */
  poll(): Promise<void>;
}
