import { OidcError } from './oidc-error.js';
import type { FinishSignIn } from './sign-in.js';

/**
 * Consumes a pending sign-in from inside openid-client, which would wrap what is thrown: the failure, be it a lost race or a store
 * that is down, is kept for the caller.
 */
export class PendingSignIn {
  failure?: { readonly error: unknown };

  constructor(readonly finish: FinishSignIn) {}

  async consume(): Promise<void> {
    try {
      if (await this.finish.consume()) return;
      throw new OidcError('already-finished', 'this sign-in has been answered already; begin again');
    } catch (error) {
      this.failure = { error };
      throw error;
    }
  }
}
