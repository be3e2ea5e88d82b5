import { createHash, createPrivateKey, randomUUID, sign } from 'node:crypto';
import type { SimulatorKeys } from '../keys.js';

/** The signing key as JWK, with its thumbprint (RFC 7638) as id: after a restart with other keys nobody takes one for the other. */
export function signingJwk({ oidcPrivateKey }: SimulatorKeys) {
  const jwk = createPrivateKey(oidcPrivateKey).export({ format: 'jwk' });
  const { e, kty, n } = jwk;
  const kid = createHash('sha256').update(JSON.stringify({ e, kty, n })).digest('base64url');
  return { ...jwk, kid, use: 'sig', alg: 'RS256' };
}

/** OpenID Connect Back-Channel Logout 1.0, section 2.4. `claims` are added, or taken out where undefined. */
export function logoutToken(
  keys: SimulatorKeys,
  about: { readonly issuer: string; readonly clientId: string },
  claims: Readonly<Record<string, unknown>>,
): string {
  const now = Math.floor(Date.now() / 1000);
  const header = { alg: 'RS256', typ: 'logout+jwt', kid: signingJwk(keys).kid };
  const payload = {
    iss: about.issuer,
    aud: about.clientId,
    iat: now,
    exp: now + 120,
    jti: randomUUID(),
    events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
    ...claims,
  };
  const text = [header, payload]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  return `${text}.${sign('sha256', Buffer.from(text), keys.oidcPrivateKey).toString('base64url')}`;
}
