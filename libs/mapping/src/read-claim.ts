import { claimReference } from './claim-reference.js';
import { lookUp } from './claim-lookup.js';
import { claimValues } from './claim-values.js';
import type { Claims } from './claims.js';
import type { Evidence } from './evaluation.js';

/** What a claim name leads to (M2) and its values (M3). `values` of an incomplete claim are those that were sent. */
export interface ClaimReading {
  readonly state: 'present' | 'absent' | 'incomplete';
  readonly values: readonly string[];
  /** The claim's name as the IdP sent it. */
  readonly name: string;
  readonly via: Evidence['via'];
}

/** Reads one claim the way mappings do: for a subject claim, required claims, an e-mail. */
export function readClaim(claims: Claims, claim: string): ClaimReading {
  const { state, name, via, value } = lookUp(claims, claimReference(claim));
  return { state, values: [...new Set(claimValues(value).values)], name, via };
}
