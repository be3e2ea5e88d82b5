import { named, type AttributeDefinition } from './attribute.js';
import { sameUri, splitName } from './attribute-name.js';
import { enterpriseUserSchema } from './enterprise-user-schema.js';
import type { Filter } from './filter.js';
import { parsePath } from './parse-filter.js';
import { quote, ScimError } from './scim-error.js';
import { uris } from './uris.js';
import { coreAttributes, isCustomUri } from './user-attributes.js';

/** What a path of a user's PATCH means. */
export type PatchTarget =
  | {
      readonly kind: 'attribute';
      /** Of its extension; undefined for the core. */
      readonly uri?: string;
      readonly definition: AttributeDefinition;
      readonly filter?: Filter;
      readonly subAttribute?: AttributeDefinition;
      /** As it is told to the client. */
      readonly path: string;
    }
  | { readonly kind: 'enterprise' }
  /** Of a schema that only the customer knows. `path` may as well be the extension's whole URI. */
  | {
      readonly kind: 'custom';
      readonly path: string;
      readonly uri: string;
      readonly name: string;
      readonly subAttribute?: string;
    };

/** Throws `invalidPath` for what no schema has, `__proto__` and `constructor` among it. */
export function patchTarget(text: string): PatchTarget {
  const { attribute, filter, subAttribute: afterFilter } = parsePath(text);
  if (filter === undefined && sameUri(attribute, uris.enterpriseUser)) return { kind: 'enterprise' };
  const written = splitName(attribute);
  if (written === undefined) throw unknown(text);
  const { uri, name, subAttribute } = written;
  if (uri !== undefined && isCustomUri(uri)) {
    if (filter !== undefined) throw unknown(text);
    return { kind: 'custom', path: attribute, uri, name, ...(subAttribute && { subAttribute }) };
  }
  const found = find(uri, name);
  if (found === undefined) throw unknown(text);
  const { definition } = found;
  if (filter !== undefined && (!definition.multiValued || subAttribute !== undefined)) throw unknown(text);
  const subName = subAttribute ?? afterFilter;
  if (subName === undefined) return { kind: 'attribute', ...found, filter, path: text };
  const sub = named(definition.subAttributes ?? [], subName);
  if (sub === undefined) throw unknown(text);
  return { kind: 'attribute', ...found, filter, subAttribute: sub, path: text };
}

type Found = Pick<Extract<PatchTarget, { kind: 'attribute' }>, 'uri' | 'definition'>;

/** Of the core, else of the enterprise extension, which need not be named. */
function find(uri: string | undefined, name: string): Found | undefined {
  if (uri === undefined || sameUri(uri, uris.user)) {
    const definition = named(coreAttributes, name);
    if (definition) return { definition };
  }
  if (uri === undefined || sameUri(uri, uris.enterpriseUser)) {
    const definition = named(enterpriseUserSchema.attributes, name);
    if (definition) return { uri: uris.enterpriseUser, definition };
  }
  return undefined;
}

function unknown(text: string): ScimError {
  return new ScimError(400, 'invalidPath', `there is no ${quote(text)}`);
}
