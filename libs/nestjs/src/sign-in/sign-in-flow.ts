import { Injectable, Logger } from '@nestjs/common';
import { OidcError } from '@idp-roles/oidc';
import { OutboundError } from '@idp-roles/outbound';
import { SamlError, type SamlSettings } from '@idp-roles/saml';
import { organizationOf, StoreError, type Connection } from '@idp-roles/store';
import { endSession, recordFailedSignIn, type SignInRefusalCode } from '@idp-roles/use-cases';
import type { Request, Response } from 'express';
import {
  hashSessionId,
  type OpenSession,
  type SessionPrincipal,
  type Sessions,
} from '../sessions/sessions.js';
import { UseCases } from '../use-cases.js';
import type { BrowserCookie } from './browser-cookie.js';
import { authenticate } from './passport-door.js';
import { hashBrowser, newSecret, type PendingSignIn, type PendingSignIns } from './pending-sign-ins.js';
import { safeReturnTo } from './return-to.js';
import { RoleMappingService } from './role-mapping.service.js';
import { newReference, SignInFailure } from './sign-in-failure.js';
import type { SignInStrategies } from './strategies.js';

export interface SignInFlowParts {
  readonly sessions: Sessions;
  readonly pending: PendingSignIns;
  readonly strategies: SignInStrategies;
  readonly cookie: BrowserCookie;
  readonly publicUrl: string;
}

/** The way of a sign-in: to the IdP and back, into a session or onto a page that says why not. */
@Injectable()
export class SignInFlow {
  readonly #logger = new Logger('IdpRoles');

  constructor(
    private readonly useCases: UseCases,
    private readonly roleMapping: RoleMappingService,
    private readonly parts: SignInFlowParts,
  ) {}

  /** Sends the browser to the IdP. */
  async begin(connectionId: string, request: Request, response: Response): Promise<void> {
    const connection = await this.#find(connectionId);
    await this.#traced(connection, async () => {
      this.#refuseUnready(connection, request);
      const returnTo = safeReturnTo(request.query['returnTo'], this.parts.publicUrl);
      if (returnTo === undefined) {
        throw new SignInFailure(
          400,
          'return-to-foreign',
          'the address to return to after sign-in is not on this site',
        );
      }
      const replaces = await this.parts.sessions.current(request, response);
      const strategy = await this.parts.strategies.of(connection);
      const pending: Omit<PendingSignIn, 'state'> = {
        id: newSecret(),
        connection: connection.id,
        browser: hashBrowser(this.parts.cookie.issue(request, response)),
        returnTo,
        replaces,
      };
      const save = (state: PendingSignIn['state']) => this.parts.pending.put({ ...pending, state });
      response.setHeader('cache-control', 'no-store');
      await authenticate(strategy, request, response, { begin: { relayState: pending.id, save } });
    });
  }

  /** Takes the IdP's answer. `answerOf` reads it off the request, and throws where it cannot be read. */
  async finish(
    connectionId: string,
    request: Request,
    response: Response,
    protocol: Connection['protocol'],
    answerOf: () => IdpAnswer,
  ): Promise<void> {
    const connection = await this.#find(connectionId, protocol);
    await this.#traced(connection, async (reference) => {
      this.#refuseUnready(connection, request);
      const answer = answerOf();
      const pending = await this.#pending(connection, request, answer.relayState);
      const strategy = await this.parts.strategies.of(connection);
      const person = await authenticate(strategy, request, response, {
        finish: {
          relayState: answer.relayState,
          state: pending?.state,
          consume: () => (pending ? this.parts.pending.consume(pending.id) : Promise.resolve(true)),
          body: answer.body,
        },
      });
      if (!person) throw new SignInFailure(400, 'sign-in-unknown', 'the identity provider sent no answer');
      const sessionId = this.parts.sessions.newId();
      // Before the transaction, so that a deactivation in between ends this session too (S8).
      const beganAt = this.useCases.context.clock();
      const endsAt = this.parts.sessions.endOf(person.sessionNotOnOrAfter);
      const outcome = await this.roleMapping.record({
        ...person,
        connection: connection.id,
        reference,
        session: {
          id: hashSessionId(sessionId),
          expiresAt: endsAt,
          sessionIndex: person.sessionIndex,
        },
      });
      if (outcome.outcome === 'refused') throw new RefusedSignIn(outcome.code, outcome.message, reference);
      const { organization, member } = outcome;
      const principal = {
        organization: organization.id,
        member: member.id,
        connection: connection.id,
        beganAt,
        endsAt,
      };
      // The one that this browser has by now, too: another tab may have signed in since this sign-in began.
      const present = await this.parts.sessions.current(request, response);
      for (const replaced of [pending?.replaces, present]) await this.#endReplaced(replaced, principal);
      await this.parts.sessions.begin(request, response, sessionId, principal, pending?.replaces?.id);
      response.setHeader('cache-control', 'no-store');
      const fallback = pending ? undefined : safeReturnTo(answer.relayState, this.parts.publicUrl);
      response.redirect(303, pending?.returnTo ?? fallback ?? '/');
    });
  }

  /** Also of a connection that is not active yet: its IdP is set up with this. */
  async samlSettings(connectionId: string): Promise<SamlSettings> {
    return this.parts.strategies.samlSettings(await this.#find(connectionId, 'saml'));
  }

  async #find(id: string, protocol?: Connection['protocol']): Promise<Connection> {
    const organization = organizationOf(id);
    const connection =
      organization && (await this.useCases.context.store.read.connections.get(organization, id));
    if (!connection) throw new SignInFailure(404, 'connection-unknown', 'this sign-in address is not known');
    if (protocol && connection.protocol !== protocol) {
      throw new SignInFailure(404, 'protocol-mismatch', 'this sign-in address does not speak that protocol');
    }
    return connection;
  }

  /** Out of the index (L9), so that it opens nothing and nobody is shown it as open; its content goes with the new one's beginning. */
  async #endReplaced(replaced: OpenSession | undefined, by: SessionPrincipal): Promise<void> {
    if (replaced === undefined) return;
    await endSession(this.useCases.context, {
      organization: replaced.organization,
      session: hashSessionId(replaced.id),
      actor: { kind: 'sso', id: by.connection },
    });
  }

  async #pending(
    connection: Connection,
    request: Request,
    relayState: string | undefined,
  ): Promise<PendingSignIn | undefined> {
    const cookie = this.parts.cookie.read(request);
    const pending = relayState && (await this.parts.pending.find(relayState, connection.id, cookie));
    if (pending) return pending;
    if (connection.protocol === 'saml' && connection.settings['allowIdpInitiated'] === true) return undefined;
    throw new SignInFailure(
      400,
      'sign-in-unknown',
      'this sign-in was not begun in this browser, took longer than ten minutes, or was already finished',
    );
  }

  #refuseUnready(connection: Connection, request: Request): void {
    if (connection.state !== 'active') {
      throw new SignInFailure(
        403,
        'connection-not-active',
        'signing in this way is turned off at the moment',
      );
    }
    // A Secure cookie that the browser never gets would end in a loop; better to say so (L3).
    if (this.parts.publicUrl.startsWith('https:') && !request.secure) {
      throw new SignInFailure(
        400,
        'cookie-insecure',
        'this app is reached over https but sees http, so it cannot keep a session; its operator has to set `trust proxy`',
      );
    }
  }

  /** Whatever goes wrong becomes a failure with a page, and a trace of the connection (L7). */
  async #traced(connection: Connection, work: (reference: string) => Promise<unknown>): Promise<void> {
    const reference = newReference();
    try {
      await work(reference);
    } catch (error) {
      const failure = failureOf(error, reference);
      if (!(error instanceof RefusedSignIn)) {
        await recordFailedSignIn(this.useCases.context, {
          connection: connection.id,
          code: failure.code,
          reference: failure.reference,
          detail: { ...failure.detail, message: failure.message },
        }).catch((problem: unknown) =>
          this.#logger.warn(`the trace of ${failure.reference} was not kept: ${String(problem)}`),
        );
      }
      if (failure.status >= 500)
        this.#logger.error(`${failure.code} (${failure.reference})`, (error as Error).stack);
      throw failure;
    }
  }
}

