import { named, type AttributeDefinition } from './attribute.js';
import { isUri, sameUri } from './attribute-name.js';
import { budget, readCustom } from './custom-extension.js';
import { enterpriseUserSchema } from './enterprise-user-schema.js';
import { byLowerCase, isJsonObject, isUnassigned, readEnvelope } from './json.js';
import { limits } from './limits.js';
import { invalid, readValue } from './read-value.js';
import { ScimError } from './scim-error.js';
import { uris } from './uris.js';
import { checkSize } from './user-size.js';
import { coreAttributes, isCustomUri, ordered, type UserAttributes } from './user-attributes.js';

type Members = ReadonlyMap<string, { name: string; value: unknown }>;

/**
 * The body of a POST. What is read-only, a password, and core attributes that no schema has are left aside (RFC 7644, section 3.3).
 * Throws `ScimError` 400.
 */
export function readUser(body: unknown): UserAttributes {
  const attributes = readAttributes(body);
  return finish({ active: true, ...attributes });
}

/**
 * The body of a PUT, for a user as it is. What is left out is gone, but for `active`: leaving it out lets nobody in again
 * (RFC 7644, section 3.5.1, leaves that open).
 */
export function replaceUser(body: unknown): (current: Readonly<Record<string, unknown>>) => UserAttributes {
  const attributes = readAttributes(body);
  return (current) => finish({ active: current['active'] ?? true, ...attributes });
}

/** What every user has to have. */
export function finish(attributes: Readonly<Record<string, unknown>>): UserAttributes {
  const { userName, active } = attributes;
  if (typeof userName !== 'string' || userName.trim() === '') {
    throw new ScimError(400, 'invalidValue', '`userName` is required, and not empty');
  }
  const { externalId, ...rest } = attributes;
  const key = typeof externalId === 'string' && externalId !== '' ? { externalId } : {};
  return { ...ordered({ ...key, ...rest, active: active !== false }), userName, active: active !== false };
}

function readAttributes(body: unknown): Record<string, unknown> {
  const members = readEnvelope(body, uris.user);
  const read = readSchema(coreAttributes, members, '');
  const left = budget();
  const extensions = [...members.values()].filter(({ name }) => isUri(name));
  if (extensions.length > limits.extensions) {
    throw new ScimError(400, 'invalidValue', `a user has at most ${limits.extensions} extensions`);
  }
  for (const { name, value } of extensions) {
    const isEnterprise = sameUri(name, uris.enterpriseUser);
    if (isEnterprise) assign(read, uris.enterpriseUser, readEnterprise(value));
    else if (isCustomUri(name) && isJsonObject(value)) assign(read, name, readCustom(value, name, left));
  }
  checkSize(read);
  return read;
}

function readEnterprise(value: unknown): Record<string, unknown> | undefined {
  if (isUnassigned(value)) return undefined;
  if (!isJsonObject(value)) throw invalid(uris.enterpriseUser, 'is not an object');
  const read = readSchema(enterpriseUserSchema.attributes, byLowerCase(value), `${uris.enterpriseUser}:`);
  return Object.keys(read).length === 0 ? undefined : read;
}

function readSchema(
  definitions: readonly AttributeDefinition[],
  members: Members,
  prefix: string,
): Record<string, unknown> {
  const read: Record<string, unknown> = {};
  for (const { name, value } of members.values()) {
    const definition = named(definitions, name);
    if (definition === undefined || definition.mutability === 'readOnly') continue;
    const one = readValue(definition, value, `${prefix}${definition.name}`, 'ignored');
    if (definition.returned !== 'never') assign(read, definition.name, one);
  }
  return read;
}

function assign(target: Record<string, unknown>, name: string, value: unknown): void {
  if (value !== undefined) target[name] = value;
}
