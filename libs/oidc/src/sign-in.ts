import type { Claims } from '@idp-roles/mapping';

/** What the IdP proved about a person. The SAML package answers the same shape. */
export interface VerifiedSignIn {
  readonly issuer: string;
  readonly subject: string;
  /** `sub`; `claim:<name>` where the connection names a `subjectClaim`. */
  readonly format: string;
  readonly claims: Claims;
  readonly email?: string;
  /** Absent: the IdP said nothing about it. */
  readonly emailVerified?: boolean;
  readonly name?: string;
  /** The IdP's session (`sid`), for back-channel logout. */
  readonly sessionIndex?: string;
  /** The token's own `sub`, by which the IdP will end its session, whatever `subject` is. */
  readonly sub: string;
  /** ms since 1970. OpenID Connect does not set it. */
  readonly sessionNotOnOrAfter?: number;
  /** To be inserted in the sign-in's transaction: a second insert is a replay. `expiresAt` in ms: from then on the answer is refused by its age. */
  readonly replayKey?: { readonly id: string; readonly expiresAt: number };
  /** The raw ID token, as hint for RP-initiated logout. A secret: not for logs. */
  readonly idToken?: string;
  /** What went wrong without being a refusal; for the connection's trace. */
  readonly warnings?: readonly { readonly code: string; readonly message: string }[];
}

/** What a pending sign-in keeps for us between request and response. Secret: holds nonce and code verifier. */
export type ProtocolState = Readonly<Record<string, string>>;

export interface BeginSignIn {
  /** Unguessable and unique; travels as `state`. The pending sign-in is found by it. */
  readonly relayState: string;
  /** Called once, before the redirect. */
  save(state: ProtocolState): Promise<void>;
  readonly loginHint?: string;
  /** The person has to authenticate now, whatever session the IdP has. */
  readonly forceAuthn?: boolean;
}

export interface FinishSignIn {
  readonly relayState: string;
  readonly state: ProtocolState;
  /** Deletes the pending sign-in; false where somebody else did, and then the answer is refused. */
  consume(): Promise<boolean>;
}

/** ms since 1970. */
export type Clock = () => number;
