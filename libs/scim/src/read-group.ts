import type { GroupChange, NamedMember } from './group-change.js';
import { isUnassigned, readEnvelope } from './json.js';
import { readMembers } from './read-members.js';
import { readText } from './read-value.js';
import { ScimError } from './scim-error.js';
import { uris } from './uris.js';

export interface GroupResource {
  readonly displayName: string;
  readonly externalId?: string;
  readonly members: readonly NamedMember[];
}

/** The body of a POST. Throws `ScimError`. */
export function readGroup(body: unknown): GroupResource {
  const { displayName, externalId, members } = read(body);
  return { displayName, ...(externalId === undefined ? {} : { externalId }), members: members ?? [] };
}

/**
 * The body of a PUT. RFC 7644, section 3.5.1, leaves open what becomes of what is left out: members stay, whether `members` is not there
 * or null; only an empty list empties the group.
 */
export function replaceGroup(body: unknown): readonly GroupChange[] {
  const { displayName, externalId, members } = read(body);
  return [
    { type: 'rename', displayName },
    { type: 'set-external-id', ...(externalId === undefined ? {} : { externalId }) },
    ...(members === undefined ? [] : [{ type: 'replace-members', members } as const]),
  ];
}

function read(body: unknown): { displayName: string; externalId?: string; members?: NamedMember[] } {
  const given = readEnvelope(body, uris.group);
  const members = given.get('members')?.value;
  return {
    displayName: readDisplayName(given.get('displayname')?.value),
    externalId: readExternalId(given.get('externalid')?.value),
    members: members === undefined || members === null ? undefined : readMembers(members),
  };
}

export function readDisplayName(value: unknown): string {
  const displayName = isUnassigned(value) ? '' : readText(value, 'displayName');
  if (displayName.trim() === '') {
    throw new ScimError(400, 'invalidValue', '`displayName` is required, and not empty');
  }
  return displayName;
}

/** An empty one is none. */
export function readExternalId(value: unknown): string | undefined {
  return isUnassigned(value) || value === '' ? undefined : readText(value, 'externalId');
}
