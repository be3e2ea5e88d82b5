import { entraGroups } from './claim-reference.js';
import type { Claim } from './claims.js';

/**
 * M9: names whose values the IdP left out, with the marker that says so. Entra ID sends no groups above its limit (200 in a JWT,
 * 150 in SAML) and instead `_claim_names` (also OpenID Connect Core 5.6.2), `hasgroups` or the attribute `…/groups.link`.
 * The URLs that come with them are never called.
 */
export function overageMarkers(claims: ReadonlyMap<string, Claim>): Map<string, string> {
  const markers = new Map<string, string>();
  const elsewhere = claims.get('_claim_names')?.value;
  if (typeof elsewhere === 'object' && elsewhere !== null && !Array.isArray(elsewhere)) {
    for (const name of Object.keys(elsewhere)) markers.set(name, '_claim_names');
  }
  const hasGroups = claims.get('hasgroups')?.value;
  if (hasGroups === true || hasGroups === 'true') markers.set('groups', 'hasgroups');
  for (const name of claims.keys()) {
    if (name === 'groups.link' || name.endsWith('/groups.link')) markers.set(entraGroups, 'groups.link');
  }
  return markers;
}
