import { isLoopbackHost } from '@idp-roles/outbound';
import type { Report } from './settings-problem.js';

export type Fields = Readonly<Record<string, unknown>>;

export function isRecord(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A text that is there and not blank. SAML bounds identifiers to 1 024 characters (core §8.3.6). */
export function readText(value: unknown, path: string, report: Report, limit = 1_024): string | undefined {
  if (value === undefined || value === null || value === '')
    return report(path, 'missing', `\`${path}\` is missing`);
  if (typeof value !== 'string') return report(path, 'not-a-string', `\`${path}\` must be a string`);
  if (value.trim() === '') return report(path, 'missing', `\`${path}\` is blank`);
  if (value.length > limit) return report(path, 'too-long', `\`${path}\` is longer than ${limit} characters`);
  return value;
}

/** https; http to this machine only, for development. */
export function readUrl(value: unknown, path: string, report: Report): string | undefined {
  const text = readText(value, path, report, 2_048);
  if (text === undefined) return undefined;
  if (!URL.canParse(text)) return report(path, 'not-a-url', `\`${path}\` is not a URL: \`${text}\``);
  const url = new URL(text);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopbackHost(url.hostname)))
    return report(path, 'url-not-https', `\`${path}\` must begin with https: \`${text}\``);
  if (url.hash !== '' || text.includes('#'))
    return report(path, 'url-with-fragment', `\`${path}\` has a fragment: \`${text}\``);
  if (url.username !== '' || url.password !== '')
    return report(path, 'url-with-credentials', `\`${path}\` holds a user name or password`);
  return text;
}

export function readBoolean(value: unknown, path: string, report: Report): boolean | undefined {
  if (value === undefined || typeof value === 'boolean') return value;
  return report(path, 'not-a-boolean', `\`${path}\` must be true or false`);
}

/** Claim → value or values. */
export function readRequiredClaims(
  value: unknown,
  path: string,
  report: Report,
): Record<string, string | string[]> | undefined {
  if (value === undefined) return undefined;
  if (!isRecord(value))
    return report(path, 'not-an-object', `\`${path}\` must be an object of claim → value or values`);
  const entries = Object.entries(value).map(([claim, allowed]): [string, string | string[]] | undefined => {
    const at = `${path}.${claim}`;
    if (!Array.isArray(allowed)) {
      const text = readText(allowed, at, report);
      return text === undefined ? undefined : [claim, text];
    }
    if (allowed.length === 0)
      return report(at, 'missing', `\`${at}\` names no value, so nobody could sign in`);
    const texts = allowed.map((each, index) => readText(each, `${at}[${index}]`, report));
    return texts.every((text) => text !== undefined) ? [claim, texts] : undefined;
  });
  // fromEntries defines members, so that a claim named `__proto__` stays one.
  return Object.fromEntries(entries.filter((entry) => entry !== undefined));
}
