import type { Page, PageRequest } from './page.js';

export type MemberStatus = 'invited' | 'active' | 'suspended' | 'deprovisioned';

/** A person in one organization. E-mails are unique per organization among members that are not deprovisioned, by their folded form. */
export interface Member {
  readonly organization: string;
  readonly id: string;
  readonly status: MemberStatus;
  readonly email?: string;
  /** L4: whether a sign-in through another connection is led to this member by their address. */
  readonly emailLinks: boolean;
  readonly name?: string;
  /** Sessions that began before this instant are dead for good; never lowered (S8). */
  readonly sessionsValidFrom: number;
  /** `api` (invited) or the source key of who created the member. */
  readonly createdVia: string;
  /** Of a `deprovisioned` member: the source key of the directory that said so (S8). */
  readonly deprovisionedBy?: string;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** How a member is recognised: subject and issuer compare byte by byte. `source` is `sso:<connection>` or `directory:<directory>`. */
export interface IdentityKey {
  readonly organization: string;
  readonly source: string;
  readonly issuer: string;
  /** NameID format, `sub`, or `claim:<name>`. */
  readonly format: string;
  readonly subject: string;
}

export interface Identity extends IdentityKey {
  readonly member: string;
  /** S4: false while import is still to run for this identity. */
  readonly importDone: boolean;
  readonly createdAt: number;
  readonly lastSignInAt?: number;
  /** Hashes of the normalised claims of the last sign-in and of the one before (D3). */
  readonly claimsHash?: string;
  readonly previousClaimsHash?: string;
}

export interface MemberReader {
  get(organization: string, id: string): Promise<Member | undefined>;
  /** Those of these ids that exist, in no order. */
  byIds(organization: string, ids: readonly string[]): Promise<readonly Member[]>;
  /** By folded e-mail, deprovisioned ones included, those last. */
  byEmail(organization: string, email: string): Promise<readonly Member[]>;
  list(organization: string, page: PageRequest & { readonly email?: string }): Promise<Page<Member>>;
  identity(key: IdentityKey): Promise<Identity | undefined>;
  identities(organization: string, member: string): Promise<readonly Identity[]>;
  /** Of every source: an IdP that several connections lead to calls a person the same in each. */
  identitiesOf(subject: Omit<IdentityKey, 'source'>): Promise<readonly Identity[]>;
  /** Of one source, whatever the issuer and format: for a directory that calls a person by their subject there (L4). */
  identitiesWith(organization: string, source: string, subject: string): Promise<readonly Identity[]>;
  /** Whether anybody is recognised through this source. */
  hasIdentityFrom(organization: string, source: string): Promise<boolean>;
  /** The kept claims of an identity's last sign-in, decrypted; absent where the organization keeps none. */
  lastClaims(key: IdentityKey): Promise<string | undefined>;
}

export interface MemberWriter extends MemberReader {
  /** Serialises work on one member until the transaction ends (S12). */
  lock(organization: string, id: string): Promise<Member | undefined>;
  /** As `lock`, of those that exist, in one statement and in the order of their ids: whoever locks several does not deadlock. */
  lockAll(organization: string, ids: readonly string[]): Promise<readonly Member[]>;
  /** Throws `StoreError` `email-taken`. */
  insert(member: Member): Promise<void>;
  /** Throws `StoreError` `email-taken`. `sessionsValidFrom` is raised, never lowered. */
  update(member: Member): Promise<void>;
  /** Throws `StoreError` `identity-taken`. */
  insertIdentity(identity: Identity): Promise<void>;
  /** Moves `claimsHash` to `previousClaimsHash`; `claims` absent forgets what was kept. */
  recordSignIn(
    key: IdentityKey,
    signIn: {
      readonly at: number;
      readonly claimsHash: string;
      readonly claims?: string;
      readonly importDone: boolean;
    },
  ): Promise<void>;
  /** D3: forgets the kept claims of every identity of the organization, not their hashes. */
  forgetClaims(organization: string): Promise<void>;
}