/** What the IdP sent by the browser, as it came. */
export interface IdpAnswer {
  readonly relayState?: string;
  readonly body?: { readonly SAMLResponse: string };
}

/** Refused by the sign-in itself, which has written its own trace under this reference. */
class RefusedSignIn extends SignInFailure {
  constructor(code: SignInRefusalCode, message: string, reference: string) {
    super(403, code, message);
    Object.assign(this, { reference });
  }
}

/** What the person sees of any error. Messages of protocol errors are safe to show; everything else stays in the log. */
export function failureOf(error: unknown, reference = newReference()): SignInFailure {
  if (error instanceof SignInFailure) return error;
  const failure = failureFor(error);
  return Object.assign(failure, { reference });
}

function failureFor(error: unknown): SignInFailure {
  const cause = { cause: error };
  if (error instanceof StoreError) {
    return new SignInFailure(
      503,
      'store-unavailable',
      'signing in is not possible right now; try again in a minute',
      {},
      cause,
    );
  }
  if (error instanceof SamlError || error instanceof OidcError) {
    return new SignInFailure(
      statusOf(error),
      error.code,
      error.message,
      { cause: describe(error.cause) },
      cause,
    );
  }
  if (error instanceof OutboundError) {
    return new SignInFailure(
      424,
      error.code,
      'the identity provider cannot be reached',
      { cause: describe(error) },
      cause,
    );
  }
  return new SignInFailure(503, 'unexpected', 'something went wrong on our side', {}, cause);
}

/** A refusal of what the browser brought is 400; where the IdP itself failed us, 424. */
function statusOf(error: SamlError | OidcError): number {
  return error.cause instanceof OutboundError ? 424 : 400;
}

function describe(cause: unknown): unknown {
  if (cause instanceof Error) return { name: cause.name, message: cause.message.slice(0, 500) };
  return typeof cause === 'string' ? cause.slice(0, 500) : cause;
}
