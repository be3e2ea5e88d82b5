/** Control characters, and the backslash that browsers read as a slash, make a path ambiguous. */
// eslint-disable-next-line no-control-regex
const AMBIGUOUS = /[\u0000-\u001f\u007f\\]/;

/**
 * The path on this site where a person goes after sign-in (L3), or undefined where `returnTo` leads elsewhere.
 * Absolute URLs are refused even when they name this site, and so are `//host` and `/\host`.
 */
export function safeReturnTo(returnTo: unknown, publicUrl: string): string | undefined {
  if (returnTo === undefined || returnTo === '') return '/';
  if (typeof returnTo !== 'string' || returnTo.length > 2048) return undefined;
  if (!returnTo.startsWith('/') || returnTo.startsWith('//') || AMBIGUOUS.test(returnTo)) return undefined;
  const { origin } = new URL(publicUrl);
  const url = URL.canParse(returnTo, origin) ? new URL(returnTo, origin) : undefined;
  if (!url || url.origin !== origin || url.pathname.startsWith('//')) return undefined;
  return url.pathname + url.search + url.hash;
}
