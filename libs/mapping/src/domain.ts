const asciiDomain =
  /^(?=.{1,253}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/;
const ascii = /^[\0-\x7f]*$/;
/** What the URL parser would strip, decode or read as the end of a host. */
const notInDomain = /[\0-\x20\x7f%/\\?#@:[\]<>^|]/;
const addressV4 = /^[0-9.]+$/;

/**
 * The one spelling of a domain: lower case, internationalised labels as punycode (UTS 46, by the platform's URL parser).
 * `undefined` for what is no domain; a trailing dot, a port, an address or white space are not repaired.
 */
export function foldDomain(domain: string): string | undefined {
  if (domain.length > 1024) return undefined;
  const folded = ascii.test(domain) ? domain.toLowerCase() : punycode(domain);
  return folded !== undefined && asciiDomain.test(folded) && !addressV4.test(folded) ? folded : undefined;
}

function punycode(domain: string): string | undefined {
  if (notInDomain.test(domain) || !domain.isWellFormed()) return undefined;
  try {
    return new URL(`http://${domain}`).hostname;
  } catch {
    return undefined;
  }
}

/** The folded domain of an e-mail address that has exactly one `@` with something on both sides; else `undefined` (M5). */
export function emailDomain(email: string): string | undefined {
  const at = email.indexOf('@');
  // A second `@` is left in what follows the first, and no domain holds one.
  return at < 1 ? undefined : foldDomain(email.slice(at + 1));
}
