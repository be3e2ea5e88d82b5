import { compactVerify, errors, type JWSHeaderParameters } from 'jose';
import type { ConnectionKeys } from './connection-keys.js';
import { OidcError } from './oidc-error.js';
import { DEFAULT_SIGNING_ALG, type OidcSettings } from './oidc-settings.js';
import type { ProtocolState } from './sign-in.js';

const PAST_S = 10 * 60;
const FUTURE_S = 60;

/** An ID token's payload after every check; any JSON by name. */
export interface IdTokenClaims {
  readonly [name: string]: unknown;
  readonly iss: string;
  readonly sub: string;
  readonly iat: number;
}

/** How long after `iat` a token is refused by its age, whatever its `exp`: for how long it must be remembered. */
export const ACCEPTED_FOR_MS = (PAST_S + FUTURE_S) * 1000;

/**
 * What openid-client leaves open in the code flow, on a token whose issuer, audience, nonce and `exp` it has checked (L2): above
 * all the signature, since OpenID Connect Core 3.1.3.7 (6) lets TLS stand in for it.
 */
export async function verifyIdToken(
  idToken: string,
  settings: OidcSettings,
  keys: ConnectionKeys,
  state: ProtocolState,
  nowMs: number,
): Promise<IdTokenClaims> {
  const { header, claims } = await verifySignature(idToken, settings, keys);
  checkType(header);
  checkAudience(claims, settings.clientId);
  checkTimes(claims, state, nowMs / 1000);
  if (!isIdentifier(claims['sub'])) {
    throw new OidcError('id-token-subject', 'the subject of the ID token is not text of 1 to 255 characters');
  }
  return claims as IdTokenClaims;
}

/** Text that a database keeps as it is, of a length OpenID Connect Core 2 allows. A lone surrogate would become another's `U+FFFD`. */
export function isIdentifier(value: unknown): value is string {
  if (typeof value !== 'string' || value.length < 1 || value.length > 255) return false;
  return !value.includes('\0') && Buffer.from(value, 'utf8').toString('utf8') === value;
}

async function verifySignature(
  idToken: string,
  settings: OidcSettings,
  keys: ConnectionKeys,
): Promise<{ header: JWSHeaderParameters; claims: Record<string, unknown> }> {
  try {
    const algorithms = [settings.idTokenSigningAlg ?? DEFAULT_SIGNING_ALG];
    const verified = await compactVerify(idToken, (header) => keys.find(header), { algorithms });
    const claims = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(verified.payload)) as Record<
      string,
      unknown
    >;
    return { header: verified.protectedHeader, claims };
  } catch (error) {
    if (error instanceof OidcError) throw error;
    if (error instanceof errors.JWSSignatureVerificationFailed) {
      throw new OidcError('id-token-signature', 'the signature of the ID token is wrong', error);
    }
    if (error instanceof errors.JOSEAlgNotAllowed) {
      throw new OidcError(
        'id-token-algorithm',
        'the ID token is not signed with the algorithm set for this connection',
        error,
      );
    }
    throw new OidcError('id-token-invalid', 'the ID token cannot be read', error);
  }
}

/** RFC 8725 3.11: an explicit type says that the token is something else, e.g. an access token (RFC 9068 `at+jwt`). */
function checkType({ typ }: JWSHeaderParameters): void {
  if (typ === undefined || !/\+jwt$/i.test(typ)) return;
  throw new OidcError(
    'id-token-type',
    'the token that came as ID token is of another type',
    new Error(`typ ${typ}`),
  );
}

/** OpenID Connect Core 3.1.3.7 (3): audiences we do not trust, and we trust none besides us. */
function checkAudience({ aud, azp }: Record<string, unknown>, clientId: string): void {
  const audiences = Array.isArray(aud) ? (aud as unknown[]) : [aud];
  if (audiences.length !== 1 || audiences[0] !== clientId) {
    throw new OidcError('id-token-audience', 'the ID token is not for this client alone');
  }
  if (azp !== undefined && azp !== clientId) {
    throw new OidcError('id-token-authorized-party', 'the ID token was issued to another client');
  }
}

function checkTimes(
  { iat, auth_time: authTime }: Record<string, unknown>,
  state: ProtocolState,
  now: number,
): void {
  if (typeof iat !== 'number' || !(iat >= now - PAST_S && iat <= now + FUTURE_S)) {
    throw new OidcError('id-token-issued-at', 'the ID token was not issued just now; compare the clocks');
  }
  const since = state['authenticate_since'];
  if (since !== undefined && !(typeof authTime === 'number' && authTime >= Number(since) - FUTURE_S)) {
    throw new OidcError(
      'reauthentication-missing',
      'the identity provider did not show that the person authenticated anew',
    );
  }
}
