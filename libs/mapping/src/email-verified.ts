import { claimValues } from './claim-values.js';
import type { Claims } from './claims.js';

/**
 * OpenID Connect Core 5.1 has `email_verified`, also under a namespace (Auth0 sends `http://schemas.auth0.com/email_verified`).
 * Entra ID has no such claim, but `xms_edov`: the e-mail's domain is owned by the tenant.
 */
const names = /^(?:email_?verified|xms_edov|.*\/email_verified)$/;
const yes = /^(?:true|1)$/i;

/** Asked by each condition on an e-mail claim of one evaluation. */
const read = new WeakMap<Claims, { readonly said: boolean | undefined }>();

/**
 * What the IdP says of the address: `undefined` where it says nothing. Anything that is not clearly yes (`true`, `"true"`, `1`,
 * `"1"`) is a no, and of several statements one no decides: an address that somebody doubts proves nothing (M5, L4).
 */
export function emailVerifiedIn(claims: Claims): boolean | undefined {
  const known = read.get(claims);
  if (known !== undefined) return known.said;
  let said: boolean | undefined;
  for (const { name, friendlyName, value } of claims.byName.values()) {
    if (!isStatement(name) && (friendlyName === undefined || !isStatement(friendlyName))) continue;
    const { values, dropped } = claimValues(value);
    const affirmed = dropped === 0 && values.length > 0 && values.every((text) => yes.test(text));
    said = affirmed && said !== false;
  }
  read.set(claims, { said });
  return said;
}

function isStatement(name: string): boolean {
  return name.length < 1_024 && names.test(name.toLowerCase());
}
