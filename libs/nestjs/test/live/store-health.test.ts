import type { ChangeFeedStatus, EphemeralStore, Store } from '@idp-roles/store';
import { describe, expect, it } from 'vitest';
import { StoreHealth } from '../../src/host/store-health.js';

function health({ store = true, sessions = true, changes = { current: true } as ChangeFeedStatus } = {}) {
  const ping = (up: boolean) => () => (up ? Promise.resolve() : Promise.reject(new Error('secret address')));
  return new StoreHealth(
    {
      ping: ping(store),
      changes: { isCurrent: () => changes.current, status: () => changes },
    } as unknown as Store,
    { ping: ping(sessions) } as EphemeralStore,
  );
}

describe('StoreHealth', () => {
  it('D6: check is a 503 that names what is away, and nothing of why', async () => {
    await expect(health().check()).resolves.toBeUndefined();
    for (const [away, message] of [
      [{ store: false }, 'store cannot be reached'],
      [{ sessions: false }, 'sessions cannot be reached'],
    ] as const) {
      const refusal = await health(away)
        .check()
        .catch((error: { getStatus(): number; getResponse(): unknown }) => error);
      expect(refusal).toMatchObject({ status: 503, response: { code: 'store-unavailable', message } });
      expect(JSON.stringify((refusal as { getResponse(): unknown }).getResponse())).not.toContain('secret');
    }
  });

  it('A7: describe says what is reachable, and since when changes of others are not heard', async () => {
    expect(await health().describe()).toEqual({
      store: 'reachable',
      sessions: 'reachable',
      changes: { current: true },
    });
    const behind = { current: false, behindSince: 7, cause: new Error('secret address') };
    expect(await health({ store: false, sessions: false, changes: behind }).describe()).toEqual({
      store: 'unreachable',
      sessions: 'unreachable',
      changes: { current: false, behindSince: 7 },
    });
  });

  it('A7: an instance that hears nothing is healthy while its store answers: it reads', async () => {
    await expect(health({ changes: { current: false } }).check()).resolves.toBeUndefined();
  });
});
