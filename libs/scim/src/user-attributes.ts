import type { AttributeDefinition } from './attribute.js';
import { isUri, sameUri } from './attribute-name.js';
import { enterpriseUserSchema } from './enterprise-user-schema.js';
import { sharedAttributes } from './shared-attributes.js';
import { userSchema } from './user-schema.js';

/**
 * A user as the IdP wrote it, normalised: core attributes by their names, extensions as objects under their URI. Without `id`, `meta`,
 * `schemas`, `groups` and `password`. Plain JSON.
 */
export interface UserAttributes {
  readonly userName: string;
  readonly externalId?: string;
  readonly active: boolean;
  readonly [name: string]: unknown;
}

/** RFC 7643, sections 3.1 and 4.1. */
export const coreAttributes: readonly AttributeDefinition[] = [...sharedAttributes, ...userSchema.attributes];

/** Whether the URI may name an extension that only the customer knows. */
export function isCustomUri(uri: string): boolean {
  return (
    isUri(uri) &&
    uri.length <= 256 &&
    /^urn:[a-z0-9][a-z0-9-]*(?::[\w.+~%-]+)+$/i.test(uri) &&
    !/^urn:ietf:params:scim:(?:schemas:core|api):/i.test(uri) &&
    !/^urn:ietf:params:scim:schemas:extension:enterprise:/i.test(uri)
  );
}

/** The key under which an extension stands in the attributes: letter case does not tell URIs apart. */
export function extensionKey(attributes: Readonly<Record<string, unknown>>, uri: string): string {
  return Object.keys(attributes).find((name) => isUri(name) && sameUri(name, uri)) ?? uri;
}

const ranks: ReadonlyMap<string, number> = new Map(
  [...coreAttributes.map(({ name }) => name), enterpriseUserSchema.id].map((name, at) => [name, at]),
);

/** In the order of the schemas, extensions last; equal resources are equal texts. */
export function ordered(attributes: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(attributes)
      .filter(([, value]) => value !== undefined)
      .toSorted(([one], [other]) => rank(one) - rank(other) || (one < other ? -1 : 1)),
  );
}

function rank(name: string): number {
  return ranks.get(name) ?? ranks.size;
}
