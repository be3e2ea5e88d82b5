import { sameUri, splitName } from './attribute-name.js';
import type { Filter } from './filter.js';
import type { GroupChange } from './group-change.js';
import { isUnassigned } from './json.js';
import { limits } from './limits.js';
import { parsePath } from './parse-filter.js';
import { readPatch, type PatchOperation } from './patch-operation.js';
import { readDisplayName, readExternalId } from './read-group.js';
import { readMembers } from './read-members.js';
import { invalid } from './read-value.js';
import { quote, ScimError } from './scim-error.js';
import { uris } from './uris.js';

/**
 * The body of a PATCH (RFC 7644, section 3.5.2) as changes, whoever belongs to the group: it is not asked. `id`: the group's, which may be
 * sent along. Throws `ScimError`.
 */
export function patchGroup(body: unknown, id: string): readonly GroupChange[] {
  const changes = readPatch(body, id).flatMap(changesOf);
  const named = changes.reduce((sum, change) => sum + count(change), 0);
  if (named > limits.members) {
    throw new ScimError(413, undefined, `a request names at most ${limits.members} members`);
  }
  return changes;
}

function count(change: GroupChange): number {
  if ('members' in change) return change.members.length;
  return change.type === 'remove-members' ? change.values.length : 0;
}

const readOnly: ReadonlySet<string> = new Set(['id', 'schemas', 'meta']);

function changesOf(operation: PatchOperation): readonly GroupChange[] {
  const { op, path, value, pathless } = operation;
  const { attribute, filter, subAttribute: afterFilter } = parsePath(path);
  const { uri, name, subAttribute } = splitName(attribute) ?? { name: '' };
  const wanted = uri === undefined || sameUri(uri, uris.group) ? name.toLowerCase() : '';
  if (readOnly.has(wanted)) {
    // What a client has read, it may send back whole.
    if (pathless) return [];
    throw new ScimError(400, 'mutability', `${quote(path)} cannot be changed`);
  }
  if (wanted === 'members') {
    return membersChange(operation, filter, subAttribute ?? afterFilter);
  }
  const isSimple = subAttribute === undefined && filter === undefined;
  if (wanted === 'displayname' && isSimple) return [rename(op, value)];
  if (wanted === 'externalid' && isSimple) {
    const externalId = op === 'remove' ? undefined : readExternalId(value);
    return [{ type: 'set-external-id', ...(externalId === undefined ? {} : { externalId }) }];
  }
  throw new ScimError(400, 'invalidPath', `there is no ${quote(path)}`);
}

function rename(op: PatchOperation['op'], value: unknown): GroupChange {
  if (op === 'remove')
    throw new ScimError(400, 'mutability', '`displayName` can be changed, and not removed');
  return { type: 'rename', displayName: readDisplayName(value) };
}

function membersChange(
  { op, path, value }: PatchOperation,
  filter: Filter | undefined,
  subAttribute: string | undefined,
): readonly GroupChange[] {
  if (subAttribute !== undefined || (filter !== undefined && op !== 'remove')) {
    // RFC 7643, section 4.2
    throw new ScimError(
      400,
      'mutability',
      `${quote(path)} cannot be changed; remove the member, and add another`,
    );
  }
  // Entra, Okta and OneLogin: test/idps/entra/patch-remove-member-filter.json
  if (filter !== undefined) return [{ type: 'remove-members', values: valuesIn(filter) }];
  if (op === 'remove') return removal(value);
  // Null is no list: only an empty one may empty a group.
  if (value === null) throw invalid('members', 'is null; an empty list names nobody');
  const members = readMembers(value);
  if (op === 'replace') return [{ type: 'replace-members', members }];
  return members.length === 0 ? [] : [{ type: 'add-members', members }];
}

/** Entra names whom to remove in `value` (test/idps/entra/patch-remove-member-value.json); without any, all go (RFC 7644, section 3.5.2.2). */
function removal(value: unknown): readonly GroupChange[] {
  if (value === undefined) return [{ type: 'remove-all-members' }];
  if (isUnassigned(value)) {
    throw invalid('members', 'names nobody to be removed; leave `value` out to remove all');
  }
  return [{ type: 'remove-members', values: readMembers(value).map((member) => member.value) }];
}

/** Of `value eq "…"`, alone or joined by `or`: no other filter can be told without looking at every member. */
function valuesIn(filter: Filter): string[] {
  if (filter.op === 'or') return [...new Set(filter.filters.flatMap(valuesIn))];
  if (filter.op === 'eq' && filter.attribute.toLowerCase() === 'value' && typeof filter.value === 'string') {
    return [filter.value];
  }
  throw new ScimError(
    400,
    'invalidFilter',
    'members are selected by `value eq "…"`, alone or joined by `or`',
  );
}
