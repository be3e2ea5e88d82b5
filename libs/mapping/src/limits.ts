import { isWellFormedText } from './claim-values.js';

/** What M1 lets a mapping hold; lengths in UTF-16 code units. Whoever takes mappings from outside keeps to the same. */
export const roleMappingLimits = {
  /** A claim's name, a value, a note. */
  text: 1_024,
  /** The value of a `prefix` or a `glob`: patterns are compared with every value. */
  pattern: 256,
  /** How many `*` a glob has: as many as captures can name. */
  stars: 9,
  /** Further conditions. */
  also: 16,
} as const;

/** Longest id of a resource, as registered, bound to a route, named in a mapping or in an assignment. */
export const longestResourceId = 256;

/** 1 to 256 UTF-16 code units; no NUL, which PostgreSQL cannot keep, and no lone surrogate, which nothing can. */
export function isResourceId(id: unknown): id is string {
  return typeof id === 'string' && id !== '' && id.length <= longestResourceId && isWellFormedText(id);
}
