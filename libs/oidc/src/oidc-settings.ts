/** A connection's OpenID Connect settings, as stored. `validateOidcSettings` makes them of unknown input. */
export interface OidcSettings {
  /** The connection's id: names the strategy, binds pending sign-ins. */
  readonly connection: string;
  /** Exactly as the IdP writes it in its discovery document and ID tokens, trailing slash included. */
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret?: string;
  /** Besides `openid`, which is always asked for. Default: `profile email`. */
  readonly scopes?: readonly string[];
  /** Default: what the IdP supports, Basic first; `none` without a secret. */
  readonly clientAuthentication?: ClientAuthentication;
  /** The only algorithm an ID token may be signed with. Default RS256. */
  readonly idTokenSigningAlg?: SigningAlgorithm;
  /** Whether UserInfo completes the ID token's claims. Default false. */
  readonly useUserInfo?: boolean;
  /** Claim → the value, or one of the values, it must have. Checked before anything is written (L10). */
  readonly requiredClaims?: Readonly<Record<string, string | readonly string[]>>;
  /** A claim of the ID token that names the person instead of `sub`, e.g. Entra's `oid`. */
  readonly subjectClaim?: string;
  /** False: a logout ends here, and the IdP's session goes on. Default true. */
  readonly endIdpSession?: boolean;
  readonly redirectUri: string;
}

export const clientAuthentications = ['client_secret_basic', 'client_secret_post', 'none'] as const;
export type ClientAuthentication = (typeof clientAuthentications)[number];

/** Asymmetric only: with HS* the client secret would forge sign-ins, and `none` is no signature (RFC 8725 3.2). */
export const signingAlgorithms = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
] as const;
export type SigningAlgorithm = (typeof signingAlgorithms)[number];

export const DEFAULT_SIGNING_ALG: SigningAlgorithm = 'RS256';
export const DEFAULT_SCOPES: readonly string[] = ['profile', 'email'];
