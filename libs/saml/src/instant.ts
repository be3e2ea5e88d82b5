import type { SamlErrorCode } from './saml-error.js';
import { SamlError } from './saml-error.js';

/** How far two well-kept clocks may differ. */
export const clockSkew = 60_000;

const dateTime = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d{1,12})?(Z|[+-]\d\d:\d\d)$/;

/**
 * An xs:dateTime with its time zone, in ms since the epoch (SAML core §1.3.3 wants UTC; without a zone it would be read
 * as local time). Fractions beyond ms are cut off.
 */
export function parseInstant(text: string, code: SamlErrorCode, field: string): number {
  const parts = dateTime.exec(text);
  const instant = parts === null ? NaN : Date.parse(`${parts[1]}${(parts[2] ?? '').slice(0, 4)}${parts[3]}`);
  if (Number.isNaN(instant)) throw new SamlError(code, `${field} \`${text}\` is not a date with a time zone`);
  return instant;
}
