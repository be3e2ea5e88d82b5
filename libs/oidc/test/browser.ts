import { createOutbound } from '@idp-roles/outbound';
import passport from 'passport';
import {
  DiscoveryCache,
  OidcStrategy,
  type FinishSignIn,
  type OidcOptions,
  type OidcSettings,
  type ProtocolState,
  type VerifiedSignIn,
} from '../src/index.js';
import type { Op } from './op.js';

/** One connection to `op`, used through Passport as a host would. */
export function connect(op: Op, settings: Partial<OidcSettings> = {}, now: () => number = Date.now) {
  const outbound = createOutbound({ allowLoopbackHttp: true, timeoutMs: op.patienceMs });
  const discovery = new DiscoveryCache({ outbound, clock: now });
  const verified: VerifiedSignIn[] = [];
  const whole: OidcSettings = {
    connection: 'c1',
    issuer: op.issuer,
    clientId: op.clientId,
    clientSecret: op.clientSecret,
    redirectUri: 'https://app.test/sso/c1/callback',
    ...settings,
  };
  const strategy = new OidcStrategy(whole, { outbound, discovery, clock: now }, async (signIn) => {
    verified.push(signIn);
    return { id: signIn.subject };
  });
  return new Browser(op, strategy, verified, outbound, discovery);
}

class Browser {
  constructor(
    readonly op: Op,
    readonly strategy: OidcStrategy,
    readonly verified: VerifiedSignIn[],
    readonly outbound: ReturnType<typeof createOutbound>,
    readonly discovery: DiscoveryCache,
  ) {}

  /** Goes to the login route: the URL one is sent to and what the pending sign-in keeps. */
  async begin(options: { relayState?: string; loginHint?: string; forceAuthn?: boolean } = {}) {
    let state: ProtocolState = {};
    const url = await this.#run('/sso/c1/login', {
      begin: { relayState: 'relay-1', ...options, save: async (saved) => void (state = saved) },
    });
    return { url: String(url), state };
  }

  /** Comes back to the callback route; answers the principal. */
  finish(callback: string, state: ProtocolState, more: Partial<FinishSignIn> & { method?: string } = {}) {
    const { method = 'GET', ...finish } = more;
    const whole = { relayState: 'relay-1', state, consume: async () => true, ...finish };
    return this.#run(callback, { finish: whole }, method);
  }

  async signIn(more: Partial<FinishSignIn> = {}): Promise<VerifiedSignIn> {
    const { url, state } = await this.begin();
    await this.finish(this.op.authorize(url), state, more);
    const [signIn] = this.verified.slice(-1);
    if (!signIn) throw new Error('verify was not called');
    return signIn;
  }

  #run(url: string, options: OidcOptions, method = 'GET'): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const response = {
        setHeader: (_: string, value: string) => resolve(value),
        end: () => {},
        statusCode: 0,
      };
      const middleware = passport.authenticate(
        this.strategy as unknown as passport.Strategy,
        options as passport.AuthenticateOptions,
        (error: unknown, principal: unknown) => (error ? reject(error) : resolve(principal)),
      ) as (request: object, response: object, next: (error: unknown) => void) => void;
      middleware({ method, url, originalUrl: url }, response, reject);
    });
  }
}
