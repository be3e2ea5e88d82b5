import { Chain, type Entry } from './entry.js';

/**
 * Key → the entries it leads to. Before a key is hashed, two bit sets say whether any key of its length and last letter was ever added:
 * most values of a person are no key, and a table of few mappings costs them next to nothing.
 */
export class ChainMap {
  readonly #chains = new Map<string, Chain>();
  #lengths = 0;
  #endings = 0;

  get size(): number {
    return this.#chains.size;
  }

  first(key: string): Entry | undefined {
    const length = key.length;
    if (
      ((this.#lengths >>> (length & 31)) & (this.#endings >>> (key.charCodeAt(length - 1) & 31)) & 1) ===
      0
    ) {
      return undefined;
    }
    return this.#chains.get(key)?.first;
  }

  add(key: string, entry: Entry): void {
    let chain = this.#chains.get(key);
    if (chain === undefined) {
      this.#chains.set(key, (chain = new Chain()));
      this.#lengths |= 1 << (key.length & 31);
      this.#endings |= 1 << (key.charCodeAt(key.length - 1) & 31);
    }
    chain.add(entry);
  }

  remove(key: string, entry: Entry): void {
    const chain = this.#chains.get(key);
    if (chain === undefined) return;
    chain.remove(entry);
    if (chain.first !== undefined) return;
    this.#chains.delete(key);
    if (this.#chains.size === 0) this.#lengths = this.#endings = 0;
  }
}
