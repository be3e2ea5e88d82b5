import { randomBytes } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import { endSessionUrl, OidcError } from '@idp-roles/oidc';
import { drawRequestId, makeLogoutRequest, type OutgoingRequest } from '@idp-roles/saml';
import type { Connection } from '@idp-roles/store';
import { endSession } from '@idp-roles/use-cases';
import type { Request, Response } from 'express';
import { Sessions, type SessionPrincipal } from '../sessions/sessions.js';
import { UseCases } from '../use-cases.js';
import { findConnection } from './find-connection.js';
import { IdpSessionSeal } from './idp-session.js';
import { LogoutIncomplete } from './logout-incomplete.js';
import { PendingLogouts } from './pending-logouts.js';
import { SignInFailure } from './sign-in-failure.js';
import { SignInUrls } from './sign-in-urls.js';
import { SignInStrategies } from './strategies.js';

type Principal = SessionPrincipal & { readonly id: string };

/** L9: ends our session first, then has the browser tell the IdP. */
@Injectable()
export class Logout {
  readonly #logger = new Logger('IdpRoles');

  constructor(
    private readonly useCases: UseCases,
    private readonly sessions: Sessions,
    private readonly strategies: SignInStrategies,
    private readonly idpSessions: IdpSessionSeal,
    private readonly pending: PendingLogouts,
    private readonly urls: SignInUrls,
  ) {}

  /**
   * Ends this browser's session. Answers what has to go to the IdP by the browser; undefined where nobody was signed in, or the IdP
   * is not to be told or cannot be. Throws `LogoutIncomplete` where a store fails.
   */
  async here(request: Request, response: Response, returnTo: string): Promise<OutgoingRequest | undefined> {
    const principal = await this.sessions.principal(request, response).catch((error: unknown) => {
      throw new LogoutIncomplete(false, error);
    });
    await this.#end(principal, request, response);
    if (principal === undefined) return undefined;
    try {
      return await this.#toIdp(principal, returnTo, response);
    } catch (error) {
      if (error instanceof OidcError || error instanceof SignInFailure) {
        this.#logger.warn(`logout: the IdP of ${principal.connection} was not told: ${error.code}`);
        return undefined;
      }
      throw new LogoutIncomplete(true, error);
    }
  }

  /** Out of the index it opens nothing, and without its content neither: each alone is its end. */
  async #end(principal: Principal | undefined, request: Request, response: Response): Promise<void> {
    const ends = [this.sessions.end(request, response), ...(principal ? [this.#endIndexed(principal)] : [])];
    const settled = await Promise.allSettled<unknown>(ends);
    const failed = settled.find((each) => each.status === 'rejected');
    if (failed)
      throw new LogoutIncomplete(
        settled.some(({ status }) => status === 'fulfilled'),
        failed.reason,
      );
  }

  #endIndexed({ organization, member, id }: Principal): Promise<unknown> {
    const actor = { kind: 'member', id: member } as const;
    return endSession(this.useCases.context, { organization, session: id, actor });
  }

  async #toIdp(
    principal: Principal,
    returnTo: string,
    response: Response,
  ): Promise<OutgoingRequest | undefined> {
    const { id, connection: connectionId, endsAt: expiresAt } = principal;
    const connection = await findConnection(this.useCases.context, connectionId);
    if (connection.state !== 'active') return undefined;
    const kept = this.idpSessions.open(principal.atIdp, { id, connection: connectionId, expiresAt });
    const state = randomBytes(24).toString('base64url');
    const made =
      connection.protocol === 'saml'
        ? this.#saml(connection, kept, state)
        : await this.#oidc(connection, kept, state);
    if (made === undefined) return undefined;
    const { outgoing, requestId } = made;
    this.pending.put({ connection: connectionId, returnTo, state, requestId }, response);
    return outgoing;
  }

  #saml(connection: Connection, { nameId, sessionIndex }: Kept, relayState: string): Made | undefined {
    if (nameId === undefined) return undefined;
    const settings = this.strategies.samlSettings(connection);
    const requestId = drawRequestId();
    const how = { id: requestId, relayState, now: this.useCases.context.clock() };
    const outgoing = makeLogoutRequest(settings, { nameId, sessionIndex }, how);
    return outgoing && { outgoing, requestId };
  }

  async #oidc(connection: Connection, { idToken }: Kept, state: string): Promise<Made | undefined> {
    const context = await this.strategies.oidcContext(connection);
    if (context.settings.endIdpSession === false) return undefined;
    const postLogoutRedirectUri = this.urls.signedOutUrl(connection.id);
    const redirectTo = await endSessionUrl(context, { idToken, postLogoutRedirectUri, state });
    return redirectTo === undefined ? undefined : { outgoing: { redirectTo } };
  }
}

type Kept = ReturnType<IdpSessionSeal['open']>;

interface Made {
  readonly outgoing: OutgoingRequest;
  readonly requestId?: string;
}
