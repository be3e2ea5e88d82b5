import type { Claims } from '@idp-roles/mapping';
import type { NameId } from './name-id.js';

/** What a verified assertion says about who signed in. Every field comes from signed bytes. */
export interface VerifiedSignIn {
  /** The IdP's entity id. */
  readonly issuer: string;
  /** Byte-exact, untrimmed. */
  readonly subject: string;
  /** The NameID's Format URI; `claim:<name>` where the connection names a `subjectClaim`. */
  readonly format: string;
  readonly claims: Claims;
  readonly email?: string;
  /** Undefined where the IdP does not say. */
  readonly emailVerified?: boolean;
  readonly name?: string;
  readonly sessionIndex?: string;
  /** The assertion's NameID, by which the IdP will end its session; undefined where it sent none. */
  readonly nameId?: NameId;
  /** When the IdP's session ends, in ms since the epoch. */
  readonly sessionNotOnOrAfter?: number;
  /** The store inserts it in the sign-in's transaction and so decides which of several copies wins. Rule L2. */
  readonly replayKey: ReplayKey;
}

export interface ReplayKey {
  /** The assertion's ID, unique per IdP. */
  readonly id: string;
  /** ms since the epoch; from then on the assertion is refused by its age anyway. */
  readonly expiresAt: number;
}

/** What a pending sign-in keeps for this package. Opaque to whoever stores it. */
export type ProtocolState = Readonly<Record<string, string>>;

export interface BeginSignIn {
  /** At most 80 bytes (SAML bindings §3.4.3); leads back to the pending sign-in. */
  readonly relayState: string;
  /** Keeps `state` with the pending sign-in; awaited before the browser leaves. */
  save(state: ProtocolState): Promise<void>;
  /** Ask the IdP to authenticate the person anew, and refuse an assertion that shows it did not. */
  readonly forceAuthn?: boolean;
}

export interface FinishSignIn {
  /** As the IdP sent it back. */
  readonly relayState?: string;
  /** What `save` was given. Undefined: there is no pending sign-in, so this can only be IdP-initiated. */
  readonly state?: ProtocolState;
  /** Deletes the pending sign-in; false where somebody else did. Called once the response is verified, never before; not called without `state`. */
  consume(): Promise<boolean>;
  readonly body: { readonly SAMLResponse: string };
}
