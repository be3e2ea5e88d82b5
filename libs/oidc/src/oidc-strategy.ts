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
  // Passport acts on an object that inherits from this one, so nothing here may be a #private field.
  protected readonly context: ConnectionContext;
  protected readonly verify: Verify;

  constructor(settings: OidcSettings, dependencies: OidcDependencies, verify: Verify) {
    this.name = nameOf(settings.connection);
    this.context = { settings, dependencies };
    this.verify = verify;
  }

  async authenticate(request: CallbackRequest, options: OidcOptions): Promise<void> {
    let answer: () => void;
    try {
      answer =
        'begin' in options ? await this.begin(options.begin) : await this.finish(request, options.finish);
    } catch (error) {
      return this.error(error);
    }
    answer();
  }

  protected async begin(begin: BeginSignIn): Promise<() => void> {
    const url = await beginSignIn(this.context, begin);
    return () => this.redirect(url);
  }

  protected async finish(request: CallbackRequest, finish: FinishSignIn): Promise<() => void> {
    if (request.method !== 'GET') {
      throw new OidcError('response-invalid', 'the identity provider answered by another method than GET');
    }
    const signIn = await finishSignIn(this.context, request.originalUrl ?? request.url, finish);
    const principal = await this.verify(signIn);
    if (typeof principal !== 'object' || principal === null)
      throw new TypeError('oidc: verify answered no principal');
    return () => this.success(principal);
  }
}
