import { Strategy } from '@node-saml/passport-saml';
import { drawRequestId, makeAuthnRequest, requestConfig } from './authn-request.js';
import { expectationsOf, stateOf } from './protocol-state.js';
import { requestPage, requestPagePolicy } from './request-page.js';
import { SamlError } from './saml-error.js';
import type { SamlSettings } from './saml-settings.js';
import type { BeginSignIn, FinishSignIn, VerifiedSignIn } from './sign-in.js';
import { verifyResponse } from './verify-response.js';

/** As much of a request as is used, so that any version of Express fits: where the page of the POST binding goes. */
export interface SamlRequest {
  readonly res?: { setHeader(name: string, value: string): unknown; end(page: string): unknown };
}

type PassportOptions = Parameters<Strategy['authenticate']>[1];
type SignInStep = Partial<{ begin: BeginSignIn; finish: FinishSignIn }>;

/** What `passport.authenticate(strategy, options)` is given besides passport's own options. */
export type SamlAuthenticateOptions = { readonly begin: BeginSignIn } | { readonly finish: FinishSignIn };

/** What passport lends a strategy for one request. */
type PassportActions = Pick<Strategy, 'success' | 'error' | 'redirect'>;

export interface SamlStrategyPorts {
  /** ms since the epoch. */
  clock(): number;
}

/** Turns a verified sign-in into the principal of the session; a rejection refuses the sign-in. */
export type VerifySignIn = (signIn: VerifiedSignIn) => Promise<unknown>;

const unused = () => {
  throw new Error('passport-saml verifies nothing here');
};

/**
 * One connection, in one version of its settings. Hand the instance to `passport.authenticate`; never register it by
 * name. Reads nothing from the request: what begins or finishes comes in the options. Every refusal is a `SamlError`
 * given to passport's `error`. One instance may serve any number of requests at once. Rules L1, L2.
 */
export class SamlStrategy extends Strategy {
  constructor(
    private readonly settings: SamlSettings,
    private readonly ports: SamlStrategyPorts,
    private readonly verify: VerifySignIn,
  ) {
    super(requestConfig(settings, { id: drawRequestId() }), unused, unused);
  }

  override authenticate(req: SamlRequest, options: PassportOptions & SignInStep): void {
    // passport puts the callbacks of one request on this shared object; after the first await they may be another's.
    const { success, error, redirect } = this;
    const actions: PassportActions = { success, error, redirect };
    this.answer(req, options, actions).catch(error);
  }

  private async answer(req: SamlRequest, options: SignInStep, actions: PassportActions): Promise<void> {
    if (options.finish !== undefined) {
      const principal = await this.finish(options.finish);
      actions.success(principal);
    } else if (options.begin !== undefined) await this.begin(req, options.begin, actions);
    else throw new Error('saml: pass `begin` or `finish` to passport.authenticate');
  }

  private async begin(req: SamlRequest, begin: BeginSignIn, { redirect }: PassportActions): Promise<void> {
    const { relayState, forceAuthn } = begin;
    const id = drawRequestId();
    const request = await makeAuthnRequest(this.settings, { id, relayState, forceAuthn });
    const forcedAt = forceAuthn === true ? this.ports.clock() : undefined;
    await begin.save(stateOf({ connection: this.settings.connection, relayState, requestId: id, forcedAt }));
    if ('redirectTo' in request) return redirect(request.redirectTo);
    if (req.res === undefined)
      throw new Error('saml: the POST binding needs Express, whose requests know their response');
    req.res.setHeader('Content-Type', 'text/html; charset=utf-8');
    req.res.setHeader('Content-Security-Policy', requestPagePolicy);
    req.res.setHeader('Cache-Control', 'no-store');
    req.res.end(requestPage(request.form));
  }

  private async finish(finish: FinishSignIn): Promise<unknown> {
    const { relayState, state, body } = finish;
    const expectations = expectationsOf(state, this.settings.connection, relayState);
    const signIn = verifyResponse(body.SAMLResponse, this.settings, expectations, this.ports.clock());
    if (state !== undefined && !(await finish.consume())) throw new SamlError('sign-in-used');
    return this.verify(signIn);
  }
}
