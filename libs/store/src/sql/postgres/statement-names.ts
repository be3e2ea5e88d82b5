import { createHash } from 'node:crypto';

/** Prepared are texts that come back; others, with a list of any length in them, would fill the server's memory. */
const COMES_BACK = 3;
const NAMED = 256;
const COUNTED = 2_000;

/** In a text: it is never kept, so that it is planned for its own values and for how large the tables have become. */
export const PLANNED_EACH_TIME = '/* many */';

/** Under which names a pool's connections keep statements prepared: planned once, not each time. */
export class StatementNames {
  #epoch = 0;
  readonly #named = new Map<string, string>();
  readonly #counts = new Map<string, number>();

  /** Undefined where the text is not worth keeping, or not yet. */
  of(text: string): string | undefined {
    const name = this.#named.get(text);
    if (name !== undefined || this.#named.size >= NAMED) return name;
    if (text.includes(PLANNED_EACH_TIME)) return undefined;
    const count = (this.#counts.get(text) ?? 0) + 1;
    if (this.#counts.size >= COUNTED) this.#counts.clear();
    this.#counts.set(text, count);
    if (count < COMES_BACK) return undefined;
    this.#counts.delete(text);
    const fresh = `${this.#epoch} ${createHash('sha256').update(text).digest('base64url')}`;
    this.#named.set(text, fresh);
    return fresh;
  }

  /** A migration has changed what they answer: no connection uses what it has prepared so far. */
  renew(): void {
    this.#epoch += 1;
    this.#named.clear();
  }
}
