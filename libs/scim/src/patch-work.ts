import { isUri, sameUri } from './attribute-name.js';
import type { AttributeDefinition } from './attribute.js';
import { budget, readCustom } from './custom-extension.js';
import { limits } from './limits.js';
import { invalid, type Complex } from './read-value.js';
import { ScimError } from './scim-error.js';
import { uris } from './uris.js';
import { sizeLimit, tooLarge } from './user-size.js';
import { keyOf, type ValueKey } from './value-key.js';

type Attributes = Readonly<Record<string, unknown>>;

/** Looking at a value costs this much, however short it is, in characters read. */
const perValue = 256;

/**
 * What applying one PATCH costs. Values are never changed but replaced, so what is known of one is found out once; and operations that go
 * over the same values again and again come to an end. One for each time a PATCH is applied.
 */
export class PatchWork {
  readonly #sizes = new WeakMap<object, number>();
  readonly #keys = new WeakMap<Complex, ValueKey>();
  readonly #counts = new WeakMap<object, number>();
  readonly #most: number;
  #left: number = limits.patchWork;
  #size: number;

  constructor(current: Attributes) {
    this.#size = Object.entries(current).reduce((sum, [name, value]) => sum + this.#sizeWith(name, value), 1);
    this.#most = sizeLimit(this.#size);
  }

  /** Of two values of one attribute. */
  keyOf(definition: AttributeDefinition, value: Complex): ValueKey {
    return once(this.#keys, value, () => keyOf(definition, value));
  }

  /** For going over an attribute so many times. Throws `ScimError` 413 where it has been enough. */
  spend(value: unknown, times = 1): void {
    const values = Array.isArray(value) ? value.length : 1;
    this.#left -= times * (this.#sizeOf(value) + values * perValue);
    if (this.#left < 0) {
      throw new ScimError(
        413,
        undefined,
        'these operations go over the values of the user too many times; send fewer of them in one PATCH',
      );
    }
  }

  /** What one operation made; throws `ScimError` where it is more than a user may have. */
  checked(before: Attributes, after: Attributes): Attributes {
    let hasOtherExtensions = false;
    for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
      const [old, now] = [before, after].map((all) => (Object.hasOwn(all, name) ? all[name] : undefined));
      if (old === now) continue;
      this.spend(now);
      this.#size += this.#sizeWith(name, now) - this.#sizeWith(name, old);
      if (isUri(name)) hasOtherExtensions = true;
    }
    if (hasOtherExtensions) this.#checkExtensions(after);
    if (this.#size > this.#most) throw tooLarge();
    return after;
  }

  #checkExtensions(attributes: Attributes): void {
    const extensions = Object.entries(attributes).filter(([name]) => isUri(name));
    if (extensions.length > limits.extensions) {
      throw new ScimError(400, 'invalidValue', `a user has at most ${limits.extensions} extensions`);
    }
    let values = 0;
    for (const [name, value] of extensions) {
      if (sameUri(name, uris.enterpriseUser)) continue;
      values += once(this.#counts, value, () => valuesIn(name, value));
      if (values > limits.extensionValues) {
        throw invalid(name, `is more than the ${limits.extensionValues} values kept of extensions`);
      }
    }
  }

  #sizeWith(name: string, value: unknown): number {
    return value === undefined || name === 'active' ? 0 : name.length + 4 + this.#sizeOf(value);
  }

  /** Characters as JSON text; of a list, the sum of what is known of its values. */
  #sizeOf(value: unknown): number {
    return once(this.#sizes, value, () =>
      Array.isArray(value)
        ? value.reduce<number>((sum, one) => sum + 1 + this.#sizeOf(one), 1)
        : (JSON.stringify(value) ?? '').length,
    );
  }
}

function valuesIn(name: string, extension: unknown): number {
  const { left } = budget();
  const after = { left };
  readCustom(extension, name, after);
  return left - after.left;
}

function once<Found>(known: WeakMap<object, Found>, value: unknown, find: () => Found): Found {
  if (typeof value !== 'object' || value === null) return find();
  const before = known.get(value);
  if (before !== undefined) return before;
  const found = find();
  known.set(value, found);
  return found;
}
