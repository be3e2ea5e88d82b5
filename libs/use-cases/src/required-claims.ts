import { readClaim, type Claims } from '@idp-roles/mapping';
import type { Connection } from '@idp-roles/store';

/** L10: names of required claims that are absent, incomplete or of another value. Values compare whole, case-sensitive. */
export function missingRequiredClaims(
  claims: Claims,
  required: NonNullable<Connection['requiredClaims']>,
): readonly string[] {
  return Object.entries(required).flatMap(([name, wanted]) => {
    const { state, values } = readClaim(claims, name);
    const accepted = typeof wanted === 'string' ? [wanted] : wanted;
    return state === 'present' && values.some((value) => accepted.includes(value)) ? [] : [name];
  });
}
