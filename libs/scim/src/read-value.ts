import { named, type AttributeDefinition } from './attribute.js';
import { byLowerCase, isJsonObject, isUnassigned } from './json.js';
import { limits } from './limits.js';
import { parseInstant } from './instant.js';
import { quote, ScimError } from './scim-error.js';

export type Complex = Readonly<Record<string, unknown>>;

/**
 * What to do with a sub-attribute that no schema has. Creating and replacing may leave it aside (RFC 7644, section 3.3); a change
 * that names it was not understood.
 */
export type Unknown = 'ignored' | 'refused';

/** The value as the schema has it: names in its letter case, types checked. Undefined: unassigned. Throws `invalidValue` naming the path. */
export function readValue(
  definition: AttributeDefinition,
  value: unknown,
  path: string,
  unknown: Unknown,
): unknown {
  if (isUnassigned(value)) return undefined;
  if (!definition.multiValued) return readOne(definition, single(definition, value), path, unknown);
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (list.length > limits.values) {
    throw invalid(path, `has at most ${limits.values} values`);
  }
  const values = list.flatMap((one, index) => {
    const read = readListed(definition, one, `${path}[${index}]`, unknown);
    return read === undefined ? [] : [read];
  });
  if (values.filter(({ primary }) => primary === true).length > 1) {
    throw invalid(path, 'has at most one primary value');
  }
  return values.length === 0 ? undefined : values;
}

/**
 * Undefined where there is nothing in it. Entra sends sub-attributes that no schema has beside those that count
 * (test/idps/entra/app-roles-complex.json); alone, they were not understood.
 */
function readListed(
  definition: AttributeDefinition,
  value: unknown,
  path: string,
  unknown: Unknown,
): Complex | undefined {
  if (isUnassigned(value)) return undefined;
  const read = readComplex(definition, value, path, 'ignored');
  if (read !== undefined && hasContent(definition, read)) return read;
  if (unknown === 'refused') readComplex(definition, value, path, unknown);
  return undefined;
}

/** Entra wraps the manager in a list: test/idps/entra/patch-manager-list.json */
function single({ name }: AttributeDefinition, value: unknown): unknown {
  return name === 'manager' && Array.isArray(value) && value.length === 1 ? value[0] : value;
}

/** Whether it says anything beside what it is for: `{type: "work", value: ""}` is how IdPs write that there is none. */
export function hasContent({ subAttributes }: AttributeDefinition, value: Complex): boolean {
  if (subAttributes !== undefined && named(subAttributes, 'value')) {
    return typeof value['value'] === 'string' && value['value'] !== '';
  }
  return Object.entries(value).some(([name, one]) => name !== 'type' && name !== 'primary' && one !== '');
}

function readOne(definition: AttributeDefinition, value: unknown, path: string, unknown: Unknown): unknown {
  switch (definition.type) {
    case 'complex':
      return readComplex(definition, value, path, unknown);
    case 'boolean':
      return readBoolean(value, path);
    case 'dateTime':
      if (typeof value !== 'string' || parseInstant(value) === undefined) {
        throw invalid(path, 'is not a date and time');
      }
      return value;
    default:
      return readText(value, path, textLimit(definition));
  }
}

function readComplex(
  definition: AttributeDefinition,
  value: unknown,
  path: string,
  unknown: Unknown,
): Complex | undefined {
  // Entra sends the manager as a text, empty where there is none: test/idps/entra/patch-manager-string.json
  if (definition.name === 'manager' && typeof value === 'string') {
    return value === '' ? undefined : { value: readText(value, path, limits.text) };
  }
  if (!isJsonObject(value)) throw invalid(path, 'is not an object');
  const read: Record<string, unknown> = {};
  for (const [, { name, value: member }] of byLowerCase(value)) {
    const sub = named(definition.subAttributes ?? [], name);
    if (sub === undefined) {
      if (unknown === 'ignored') continue;
      throw new ScimError(400, 'invalidPath', `there is no ${quote(`${path}.${name}`)}`);
    }
    if (sub.mutability === 'readOnly') continue;
    const one = readValue(sub, member, `${path}.${sub.name}`, unknown);
    if (one !== undefined) read[sub.name] = one;
  }
  return Object.keys(read).length === 0 ? undefined : read;
}

/** Entra sends booleans as texts with a capital: test/idps/entra/patch-active-string.json */
function readBoolean(value: unknown, path: string): boolean {
  if (typeof value === 'boolean') return value;
  const text = typeof value === 'string' ? value.toLowerCase() : '';
  if (text !== 'true' && text !== 'false') throw invalid(path, 'is not `true` or `false`');
  return text === 'true';
}

/** Certificates and addresses of pictures are longer than names. */
function textLimit({ name, type }: AttributeDefinition): number {
  if (type === 'binary' || type === 'reference') return 16_384;
  return name === 'formatted' || name === 'streetAddress' ? 4096 : limits.text;
}

/** Databases take no NUL and no half of a surrogate pair. */
export function readText(value: unknown, path: string, limit: number = limits.text): string {
  if (typeof value !== 'string') throw invalid(path, 'is not a text');
  if (value.length > limit) throw invalid(path, `has at most ${limit} characters`);
  if (!value.isWellFormed() || value.includes('\0')) {
    throw invalid(path, 'holds a character that cannot be stored');
  }
  return value;
}

export function invalid(path: string, what: string): ScimError {
  return new ScimError(400, 'invalidValue', `${quote(path)} ${what}`);
}
