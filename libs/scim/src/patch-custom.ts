import { budget, readCustom } from './custom-extension.js';
import { isUri, sameUri } from './attribute-name.js';
import { isJsonObject, type JsonObject } from './json.js';
import type { PatchOperation } from './patch-operation.js';
import type { PatchTarget } from './patch-target.js';
import type { PatchWork } from './patch-work.js';
import { invalid } from './read-value.js';
import { extensionKey, isCustomUri } from './user-attributes.js';

type Attributes = Readonly<Record<string, unknown>>;
type Target = Extract<PatchTarget, { kind: 'custom' }>;

/** One operation on an extension whose schema only the customer knows, or on an attribute of it. */
export function customChange(
  target: Target,
  { op, value }: PatchOperation,
): (current: Attributes, work: PatchWork) => Attributes {
  const read = readCustom(value, target.path, budget());
  if (op === 'add' && read === undefined) return (current) => current;
  const next = (current: unknown) =>
    op === 'remove' ? undefined : op === 'add' ? added(current, read) : read;
  return (current, work) => {
    const whole = isWhole(target, current, read);
    if (whole && op !== 'remove' && read !== undefined && !isJsonObject(read)) {
      throw invalid(target.path, 'is an extension, which is an object of attributes');
    }
    const key = extensionKey(current, whole ? target.path : target.uri);
    work.spend(current[key]);
    if (whole) return put(current, key, next);
    return put(current, key, (extension) =>
      within(extension, target.name, (one) =>
        target.subAttribute === undefined ? next(one) : within(one, target.subAttribute, next),
      ),
    );
  };
}

/** A URI and an attribute look alike. It is the extension if the user has it, or if it ends as schemas do and is given an object. */
function isWhole({ path, subAttribute }: Target, current: Attributes, value: unknown): boolean {
  if (subAttribute !== undefined || !isCustomUri(path)) return false;
  const exists = Object.keys(current).some((name) => isUri(name) && sameUri(name, path));
  return exists || (isJsonObject(value) && /:\d[\d.]*:[A-Za-z]+$/.test(path));
}

function within(object: unknown, name: string, next: (current: unknown) => unknown): unknown {
  const members = isJsonObject(object) ? object : {};
  const key = Object.keys(members).find((one) => one.toLowerCase() === name.toLowerCase()) ?? name;
  const changed = put(members, key, next);
  return Object.keys(changed).length === 0 ? undefined : changed;
}

/** As by assignment, whatever the name is called. */
function put(object: JsonObject, key: string, next: (current: unknown) => unknown): JsonObject {
  const members = new Map(Object.entries(object));
  const value = next(members.get(key));
  if (value === undefined) members.delete(key);
  else members.set(key, value);
  return Object.fromEntries(members);
}

/** Lists grow by what they lack, objects by their members; all else is replaced. */
function added(current: unknown, value: unknown): unknown {
  if (Array.isArray(current)) {
    const texts = new Set(current.map((one) => JSON.stringify(one)));
    const more: readonly unknown[] = Array.isArray(value) ? value : [value];
    return [...(current as readonly unknown[]), ...more.filter((one) => !texts.has(JSON.stringify(one)))];
  }
  return isJsonObject(current) && isJsonObject(value) ? { ...current, ...value } : value;
}
