import { OidcError } from './oidc-error.js';
import type { OidcSettings } from './oidc-settings.js';

/** L10: each named claim must be there with a value, or a list holding a value, that the connection asks for. Byte-exact. */
export function checkRequiredClaims(
  claims: Readonly<Record<string, unknown>>,
  required: OidcSettings['requiredClaims'] = {},
): void {
  for (const [name, wanted] of Object.entries(required)) {
    const said = Object.hasOwn(claims, name) ? [claims[name]].flat() : [];
    const accepted = new Set(typeof wanted === 'string' ? [wanted] : wanted);
    if (said.some((value) => isScalar(value) && accepted.has(String(value)))) continue;
    throw new OidcError(
      'required-claim-unmet',
      `the claim \`${name}\` does not have the value this connection requires`,
    );
  }
}

function isScalar(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}
