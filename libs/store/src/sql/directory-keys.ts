import { createHash } from 'node:crypto';
import { fold } from '../fold.js';
import type { DirectoryKey } from '../ports/directory-users.js';
import type { Tables } from './tables.js';

/** UTF-16 units. An index entry holds an organization, a directory, one such text and an id: below PostgreSQL's 2 704 bytes. */
const LONGEST = 256;
const KEPT_OF_LONGER = 200;

/** In front of a text that is there, and what stands for one that is not: absent sorts last (RFC 7644, section 3.4.2.3). */
export const PRESENT = '=';
export const ABSENT = '~';

/**
 * As it is kept for look-ups: of a longer text the first 200 units and a digest of all, so that two texts are still the
 * same only where their keys are. Byte-exact.
 */
export function bounded(text: string): string {
  // PostgreSQL keeps no NUL in a text.
  const clean = text.replaceAll('\0', '\ufffd');
  if (clean.length <= LONGEST) return clean;
  const digest = createHash('sha256').update(clean).digest('hex');
  return `${clean.slice(0, KEPT_OF_LONGER).toWellFormed()}\u{10ffff}${digest}`;
}

/** Of an attribute that RFC 7643 calls `caseExact: false`. */
export function foldedKey(text: string | undefined): string {
  return text === undefined ? ABSENT : PRESENT + bounded(fold(text));
}

export function exactKey(text: string | undefined): string {
  return text === undefined ? ABSENT : PRESENT + bounded(text);
}

/** The column, of users and of tombstones, and what stands in it. */
export function keyed(key: DirectoryKey) {
  if ('userName' in key) return ['user_name_key', foldedKey(key.userName)] as const;
  return ['external_id_key', exactKey(key.externalId)] as const;
}

/** What a membership waits by: either key of a user, letter case aside; which of the two it was is told by its `value`. */
export function nameKey(name: string): string {
  return bounded(fold(name));
}

/** What memberships may wait for this user by. */
export function namesOf(user: Pick<Tables['directory_users'], 'external_id' | 'user_name'>): string[] {
  return [user.external_id, user.user_name].filter((name) => name !== null).map(nameKey);
}

/** The least text, by bytes, above all that begin with this one; undefined where there is none. */
export function above(prefix: string): string | undefined {
  const points = [...prefix];
  while (points.length > 0) {
    const last = points.pop()?.codePointAt(0) ?? 0;
    if (last < 0x10ffff) return points.join('') + String.fromCodePoint(last === 0xd7ff ? 0xe000 : last + 1);
  }
  return undefined;
}
