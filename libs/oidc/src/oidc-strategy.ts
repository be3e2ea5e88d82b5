import { beginSignIn } from './begin-sign-in.js';
import type { ConnectionContext, OidcDependencies } from './connection-context.js';
import { finishSignIn } from './finish-sign-in.js';
import { nameOf } from './library-strategy.js';
import { OidcError } from './oidc-error.js';
import type { OidcSettings } from './oidc-settings.js';
import type { BeginSignIn, FinishSignIn, VerifiedSignIn } from './sign-in.js';

export type OidcOptions = { readonly begin: BeginSignIn } | { readonly finish: FinishSignIn };

/** All that is read of a request: nothing of the host's session, body or user. */
export interface CallbackRequest {
  readonly method: string;
  readonly url: string;
  readonly originalUrl?: string;
}

/** Claims → principal. What it throws reaches Passport as it is. */
export type Verify = (signIn: VerifiedSignIn) => Promise<unknown>;

/**
 * A Passport strategy for one version of one connection, handed to `passport.authenticate(strategy, { begin } | { finish })` and never
 * registered by name (L1). It says `redirect` after `begin`, `success(principal)` after `finish` and `error` for the
 * rest: an OidcError, or what `save`, `consume` or `verify` threw. It never says `fail` or `pass`.
 */
export class OidcStrategy {
  readonly name: string;
  declare readonly success: (principal: object) => void;
  declare readonly redirect: (url: string) => void;
  declare readonly error: (error: unknown) => void;
  readonly #context: ConnectionContext;
  readonly #verify: Verify;

  constructor(settings: OidcSettings, dependencies: OidcDependencies, verify: Verify) {
    this.name = nameOf(settings.connection);
    this.#context = { settings, dependencies };
    this.#verify = verify;
  }

  /**
   * Passport writes the actions of a request onto the very instance it was handed, over those of a request still under way. They
   * are taken before anything is awaited: taken later, one person's sign-in would answer another's request.
   */
  async authenticate(request: CallbackRequest, options: OidcOptions): Promise<void> {
    const { success, redirect, error } = this;
    let answer: () => void;
    try {
      if ('begin' in options) {
        const url = await beginSignIn(this.#context, options.begin);
        answer = () => redirect(url);
      } else {
        const principal = await this.#finish(request, options.finish);
        answer = () => success(principal);
      }
    } catch (thrown) {
      return error(thrown);
    }
    answer();
  }

  async #finish(request: CallbackRequest, finish: FinishSignIn): Promise<object> {
    if (request.method !== 'GET') {
      throw new OidcError('response-invalid', 'the identity provider answered by another method than GET');
    }
    const signIn = await finishSignIn(this.#context, request.originalUrl ?? request.url, finish);
    const principal = await this.#verify(signIn);
    if (typeof principal === 'object' && principal !== null) return principal;
    throw new TypeError('oidc: verify answered no principal');
  }
}
