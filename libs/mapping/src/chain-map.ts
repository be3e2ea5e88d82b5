import type { Entry } from './entry.js';

/**
 * Key → the entries it leads to. Before a key is hashed, two bit sets say whether any key of its length and last letter was ever added:
 * most values of a person are no key, and a table of few mappings costs them next to nothing.
 */
export class ChainMap {
  readonly #firsts = new Map<string, Entry>();
  #lengths = 0;
  #endings = 0;

  get size(): number {
    return this.#firsts.size;
  }

  first(key: string): Entry | undefined {
    const length = key.length;
    if (
      ((this.#lengths >>> (length & 31)) & (this.#endings >>> (key.charCodeAt(length - 1) & 31)) & 1) ===
      0
    ) {
      return undefined;
    }
    return this.#firsts.get(key);
  }

  add(key: string, entry: Entry): void {
    const first = this.#firsts.get(key);
    if (first === undefined) {
      this.#lengths |= 1 << (key.length & 31);
      this.#endings |= 1 << (key.charCodeAt(key.length - 1) & 31);
    }
    this.#firsts.set(key, entry.before(first));
  }

  remove(key: string, entry: Entry): void {
    const first = entry.takenFrom(this.#firsts.get(key));
    if (first !== undefined) this.#firsts.set(key, first);
    else this.#firsts.delete(key);
    if (this.#firsts.size === 0) this.#lengths = this.#endings = 0;
  }
}
