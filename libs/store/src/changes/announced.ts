import type { Change } from '../ports/access.js';

const MOST = 10_000;

/**
 * A commit is heard of on several ways; this lets it be announced on the first of them. It forgets with time: one that is
 * heard again much later is announced again, which costs its listeners a read.
 */
export class Announced {
  #recent = new Set<string>();
  #older: ReadonlySet<string> = new Set();

  firstHeard(changes: readonly Change[]): readonly Change[] {
    return changes.filter(({ organization, version }) => {
      const key = `${organization} ${version}`;
      if (this.#recent.has(key) || this.#older.has(key)) return false;
      if (this.#recent.size >= MOST) this.age();
      this.#recent.add(key);
      return true;
    });
  }

  /** What was heard before the last call of this is forgotten. */
  age(): void {
    this.#older = this.#recent;
    this.#recent = new Set();
  }
}
