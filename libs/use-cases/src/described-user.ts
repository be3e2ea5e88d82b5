import type { DirectoryUser } from '@idp-roles/store';
import { refuseProblems, type Problem } from './use-case-error.js';

type Attributes = DirectoryUser['attributes'];

export type DescribedUser = Pick<DirectoryUser, 'userName' | 'externalId' | 'active' | 'attributes'>;

/** Longer ones are no keys that an IdP uses, and no index takes them. In UTF-16 code units. */
const longestKey = 1_024;

/** A User as the IdP wrote it, with its keys in their place; `active` unless it says otherwise. Errors: `invalid`. */
export function describedUser(attributes: Attributes): DescribedUser {
  const { userName, externalId, active = true } = attributes;
  const problems: Problem[] = [];
  const refuse = (path: string, message: string) => problems.push({ path, code: 'invalid', message });
  if (!isKey(userName)) refuse('userName', `must be a text of 1 to ${longestKey} characters`);
  if (externalId !== undefined && !isKey(externalId)) {
    refuse('externalId', `must be a text of 1 to ${longestKey} characters, or be left out`);
  }
  if (typeof active !== 'boolean') refuse('active', 'must be true or false');
  const json = JSON.stringify({ ...attributes, active });
  if (!isStorable(json)) refuse('', 'no text may contain NUL or half of a surrogate pair');
  refuseProblems(problems);
  return {
    userName: userName as string,
    ...(externalId !== undefined && { externalId: externalId as string }),
    active: active as boolean,
    // As it will be read again, so that what is the same compares as the same.
    attributes: JSON.parse(json) as Attributes,
  };
}

function isKey(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '' && value.length <= longestKey;
}

/** PostgreSQL keeps no NUL, and nothing keeps half of a surrogate pair. JSON escapes both, so that most texts need no second look. */
function isStorable(json: string): boolean {
  if (!/\\u(?:0000|d[89a-f])/.test(json)) return true;
  let storable = true;
  JSON.parse(json, (name, value: unknown) => {
    for (const text of typeof value === 'string' ? [name, value] : [name]) {
      if (text.includes('\0') || !text.isWellFormed()) storable = false;
    }
    return value;
  });
  return storable;
}
