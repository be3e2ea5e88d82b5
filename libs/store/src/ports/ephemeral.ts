/** What may be lost: sessions and pending sign-ins (D3). Values are JSON. Every method throws `StoreError` `store-unavailable` at once where the cache is away (D6). */
export interface EphemeralStore {
  get<T>(key: string): Promise<T | undefined>;
  set(key: string, value: unknown, ttlMs: number): Promise<void>;
  /** True for exactly one of any number of callers, where the key was there. */
  delete(key: string): Promise<boolean>;
  ping(): Promise<void>;
  close(): Promise<void>;
}
