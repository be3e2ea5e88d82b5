import type { SyncMode } from '@idp-roles/mapping';
import type { Page, PageRequest } from './page.js';

export type ConnectionState = 'draft' | 'active' | 'disabled';

/** An organization's SSO set-up with one IdP. Secrets are kept apart, encrypted (D5), and never part of this value. */
export interface Connection {
  readonly organization: string;
  readonly id: string;
  readonly name: string;
  readonly protocol: 'saml' | 'oidc';
  readonly state: ConnectionState;
  /** Protocol settings without secrets, as validated by the saml or oidc package: plain JSON. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** The issuer that identities of this connection carry; changing it needs an explicit re-link (L4). */
  readonly issuer: string;
  readonly defaultSyncMode: SyncMode;
  /** A role's id. */
  readonly defaultRole?: string;
  readonly denyWithoutRole: boolean;
  readonly absentClaim: 'revoke' | 'keep';
  /** Whether members are created at sign-in. Absent: unless an active directory is paired with it (L4). */
  readonly jit?: boolean;
  readonly requiredClaims?: Readonly<Record<string, string | readonly string[]>>;
  readonly subjectClaim?: string;
  /** Grows with each change; a strategy instance is made per (id, version). */
  readonly version: number;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export type ConnectionSecrets = Readonly<Record<string, string>>;

export interface ConnectionReader {
  get(organization: string, id: string): Promise<Connection | undefined>;
  list(organization: string, page: PageRequest): Promise<Page<Connection>>;
  /** All of an organization; there are few. */
  all(organization: string): Promise<readonly Connection[]>;
  /** Decrypted. Throws `StoreError` `secret-unreadable` where no given key opens them. */
  secrets(organization: string, id: string): Promise<ConnectionSecrets>;
  /** Claim names this connection has sent at some sign-in (M9). */
  claimsSeen(organization: string, id: string): Promise<ReadonlySet<string>>;
}

export interface ConnectionWriter extends ConnectionReader {
  insert(connection: Connection, secrets: ConnectionSecrets): Promise<void>;
  /** `secrets` given replaces them all. */
  update(connection: Connection, secrets?: ConnectionSecrets): Promise<void>;
  delete(organization: string, id: string): Promise<void>;
  /** Idempotent; writes nothing where all are known. Keeps the first 2 000 names of a connection and no more. */
  addClaimsSeen(organization: string, id: string, names: readonly string[], at: number): Promise<void>;
}
