import { Keyv, type KeyvStoreAdapter } from 'keyv';
import type { EphemeralStore } from '../ports/ephemeral.js';
import { StoreError } from '../ports/store.js';

/** A cache that has not answered by then is away. */
const PATIENCE_MS = 2_000;

/** What sits behind Keyv: how to ask whether it is there, and how to let go of it. */
export interface Backing {
  readonly adapter: KeyvStoreAdapter;
  readonly namespace?: string;
  /** What Keyv lacks: writes where nothing is, atomically; whether it did. */
  add(key: string, text: string, ttlMs: number): Promise<boolean>;
  ping(): Promise<unknown>;
  close(): Promise<unknown>;
}

/** Keyv with its silence taken away: without `throwOnErrors` an outage looks like a logout (D6). */
export class KeyvStore implements EphemeralStore {
  readonly #keyv: Keyv<unknown>;
  #closed = false;

  constructor(readonly backing: Backing) {
    this.#keyv = new Keyv<unknown>({
      store: backing.adapter,
      namespace: backing.namespace,
      useKeyPrefix: false,
      throwOnErrors: true,
      serialize: (entry) => JSON.stringify(entry),
      deserialize: (text) => JSON.parse(text),
    });
  }

  get<T>(key: string): Promise<T | undefined> {
    return this.#answer(() => this.#keyv.get(key)) as Promise<T | undefined>;
  }

  async set(key: string, value: unknown, ttlMs: number): Promise<void> {
    // Keyv reads a time to live of 0 as forever.
    if (ttlMs <= 0) await this.delete(key);
    else await this.#answer(() => this.#keyv.set(key, value, Math.ceil(ttlMs)));
  }

  add(key: string, ttlMs: number): Promise<boolean> {
    const ttl = Math.ceil(ttlMs);
    // As Keyv itself writes a value, so that `get` and `delete` find it.
    const text = JSON.stringify({ value: true, expires: Date.now() + ttl });
    return this.#answer(() => this.backing.add(key, text, ttl));
  }

  delete(key: string): Promise<boolean> {
    return this.#answer(() => this.#keyv.delete(key));
  }

  async ping(): Promise<void> {
    await this.#answer(() => this.backing.ping());
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.backing.close();
  }

  async #answer<T>(ask: () => Promise<T>): Promise<T> {
    if (this.#closed) throw new StoreError('store-closed', 'the session store is closed');
    let timer: NodeJS.Timeout | undefined;
    const silence = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`no answer within ${PATIENCE_MS} ms`)), PATIENCE_MS);
    });
    try {
      return await Promise.race([ask(), silence]);
    } catch (cause) {
      throw new StoreError('store-unavailable', 'the session store cannot be reached', { cause });
    } finally {
      clearTimeout(timer);
    }
  }
}
