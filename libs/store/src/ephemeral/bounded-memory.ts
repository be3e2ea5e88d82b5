import type { KeyvStoreAdapter } from 'keyv';

interface Entry {
  readonly text: string;
  readonly expiresAt: number;
}

/** How many entries each write looks at for having expired: memory shrinks as fast as it grows, with no timer. */
const SWEPT_PER_WRITE = 2;

/** Keyv's store in memory: never more than `limit` entries, the oldest written going first. */
export class BoundedMemory implements KeyvStoreAdapter {
  readonly opts = {};
  namespace?: string;
  readonly #entries = new Map<string, Entry>();
  #sweep: IterableIterator<[string, Entry]> = this.#entries.entries();

  constructor(readonly limit: number) {}

  get size(): number {
    return this.#entries.size;
  }

  async get<T>(key: string): Promise<T | undefined> {
    return this.#live(key)?.text as T | undefined;
  }

  async set(key: string, text: string, ttl = Infinity): Promise<void> {
    // Written anew means youngest.
    this.#entries.delete(key);
    this.#entries.set(key, { text, expiresAt: Date.now() + ttl });
    this.#sweepSome();
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= this.limit) break;
      this.#entries.delete(oldest);
    }
  }

  /** Whether it was not there, or had expired; in one turn of the event loop, so true for one caller. */
  async add(key: string, text: string, ttl: number): Promise<boolean> {
    if (this.#live(key) !== undefined) return false;
    await this.set(key, text, ttl);
    return true;
  }

  /** Whether it was there and had not expired; in one turn of the event loop, so true for one caller. */
  async delete(key: string): Promise<boolean> {
    const wasLive = this.#live(key) !== undefined;
    this.#entries.delete(key);
    return wasLive;
  }

  async clear(): Promise<void> {
    this.#entries.clear();
  }

  on(): this {
    return this;
  }

  #live(key: string): Entry | undefined {
    const entry = this.#entries.get(key);
    return entry && entry.expiresAt > Date.now() ? entry : undefined;
  }

  #sweepSome(): void {
    for (let looked = 0; looked < SWEPT_PER_WRITE; looked++) {
      const next = this.#sweep.next();
      if (next.done) {
        this.#sweep = this.#entries.entries();
        return;
      }
      const [key, entry] = next.value;
      if (entry.expiresAt <= Date.now()) this.#entries.delete(key);
    }
  }
}
