import { isAttributeName } from './attribute-name.js';
import { isJsonObject } from './json.js';
import { limits } from './limits.js';
import { invalid, readText } from './read-value.js';

/** How many more values the extensions of one resource may hold. */
export interface Budget {
  left: number;
}

export function budget(): Budget {
  return { left: limits.extensionValues };
}

/**
 * What an extension holds whose schema only the customer knows: kept as data, for mappings to read. Names that RFC 7643 does not
 * allow are left out. Undefined: nothing is left of it.
 */
export function readCustom(value: unknown, path: string, left: Budget, depth = 0): unknown {
  if (value === null || value === undefined) return undefined;
  if (--left.left < 0)
    throw invalid(path, `is more than the ${limits.extensionValues} values kept of extensions`);
  if (typeof value === 'string') return readText(value, path);
  if (typeof value === 'boolean') return value;
  if (typeof value === 'number') return value;
  if (depth >= limits.extensionDepth)
    throw invalid(path, `is nested more than ${limits.extensionDepth} deep`);
  if (Array.isArray(value)) {
    const values = value.flatMap((one, index) => {
      const read = readCustom(one, `${path}[${index}]`, left, depth + 1);
      return read === undefined ? [] : [read];
    });
    return values.length === 0 ? undefined : values;
  }
  if (!isJsonObject(value)) return undefined;
  const members = Object.entries(value).flatMap(([name, one]) => {
    if (!isAttributeName(name)) return [];
    const read = readCustom(one, `${path}.${name}`, left, depth + 1);
    return read === undefined ? [] : [[name, read] as const];
  });
  return members.length === 0 ? undefined : Object.fromEntries(members);
}
