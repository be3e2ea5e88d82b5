import type { Change } from '../ports/access.js';

/** What a notification says; undefined where it is none of ours: anyone who may connect may notify. */
export function readNotice(payload: string | undefined): Change | undefined {
  const { organization, version, members } = parsed(payload ?? '');
  if (typeof organization !== 'string' || typeof version !== 'number') return undefined;
  // Null also where they would not have fitted.
  if (members === null) return { organization, version, members: 'all' };
  if (!Array.isArray(members) || !members.every((member) => typeof member === 'string')) return undefined;
  return { organization, version, members };
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
