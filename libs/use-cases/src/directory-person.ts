import { emailDomain } from '@idp-roles/mapping';
import type { DirectoryUser } from '@idp-roles/store';

type Attributes = DirectoryUser['attributes'];

/** The one e-mail that stands for a User: the primary, else the first of type `work`, else the first (RFC 7643, sections 2.4 and 4.1.2). */
export function emailIn({ emails }: Attributes): string | undefined {
  const known = Array.isArray(emails) ? (emails as unknown[]).flatMap(asEmail) : [];
  const chosen = known.find(({ primary }) => primary) ?? known.find(({ work }) => work) ?? known[0];
  return chosen?.value;
}

/** Likewise, where a member can have it: with one `@` and a domain. */
export function addressOf(attributes: Attributes): string | undefined {
  const email = emailIn(attributes);
  return email !== undefined && email.length <= 320 && emailDomain(email) !== undefined ? email : undefined;
}

/** What the member is called: `displayName`, else `name.formatted`, else given and family name. */
export function nameOf({ displayName, name }: Attributes): string | undefined {
  const { formatted, givenName, familyName } = isRecord(name) ? name : {};
  const parts = [givenName, familyName].flatMap(asText);
  return asText(displayName)[0] ?? asText(formatted)[0] ?? (parts.length > 0 ? parts.join(' ') : undefined);
}

function asEmail(email: unknown): { value: string; primary: boolean; work: boolean }[] {
  if (!isRecord(email)) return [];
  const { value, primary, type } = email;
  const work = typeof type === 'string' && type.toLowerCase() === 'work';
  return asText(value).map((text) => ({ value: text, primary: primary === true, work }));
}

function asText(value: unknown): string[] {
  const text = typeof value === 'string' ? value.trim() : '';
  return text === '' ? [] : [text];
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
