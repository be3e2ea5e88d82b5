import { Body, Controller, Get, HttpCode, Logger, Post, Req, Res } from '@nestjs/common';
import { OidcError } from '@idp-roles/oidc';
import { requestPage, requestPagePolicy, type OutgoingRequest } from '@idp-roles/saml';
import type { Request, Response } from 'express';
import { Public } from '../access/declaration.js';
import { answerTo, headersOf } from '../admin/problem/answer.js';
import { ProblemError } from '../admin/problem/problem-error.js';
import { isSameOrigin } from '../sessions/same-origin.js';
import { failureOf } from './failure-of.js';
import { IdpLogout } from './idp-logout.js';
import { Logout } from './logout.js';
import { LogoutIncomplete } from './logout-incomplete.js';
import { sendLogoutPage } from './logout-page.js';
import { safeReturnTo } from './return-to.js';
import { sentForm } from './sent-form.js';
import { SignInFailure } from './sign-in-failure.js';
import { SignInUrls } from './sign-in-urls.js';

/** `POST /sso/logout`, `GET|POST /sso/:connection/slo`, `GET signed-out`, `POST backchannel-logout` (L6, L9). */
@Controller()
@Public()
export class LogoutController {
  readonly #logger = new Logger('IdpRoles');

  constructor(
    private readonly logout: Logout,
    private readonly idpLogout: IdpLogout,
    private readonly urls: SignInUrls,
  ) {}

  /** Ends our session first. A page is led to the IdP or to `returnTo`; a script gets 200 with the way to the IdP, or 204. */
  @Post('logout')
  @HttpCode(200)
  async here(@Body() body: unknown, @Req() request: Request, @Res() response: Response): Promise<void> {
    const isPage = wantsPage(request);
    response.setHeader('cache-control', 'no-store');
    try {
      if (!isSameOrigin(request, this.urls.base)) {
        throw new SignInFailure(403, 'origin-foreign', 'this request comes from another site');
      }
      const returnTo = this.#returnTo(body);
      const outgoing = await this.logout.here(request, response, returnTo);
      if (isPage) leave(response, outgoing ?? { redirectTo: returnTo });
      else if (outgoing === undefined) response.status(204).end();
      else if ('form' in outgoing) response.json({ form: outgoing.form });
      else response.json({ redirect: outgoing.redirectTo });
    } catch (error) {
      if (isPage) sendLogoutPage(response, this.#failed(error));
      else this.#sendProblem(response, error);
    }
  }

  @Get(':connection/slo')
  byRedirect(@Req() request: Request, @Res() response: Response): Promise<void> {
    const query = request.originalUrl.split('?').slice(1).join('?');
    return this.#slo(request, response, () => ({ binding: 'redirect', query }));
  }

  @Post(':connection/slo')
  @HttpCode(200)
  byPost(@Req() request: Request, @Res() response: Response): Promise<void> {
    return this.#slo(request, response, () => ({ binding: 'post', form: sentForm(request) }));
  }

  /** Where OpenID providers lead back to. Without a logout that this browser awaits, it leads to the app's root and says nothing. */
  @Get(':connection/signed-out')
  back(@Req() request: Request, @Res() response: Response): void {
    response.setHeader('cache-control', 'no-store');
    const returnTo = this.idpLogout.back(connectionOf(request), request.query['state'], request, response);
    response.redirect(303, returnTo ?? `${this.urls.basePath}/`);
  }

  /** OpenID Connect Back-Channel Logout 1.0, section 2.8; 503 where nothing was changed and the IdP may try again. */
  @Post(':connection/backchannel-logout')
  async backchannel(@Req() request: Request, @Res() response: Response): Promise<void> {
    response.setHeader('cache-control', 'no-store');
    try {
      await this.idpLogout.backchannel(connectionOf(request), sentForm(request).get('logout_token'));
      response.status(200).end();
    } catch (error) {
      const { status, code, message } = this.#failed(error);
      const shown = error instanceof OidcError ? 400 : status;
      response.status(shown).json({
        error: shown < 500 ? 'invalid_request' : 'temporarily_unavailable',
        error_description: `${code}: ${message}`,
      });
    }
  }

  async #slo(
    request: Request,
    response: Response,
    receive: () => Parameters<IdpLogout['saml']>[1],
  ): Promise<void> {
    response.setHeader('cache-control', 'no-store');
    try {
      const received = await this.idpLogout.saml(connectionOf(request), receive(), request, response);
      if (received.kind === 'return') response.redirect(303, received.returnTo);
      else if (received.outgoing) leave(response, received.outgoing);
      else sendLogoutPage(response);
    } catch (error) {
      sendLogoutPage(response, this.#failed(error));
    }
  }

  #returnTo(body: unknown): string {
    const given =
      typeof body === 'object' && body !== null ? (body as Record<string, unknown>)['returnTo'] : undefined;
    if (given === undefined || given === '') return `${this.urls.basePath}/`;
    const returnTo = safeReturnTo(given, this.urls.base);
    if (returnTo !== undefined) return returnTo;
    throw new SignInFailure(
      400,
      'return-to-foreign',
      'the address to return to after the logout is not on this site',
    );
  }

  /** Strangers can cause refusals at will, so those are for debugging; our own faults are errors. */
  #failed(error: unknown): SignInFailure {
    const failure =
      error instanceof LogoutIncomplete
        ? new SignInFailure(error.status, error.code, error.message, {}, { cause: error.cause })
        : failureOf(error);
    const line = `logout failed: ${failure.code}, reference ${failure.reference}: ${failure.message}`;
    if (failure.status >= 500) this.#logger.error(line, (failure.cause as Error | undefined)?.stack);
    else
      this.#logger.debug(
        `${line}${typeof failure.detail['cause'] === 'string' ? ` (${failure.detail['cause']})` : ''}`,
      );
    return failure;
  }

  #sendProblem(response: Response, error: unknown): void {
    const incomplete = error instanceof LogoutIncomplete ? error : undefined;
    const known =
      error instanceof SignInFailure || incomplete ? (error as SignInFailure | LogoutIncomplete) : undefined;
    const shown = known
      ? Object.assign(new ProblemError(known.status, known.code, known.message), { cause: known.cause })
      : error;
    const answer = answerTo(shown, this.#logger);
    for (const [name, value] of Object.entries(headersOf(answer))) response.setHeader(name, value);
    const body = incomplete ? { ...answer, sessionEnded: incomplete.sessionEnded } : answer;
    response.status(answer.status).send(JSON.stringify(body));
  }
}

function wantsPage(request: Request): boolean {
  return request.accepts(['json', 'html']) === 'html';
}

function connectionOf(request: Request): string {
  return String(request.params['connection']);
}

/** The browser goes on: by a redirect, or by a form that sends itself. */
function leave(response: Response, outgoing: OutgoingRequest): void {
  if ('redirectTo' in outgoing) return response.redirect(303, outgoing.redirectTo);
  response
    .setHeader('content-security-policy', requestPagePolicy)
    .setHeader('referrer-policy', 'no-referrer')
    .type('html')
    .send(requestPage(outgoing.form, 'Signing out'));
}
