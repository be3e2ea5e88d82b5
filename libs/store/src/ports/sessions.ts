/** The SQL index of open sessions (L9): their content lives in Keyv. `id` is a hash of the session id. */
export interface SessionRow {
  readonly organization: string;
  readonly id: string;
  readonly member: string;
  readonly connection: string;
  /** As the IdP will name them when it ends its session: with a `subjectClaim`, not what they are recognised by. */
  readonly issuer: string;
  readonly format: string;
  readonly subject: string;
  /** SAML SessionIndex or OIDC `sid`. */
  readonly sessionIndex?: string;
  readonly beganAt: number;
  readonly expiresAt: number;
}

/**
 * Which sessions an IdP's logout means (L9): those of a name, of its own session indexes, or of both. A session of the name whose
 * index was never told may be one of them, and is one.
 */
export type IdpLogout = { readonly connection: string; readonly issuer: string } & (
  | { readonly name: IdpName; readonly sessionIndexes?: readonly string[] }
  | { readonly name?: undefined; readonly sessionIndexes: readonly string[] }
);

/** Byte-exact. */
export interface IdpName {
  readonly format: string;
  readonly subject: string;
}

export interface SessionReader {
  get(organization: string, id: string): Promise<SessionRow | undefined>;
  ofMember(organization: string, member: string): Promise<readonly SessionRow[]>;
}

export interface SessionWriter extends SessionReader {
  insert(session: SessionRow): Promise<void>;
  /** Answers the ids that were open. */
  delete(organization: string, ids: readonly string[]): Promise<readonly string[]>;
  /** Ends all that began through a connection; answers whose they were. */
  deleteOfConnection(organization: string, connection: string): Promise<readonly SessionRow[]>;
  deleteOfMember(organization: string, member: string): Promise<readonly SessionRow[]>;
  /** Costs what it finds, whatever the connection holds. */
  deleteOfLogout(organization: string, logout: IdpLogout): Promise<readonly SessionRow[]>;
}

export interface ReplayWriter {
  /** False where this id was used before: the one place that decides on replay (L2). Rows are kept until `expiresAt`. */
  use(organization: string, connection: string, id: string, expiresAt: number): Promise<boolean>;
}
