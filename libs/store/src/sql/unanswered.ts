import { sql } from 'kysely';

/** At the end of a text: see `unanswered`. */
const NOTE = '/* unanswered */';

/**
 * At the end of a statement whose answer says nothing. Where statements are sent to a server, what follows in the transaction is sent
 * behind it, without the wait for its answer (P11). Should it fail, so does what follows, the commit at the latest.
 */
export const unanswered = sql.raw(NOTE);

export function isUnanswered(text: string): boolean {
  return text.endsWith(NOTE);
}
