import { claimValues, splitValues } from './claim-values.js';
import { lookUp } from './claim-lookup.js';
import type { Claims } from './claims.js';
import { captured } from './condition.js';
import { emailVerifiedIn } from './email-verified.js';
import type { AlsoCondition } from './entry.js';

/** Whether a further condition of a mapping is met by any value of its claim. */
export function conditionHolds(claims: Claims, also: AlsoCondition): boolean {
  if (also.needsVerifiedEmail && emailUnverified(claims)) return false;
  const sent = claimValues(lookUp(claims, also.reference).value);
  const { split } = also.condition;
  if (split === undefined && also.match === 'exact' && !also.anyCase) {
    return also.needle !== undefined && sent.has(also.needle);
  }
  const values = split === undefined ? sent.values : splitValues(sent.values, split);
  return values.some((value) => captured(also, value) !== undefined);
}

/** M5: the IdP says of the address anything but that it has verified it. */
export function emailUnverified(claims: Claims): boolean {
  return emailVerifiedIn(claims) === false;
}
