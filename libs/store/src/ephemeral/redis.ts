import { StoreError } from '../ports/store.js';
import type { Backing } from './keyv-store.js';

/** Connects first, so that a wrong address stops the start; afterwards it reconnects by itself and says no meanwhile. */
export async function redisBacking(url: string, namespace: string): Promise<Backing> {
  const { default: KeyvRedis, createClient } = await import('@keyv/redis');
  let wasThere = false;
  const client = createClient({
    url,
    // Queued commands would hang until the cache is back.
    disableOfflineQueue: true,
    socket: {
      connectTimeout: 2_000,
      reconnectStrategy: (attempts: number) =>
        wasThere
          ? Math.min(50 * 2 ** Math.min(attempts, 6), 2_000)
          : new Error('the first connection failed'),
    },
  });
  const adapter = new KeyvRedis<unknown>(client, {
    namespace,
    throwOnConnectError: true,
    throwOnErrors: true,
  });
  // Each command says so itself; an unheard `error` would end the process.
  adapter.on('error', () => undefined);
  try {
    await client.connect();
    wasThere = true;
  } catch (cause) {
    if (client.isOpen) client.destroy();
    throw new StoreError('store-unavailable', 'the session store cannot be reached; check its address', {
      cause,
    });
  }
  return {
    adapter,
    namespace,
    add: async (key, text, ttlMs) => {
      const written = await client.set(adapter.createKeyPrefix(key, namespace), text, {
        condition: 'NX',
        expiration: { type: 'PX', value: ttlMs },
      });
      return written === 'OK';
    },
    ping: () => client.ping(),
    close: async () => client.destroy(),
  };
}
