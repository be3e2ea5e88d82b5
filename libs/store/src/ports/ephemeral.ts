/** What may be lost: sessions, and which sign-ins were finished (D3). Values are JSON. Every method throws `StoreError` `store-unavailable` at once where the cache is away (D6). */
export interface EphemeralStore {
  get<T>(key: string): Promise<T | undefined>;
  set(key: string, value: unknown, ttlMs: number): Promise<void>;
  /** Marks a key with the value `true`, for `ttlMs` milliseconds, more than 0. True for exactly one of any number of callers, on every instance that shares the store, where the key was not there. */
  add(key: string, ttlMs: number): Promise<boolean>;
  /** True for exactly one of any number of callers, where the key was there. */
  delete(key: string): Promise<boolean>;
  ping(): Promise<void>;
  close(): Promise<void>;
}
