/** Slugs that begin so belong to organizations (A9); no model may use one. */
export const TENANT_PREFIX = 'custom-';

const SLUG = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;

/** Lower-case words joined by single hyphens, beginning with a letter, at most 64 characters. */
export function isSlug(text: unknown): text is string {
  return typeof text === 'string' && text.length <= 64 && SLUG.test(text);
}

/** Two slugs joined by one colon: `project:edit`. */
export function isPermission(text: unknown): text is `${string}:${string}` {
  if (typeof text !== 'string') return false;
  const colon = text.indexOf(':');
  return isSlug(text.slice(0, Math.max(colon, 0))) && isSlug(text.slice(colon + 1));
}

/** The noun of a permission that passed `isPermission`. */
export function nounOf(permission: string): string {
  return permission.slice(0, permission.indexOf(':'));
}
