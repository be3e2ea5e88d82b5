import { emailDomain, foldDomain } from './domain.js';
import type { Match } from './role-mapping.js';

/** What a pattern on an e-mail claim says of the domain; nothing where it speaks of the local part alone. */
export interface AddressPattern {
  /** Folded. */
  readonly domain?: string;
}

/**
 * M5 for `exact`, `prefix` and `glob`: a domain is named whole or not at all. `undefined` for a pattern that names half of one:
 * `*@acme.*`, `*acme.test` and a prefix `alice@acme` are met by domains that anybody may register.
 */
export function addressPattern(
  match: Extract<Match, 'exact' | 'prefix' | 'glob'>,
  value: string,
): AddressPattern | undefined {
  const at = value.indexOf('@');
  if (match === 'prefix') return at < 0 ? {} : undefined;
  if (match === 'glob' && at < 0) return value.endsWith('*') ? {} : undefined;
  const domain = match === 'exact' ? emailDomain(value) : foldDomain(value.slice(at + 1));
  return at < 1 || domain === undefined ? undefined : { domain };
}
