import { createHash } from 'node:crypto';
import type { Change } from '../ports/access.js';

const MOST = 10_000;

/**
 * A commit is heard of on several ways; this lets it be announced on the first of them. It forgets with time: one that is
 * heard again much later is announced again, which costs its listeners a read. What a stranger says of a version hides
 * nothing that is true of it: the same is only what names the same members.
 */
export class Announced {
  #recent = new Set<string>();
  #older: ReadonlySet<string> = new Set();

  firstHeard(changes: readonly Change[]): readonly Change[] {
    return changes.filter((change) => {
      const key = keyOf(change);
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

/** Of one length, however many the members are: what is remembered stays small. */
function keyOf({ organization, version, members }: Change): string {
  const whose = members === 'all' ? members : members.toSorted();
  return createHash('sha256')
    .update(JSON.stringify([organization, version, whose]))
    .digest('base64');
}
