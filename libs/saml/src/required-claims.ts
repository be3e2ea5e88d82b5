import { readClaim, type Claims } from '@idp-roles/mapping';
import { SamlError } from './saml-error.js';
import type { SamlSettings } from './saml-settings.js';

/** Each required claim must have one of its allowed values; whole and case-sensitive. Rule L10. */
export function checkRequiredClaims(claims: Claims, required: SamlSettings['requiredClaims']): void {
  for (const [claim, allowed] of Object.entries(required ?? {})) {
    const { values } = readClaim(claims, claim);
    const accepted = typeof allowed === 'string' ? [allowed] : allowed;
    if (!accepted.some((value) => values.includes(value)))
      throw new SamlError(
        'required-claim-missing',
        `\`${claim}\` ${values.length === 0 ? 'is absent' : 'has another value'}`,
      );
  }
}
