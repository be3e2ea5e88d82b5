import type { EphemeralStore } from '../ports/ephemeral.js';
import { BoundedMemory } from './bounded-memory.js';
import { KeyvStore } from './keyv-store.js';
import { redisBacking } from './redis.js';

export interface EphemeralOptions {
  /** `redis://` or `rediss://` address of Redis or Valkey, for several instances. Absent: this process's memory. */
  readonly redis?: string;
  /** In front of every key in Redis; `idp-roles` by default. */
  readonly namespace?: string;
  /** In memory only: the oldest entries go beyond this many; 100 000 by default. */
  readonly maxEntries?: number;
}

/** Where sessions live, and the marks of finished sign-ins (D3). Throws `StoreError` `store-unavailable` where Redis is not there. */
export async function openEphemeralStore(options: EphemeralOptions = {}): Promise<EphemeralStore> {
  if (options.redis !== undefined)
    return new KeyvStore(await redisBacking(options.redis, options.namespace ?? 'idp-roles'));
  const adapter = new BoundedMemory(options.maxEntries ?? 100_000);
  return new KeyvStore({
    adapter,
    add: (key, text, ttlMs) => adapter.add(key, text, ttlMs),
    ping: () => Promise.resolve(),
    close: () => adapter.clear(),
  });
}
