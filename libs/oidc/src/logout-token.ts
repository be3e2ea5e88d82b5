import { compactVerify, decodeJwt, decodeProtectedHeader, errors } from 'jose';
import { nowOf, type ConnectionContext } from './connection-context.js';
import type { ConnectionKeys } from './connection-keys.js';
import { isIdentifier } from './id-token.js';
import { OidcError } from './oidc-error.js';
import { DEFAULT_SIGNING_ALG, type OidcSettings } from './oidc-settings.js';

const PAST_S = 10 * 60;
const FUTURE_S = 60;
/** A logout token holds eight short claims. */
const LONGEST = 8_192;
const EVENT = 'http://schemas.openid.net/event/backchannel-logout';

/** Whose sessions a verified logout token ends: of a subject, of one session of the IdP, or both. */
export interface LogoutToken {
  readonly sub?: string;
  readonly sid?: string;
  /** The store inserts it with the end of the sessions; a second insert is a replay. `expiresAt` in ms. */
  readonly replayKey: { readonly id: string; readonly expiresAt: number };
}

type Claims = Readonly<Record<string, unknown>>;

/**
 * OpenID Connect Back-Channel Logout 1.0, section 2.6. What the token says of itself is checked before its signature: a token that
 * could not count anyway costs no key, no discovery and no call to the IdP. Throws OidcError.
 */
export async function verifyLogoutToken(context: ConnectionContext, token: unknown): Promise<LogoutToken> {
  const { settings, dependencies } = context;
  const now = nowOf(context) / 1000;
  checkClaims(unverified(token, settings), settings, now);
  const { keys } = await dependencies.discovery.get(settings);
  const claims = await verified(token as string, settings, keys);
  return checkClaims(claims, settings, now);
}

function unverified(token: unknown, settings: OidcSettings): Claims {
  if (typeof token !== 'string' || token === '' || token.length > LONGEST) {
    throw invalid('no logout token, or one that is too long');
  }
  try {
    const { alg, typ } = decodeProtectedHeader(token);
    checkHeader(alg, typ, settings);
    return decodeJwt(token);
  } catch (error) {
    throw error instanceof OidcError ? error : invalid('it cannot be read', error);
  }
}

/** RFC 8725 3.11: many providers write no type, or `JWT`; one that says it is something else is. */
function checkHeader(
  alg: unknown,
  typ: unknown,
  { idTokenSigningAlg = DEFAULT_SIGNING_ALG }: OidcSettings,
): void {
  if (alg !== idTokenSigningAlg) {
    throw new OidcError(
      'logout-token-algorithm',
      'the logout token is not signed with the algorithm set for this connection',
    );
  }
  if (typ === undefined || (typeof typ === 'string' && /^(?:application\/)?(?:logout\+)?jwt$/i.test(typ)))
    return;
  throw new OidcError('logout-token-type', 'the token that came as logout token is of another type');
}

async function verified(token: string, settings: OidcSettings, keys: ConnectionKeys): Promise<Claims> {
  try {
    const algorithms = [settings.idTokenSigningAlg ?? DEFAULT_SIGNING_ALG];
    const { payload } = await compactVerify(token, (header) => keys.find(header, 'logout'), { algorithms });
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload)) as Claims;
  } catch (error) {
    if (error instanceof OidcError) throw error;
    if (error instanceof errors.JWSSignatureVerificationFailed) {
      throw new OidcError('logout-token-signature', 'the signature of the logout token is wrong', error);
    }
    throw invalid('it cannot be read', error);
  }
}

function checkClaims(claims: Claims, { issuer, clientId }: OidcSettings, now: number): LogoutToken {
  const { iss, aud, iat, exp, jti, events, sub, sid } = claims;
  if (iss !== issuer) throw new OidcError('logout-token-issuer', 'the logout token is of another issuer');
  const audiences = Array.isArray(aud) ? (aud as unknown[]) : [aud];
  if (audiences.length !== 1 || audiences[0] !== clientId) {
    throw new OidcError('logout-token-audience', 'the logout token is not for this client alone');
  }
  if (typeof iat !== 'number' || !(iat >= now - PAST_S && iat <= now + FUTURE_S)) {
    throw new OidcError(
      'logout-token-expired',
      'the logout token was not issued just now; compare the clocks',
    );
  }
  if (typeof exp !== 'number' || !(exp > now - FUTURE_S)) {
    throw new OidcError('logout-token-expired', 'the logout token has expired, or does not say when it does');
  }
  // An ID token has a nonce and no such event: neither passes for the other (section 2.4).
  if (!isLogoutEvent(events)) throw invalid('it tells no logout');
  if (Object.hasOwn(claims, 'nonce')) throw invalid('it has a nonce');
  if (!isIdentifier(jti)) throw invalid('it has no `jti` of 1 to 255 characters');
  for (const [name, value] of [
    ['sub', sub],
    ['sid', sid],
  ] as const) {
    if (value !== undefined && !isIdentifier(value))
      throw invalid(`its \`${name}\` is not text of 1 to 255 characters`);
  }
  if (sub === undefined && sid === undefined) throw invalid('it names neither `sub` nor `sid`');
  return {
    ...(isIdentifier(sub) && { sub }),
    ...(isIdentifier(sid) && { sid }),
    replayKey: { id: jti, expiresAt: Math.ceil((iat + PAST_S + FUTURE_S) * 1000) },
  };
}

function isLogoutEvent(events: unknown): boolean {
  if (typeof events !== 'object' || events === null || !Object.hasOwn(events, EVENT)) return false;
  const event = (events as Claims)[EVENT];
  return typeof event === 'object' && event !== null && !Array.isArray(event);
}

function invalid(what: string, cause?: unknown): OidcError {
  return new OidcError('logout-token-invalid', `the logout token cannot be used: ${what}`, cause);
}
