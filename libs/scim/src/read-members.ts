import type { NamedMember } from './group-change.js';
import { byLowerCase, isJsonObject, isUnassigned } from './json.js';
import { limits } from './limits.js';
import { invalid, readText } from './read-value.js';
import { ScimError } from './scim-error.js';

/** A list of members, or one; each named once. Throws `ScimError` 400, or 413 where they are too many. */
export function readMembers(value: unknown, path = 'members'): NamedMember[] {
  if (isUnassigned(value)) return [];
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (list.length > limits.members) {
    throw new ScimError(413, undefined, `a request names at most ${limits.members} members`);
  }
  const members = new Map<string, NamedMember>();
  list.forEach((one, index) => {
    const member = readMember(one, `${path}[${index}]`);
    if (!members.has(member.value)) members.set(member.value, member);
  });
  return [...members.values()];
}

function readMember(value: unknown, path: string): NamedMember {
  if (!isJsonObject(value)) throw invalid(path, 'is not an object with a `value`');
  const members = byLowerCase(value);
  // SCIM 1.1 removed members so; taken for a member, it would add whom it is to remove.
  if (members.has('operation')) throw invalid(path, 'has an `operation`, which SCIM 2.0 does not know');
  const id = readText(members.get('value')?.value, `${path}.value`);
  if (id === '') throw invalid(`${path}.value`, 'is empty');
  const type = readType(members.get('type')?.value, `${path}.type`) ?? typeIn(members.get('$ref')?.value);
  const sent = members.get('display')?.value;
  const display = isUnassigned(sent) ? undefined : readText(sent, `${path}.display`);
  return { value: id, ...(type && { type }), ...(display ? { display } : {}) };
}

function readType(value: unknown, path: string): 'User' | 'Group' | undefined {
  if (isUnassigned(value) || value === '') return undefined;
  const type = readText(value, path).toLowerCase();
  if (type === 'user') return 'User';
  if (type === 'group') return 'Group';
  throw invalid(path, 'is not `User` or `Group`');
}

function typeIn(reference: unknown): 'Group' | undefined {
  return typeof reference === 'string' && /\/Groups\/[^/]+$/i.test(reference) ? 'Group' : undefined;
}
