import { Inject, Injectable, ServiceUnavailableException } from '@nestjs/common';
import type { EphemeralStore, Store } from '@idp-roles/store';
import { EPHEMERAL, STORE } from '../opened.js';

/** What a health page may show. */
export interface StoreStatus {
  readonly store: 'reachable' | 'unreachable';
  /** Where sessions and pending sign-ins are kept. */
  readonly sessions: 'reachable' | 'unreachable';
  /**
   * Whether changes made by other instances are heard (A7). While they are not, each check reads the store: slower, and
   * as true. `behindSince`: what was committed before is heard; milliseconds since the epoch.
   */
  readonly changes: { readonly current: boolean; readonly behindSince?: number };
}

/** For a host's health route. */
@Injectable()
export class StoreHealth {
  constructor(
    @Inject(STORE) private readonly store: Store,
    @Inject(EPHEMERAL) private readonly ephemeral: EphemeralStore,
  ) {}

  /** Rejects with a 503 that names what cannot be reached; its cause is not for callers. */
  async check(): Promise<void> {
    await this.#ask('store', this.store);
    await this.#ask('sessions', this.ephemeral);
  }

  /** Never rejects. */
  async describe(): Promise<StoreStatus> {
    const [store, sessions] = await Promise.all([reachable(this.store), reachable(this.ephemeral)]);
    await this.store.changes.isCurrent();
    const { current, behindSince } = this.store.changes.status();
    return {
      store,
      sessions,
      changes: { current, ...(behindSince !== undefined && { behindSince }) },
    };
  }

  async #ask(what: string, asked: Pingable): Promise<void> {
    try {
      await asked.ping();
    } catch (cause) {
      const message = `${what} cannot be reached`;
      throw new ServiceUnavailableException(
        { statusCode: 503, code: 'store-unavailable', message },
        { cause },
      );
    }
  }
}

interface Pingable {
  ping(): Promise<void>;
}

async function reachable(asked: Pingable): Promise<'reachable' | 'unreachable'> {
  try {
    await asked.ping();
    return 'reachable';
  } catch {
    return 'unreachable';
  }
}
