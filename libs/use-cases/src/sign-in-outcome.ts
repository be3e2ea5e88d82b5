import type { Claims, EvaluationWarning } from '@idp-roles/mapping';
import type { Grant, IdpName, Member, Organization } from '@idp-roles/store';

/** What a verified assertion, an ID token or a host's own verify hook (A11) says. */
export interface SignInRequest {
  /** Id of the connection. */
  readonly connection: string;
  readonly issuer: string;
  /** NameID format, `sub`, or `claim:<name>`. */
  readonly format: string;
  readonly subject: string;
  readonly claims: Claims;
  readonly email?: string;
  /** What the IdP says of it; absent where it says nothing. */
  readonly emailVerified?: boolean;
  readonly name?: string;
  /** The assertion's id: whoever uses it first signs in, nobody else ever does (L2). `expiresAt` in ms. */
  readonly replayKey?: { readonly id: string; readonly expiresAt: number };
  /** Written to the session index with the sign-in (L9). `id` is a hash. */
  readonly session?: {
    readonly id: string;
    readonly expiresAt: number;
    readonly sessionIndex?: string;
    /** What the IdP will call the person when it ends its session, if that is not what recognises them. */
    readonly name?: IdpName;
  };
  /** For the trace (L7); one is made if absent. */
  readonly reference?: string;
}

export type SignInRefusalCode =
  | 'connection-unknown'
  | 'connection-not-active'
  | 'issuer-mismatch'
  | 'subject-invalid'
  | 'required-claims-missing'
  | 'replayed'
  | 'member-suspended'
  | 'member-deprovisioned'
  | 'member-ambiguous'
  | 'identity-conflict'
  | 'email-taken'
  | 'email-unverified'
  | 'member-unknown'
  | 'no-role';

/** `message` is for the person at the browser: it names nobody and says what to do. */
export interface SignInRefused {
  readonly outcome: 'refused';
  readonly code: SignInRefusalCode;
  readonly message: string;
  readonly organization?: string;
  /** Under which the trace is found. */
  readonly reference: string;
}

export interface SignedIn {
  readonly outcome: 'signed-in';
  readonly organization: Organization;
  readonly member: Member;
  readonly created: boolean;
  readonly linkedBy: 'identity' | 'directory' | 'email' | 'created';
  /** All that the member holds now, from every source. */
  readonly grants: readonly Grant[];
  readonly added: readonly Grant[];
  readonly removed: readonly Grant[];
  readonly warnings: readonly EvaluationWarning[];
}

export type SignInOutcome = SignedIn | SignInRefused;

export const refusalMessages: Readonly<Record<SignInRefusalCode, string>> = {
  'connection-unknown': 'this sign-in address is not known; ask your administrator for the right one',
  'connection-not-active': 'this way to sign in is switched off; ask your administrator',
  'issuer-mismatch': 'the answer came from another identity provider than this connection belongs to',
  'subject-invalid': 'your identity provider did not say who you are in a way that can be recognised again',
  'required-claims-missing': 'your account does not belong to the organization that this connection is for',
  replayed: 'this sign-in was used before; start again',
  'member-suspended': 'your access was suspended; ask your administrator',
  'member-deprovisioned': 'your access was removed by your organization; ask your administrator',
  'member-ambiguous': 'more than one member fits your account; ask your administrator',
  'identity-conflict':
    'your address belongs to a member who signs in with another account; ask your administrator',
  'email-taken':
    'your address belongs to a member already and cannot be linked to your account; ask your administrator',
  'email-unverified': 'your identity provider has not verified your e-mail address; verify it and try again',
  'member-unknown': 'you are not a member of this organization; ask your administrator for an invitation',
  'no-role': 'you hold no role in this organization; ask your administrator',
};
