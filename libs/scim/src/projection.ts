import { isUri, splitName } from './attribute-name.js';
import { isJsonObject } from './json.js';
import { limits } from './limits.js';
import { ScimError } from './scim-error.js';
import { uris } from './uris.js';

/** RFC 7644, section 3.9: which attributes an answer shows beside those that are always returned. */
export interface Projection {
  readonly mode: 'only' | 'without';
  /** Lower case; those of extensions under their URI. A name stands for all below it. */
  readonly names: ReadonlySet<string>;
}

const everything: Projection = { mode: 'without', names: new Set() };

/** From a query string (names parted by commas) or the body of a `.search` (a list). Unknown names show and hide nothing. */
export function projectionOf(params: unknown): Projection {
  const { attributes, excludedAttributes } = isJsonObject(params) ? params : {};
  const only = namesIn(attributes, 'attributes');
  const without = namesIn(excludedAttributes, 'excludedAttributes');
  if (only && without) {
    throw new ScimError(400, 'invalidValue', 'give `attributes` or `excludedAttributes`, not both');
  }
  if (only) return { mode: 'only', names: only };
  return without ? { mode: 'without', names: without } : everything;
}

export function hidesNothing({ mode, names }: Projection): boolean {
  return mode === 'without' && names.size === 0;
}

/** Whether the answer shows who belongs to a group: they are rows to be read. */
export function wantsMembers(projection: Projection): boolean {
  return shows(projection, 'members');
}

/** Likewise, the groups of a user. */
export function wantsGroups(projection: Projection): boolean {
  return shows(projection, 'groups');
}

/** Whether anything of the attribute (or of the extension, by its URI) is shown. */
export function shows(projection: Projection, path: string): boolean {
  const wanted = path.toLowerCase();
  const { mode, names } = projection;
  if (mode === 'without') return !names.has(wanted);
  return names.has(wanted) || leadingTo(projection).has(wanted) || isBelowOne(names, wanted);
}

const leading = new WeakMap<Projection, ReadonlySet<string>>();

/** What stands above the names that are asked for; made once, for a page looks up each attribute of each of its resources. */
function leadingTo(projection: Projection): ReadonlySet<string> {
  const known = leading.get(projection);
  if (known) return known;
  // Longer ones name nothing.
  const names = [...projection.names].filter((name) => name.length <= limits.text);
  const found = new Set(names.flatMap((name) => prefixes(name, isUri(name) ? ':' : '.')));
  leading.set(projection, found);
  return found;
}

function isBelowOne(names: ReadonlySet<string>, path: string): boolean {
  if (prefixes(path, '.').some((one) => names.has(one))) return true;
  return isUri(path) && prefixes(path, ':').some((one) => names.has(one));
}

function prefixes(path: string, separator: ':' | '.'): string[] {
  const found: string[] = [];
  for (let at = path.indexOf(separator); at >= 0; at = path.indexOf(separator, at + 1)) {
    const prefix = path.slice(0, at);
    if (separator === '.' || isUri(prefix)) found.push(prefix);
  }
  return found;
}

function namesIn(value: unknown, parameter: string): ReadonlySet<string> | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  const texts: readonly unknown[] = typeof value === 'string' ? value.split(',') : [value].flat();
  if (texts.length > limits.projectedNames) {
    throw new ScimError(400, 'invalidValue', `\`${parameter}\` has at most ${limits.projectedNames} names`);
  }
  const names = new Set<string>();
  for (const text of texts) {
    if (typeof text !== 'string') {
      throw new ScimError(400, 'invalidValue', `\`${parameter}\` is not a list of attributes`);
    }
    names.add(canonical(text.trim()));
  }
  names.delete('');
  return names.size === 0 ? undefined : names;
}

const cores: ReadonlySet<string> = new Set([uris.user.toLowerCase(), uris.group.toLowerCase()]);

/** Attributes of the core by their names alone. */
function canonical(text: string): string {
  const { uri, name, subAttribute } = splitName(text) ?? { name: text };
  if (uri === undefined || !cores.has(uri.toLowerCase())) return text.toLowerCase();
  return [name, subAttribute].filter(Boolean).join('.').toLowerCase();
}
