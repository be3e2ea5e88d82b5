import { Inject, Injectable, ServiceUnavailableException } from '@nestjs/common';
import type { EphemeralStore, Store } from '@idp-roles/store';
import { EPHEMERAL, STORE } from '../opened.js';

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

  async #ask(what: string, asked: { ping(): Promise<void> }): Promise<void> {
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
