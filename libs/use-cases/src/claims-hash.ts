import { claimsToJson, type Claims } from '@idp-roles/mapping';
import { createHash } from 'node:crypto';

/** What differs in every token (RFC 7519 section 4.1, OpenID Connect Core sections 2 and 3.3.2.11), whatever was said about the person. */
const ofTheToken = ['iat', 'exp', 'nbf', 'jti', 'nonce', 'auth_time', 'sid', 'at_hash', 'c_hash', 's_hash'];

/** Equal where the IdP said the same about the person (D3). */
export function claimsHash(claims: Claims): string {
  const byName = new Map(claims.byName);
  for (const name of ofTheToken) byName.delete(name);
  return createHash('sha256')
    .update(claimsToJson({ ...claims, byName }))
    .digest('hex');
}
