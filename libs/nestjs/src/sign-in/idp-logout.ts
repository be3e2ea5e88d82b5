import { Injectable, Logger } from '@nestjs/common';
import { verifyLogoutToken } from '@idp-roles/oidc';
import {
  logoutKindOf,
  makeLogoutResponse,
  SamlError,
  verifyLogoutRequest,
  verifyLogoutResponse,
  type OutgoingRequest,
  type ReceivedLogout,
  type SamlSettings,
} from '@idp-roles/saml';
import { endSessionsAtIdp, type EndSessionsAtIdp } from '@idp-roles/use-cases';
import type { Request, Response } from 'express';
import { Sessions } from '../sessions/sessions.js';
import { UseCases } from '../use-cases.js';
import { findConnection } from './find-connection.js';
import { PendingLogouts } from './pending-logouts.js';
import { SignInFailure } from './sign-in-failure.js';
import { SignInStrategies } from './strategies.js';

/** What follows from a logout message: an answer to the IdP, or the way back to the app. */
export type LogoutReceived =
  | { readonly kind: 'answer'; readonly outgoing: OutgoingRequest | undefined }
  | { readonly kind: 'return'; readonly returnTo: string };

/** L9: what IdPs say about logouts. Whatever is refused leaves nothing behind, in no store. */
@Injectable()
export class IdpLogout {
  readonly #logger = new Logger('IdpRoles');

  constructor(
    private readonly useCases: UseCases,
    private readonly sessions: Sessions,
    private readonly strategies: SignInStrategies,
    private readonly pending: PendingLogouts,
  ) {}

  /** SAML: the IdP's request, or its answer to ours. */
  async saml(
    id: string,
    received: ReceivedLogout,
    request: Request,
    response: Response,
  ): Promise<LogoutReceived> {
    const connection = await findConnection(this.useCases.context, id, 'saml');
    const settings = this.strategies.samlSettings(connection);
    return logoutKindOf(received) === 'LogoutRequest'
      ? { kind: 'answer', outgoing: await this.#requested(settings, received) }
      : { kind: 'return', returnTo: this.#answered(settings, received, request, response) };
  }

  /** OpenID Connect: the browser is back from the IdP's logout. Undefined where this browser awaits nothing of the kind. */
  back(id: string, state: unknown, request: Request, response: Response): string | undefined {
    const pending = this.pending.find(id, request);
    if (pending === undefined || pending.requestId !== undefined || pending.state !== state) return undefined;
    this.pending.forget(response);
    return withMark(pending.returnTo, id);
  }

  /** OpenID Connect: the IdP itself says whose sessions have ended. */
  async backchannel(id: string, token: unknown): Promise<void> {
    const connection = await findConnection(this.useCases.context, id, 'oidc');
    const context = await this.strategies.oidcContext(connection);
    const { sub, sid, replayKey } = await verifyLogoutToken(context, token);
    const { issuer } = context.settings;
    const sessionIndexes = sid === undefined ? undefined : [sid];
    await this.#endAll(
      sub === undefined
        ? { connection: id, issuer, sessionIndexes: sessionIndexes ?? [], replayKey }
        : { connection: id, issuer, name: { format: 'sub', subject: sub }, sessionIndexes, replayKey },
    );
  }

  async #requested(settings: SamlSettings, received: ReceivedLogout): Promise<OutgoingRequest | undefined> {
    const now = this.useCases.context.clock();
    const { id, nameId, sessionIndexes, relayState, replayKey } = verifyLogoutRequest(
      received,
      settings,
      now,
    );
    const { connection, idpIssuer: issuer } = settings;
    const name = { format: nameId.format, subject: nameId.value };
    await this.#endAll({ connection, issuer, name, sessionIndexes, replayKey });
    return makeLogoutResponse(settings, { inResponseTo: id, relayState, now });
  }

  /** Nothing ends by it any more, so nothing is read of one that this browser does not await. */
  #answered(settings: SamlSettings, received: ReceivedLogout, request: Request, response: Response): string {
    const { connection } = settings;
    const pending = this.pending.find(connection, request);
    if (pending?.requestId === undefined)
      throw new SamlError('logout-unknown', 'this browser awaits no answer');
    const { requestId, returnTo } = pending;
    const answer = verifyLogoutResponse(received, settings, { requestId }, this.useCases.context.clock());
    this.pending.forget(response);
    if (answer !== 'ended') this.#logger.warn(`logout: the IdP of ${connection} answered \`${answer}\``);
    return answer === 'refused' ? returnTo : withMark(returnTo, connection);
  }

  async #endAll(logout: EndSessionsAtIdp): Promise<void> {
    const outcome = await endSessionsAtIdp(this.useCases.context, logout);
    if (outcome.outcome === 'replayed') {
      throw new SignInFailure(400, 'logout-used', 'this logout message was used before');
    }
    // The index has refused them from the commit on; what they held goes with the idle time at the latest.
    await this.sessions
      .forget(outcome.ended)
      .catch((error: unknown) =>
        this.#logger.warn(`logout: sessions ended, their content stays: ${String(error)}`),
      );
  }
}

/** So that the page can say where: `signedOutAt` is the connection whose IdP ended its session, too. */
function withMark(returnTo: string, connection: string): string {
  const url = new URL(returnTo, 'http://here.invalid');
  url.searchParams.set('signedOutAt', connection);
  return url.pathname + url.search + url.hash;
}
