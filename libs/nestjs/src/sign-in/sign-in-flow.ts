import { Injectable, Logger } from '@nestjs/common';
import { OidcError } from '@idp-roles/oidc';
import type { SamlSettings } from '@idp-roles/saml';
import type { Connection } from '@idp-roles/store';
import { endSession, type SignInRefusalCode } from '@idp-roles/use-cases';
import type { Request, Response } from 'express';
import {
  hashSessionId,
  type OpenSession,
  type SessionPrincipal,
  type Sessions,
} from '../sessions/sessions.js';
import { UseCases } from '../use-cases.js';
import { failureOf, IDP_FAILED } from './failure-of.js';
import type { FailedSignIns } from './failed-sign-ins.js';
import { findConnection } from './find-connection.js';
import { idpSessionOf, nameAtIdp, type IdpSessionSeal } from './idp-session.js';
import { refuseUnlessNavigated } from './navigation.js';
import { authenticate } from './passport-door.js';
import { newSecret, type FoundPending, type PendingSignIn, type PendingSignIns } from './pending-sign-ins.js';
import { safeReturnTo } from './return-to.js';
import { RoleMappingService } from './role-mapping.service.js';
import { newReference, SignInFailure } from './sign-in-failure.js';
import type { SignInStrategies } from './strategies.js';

export interface SignInFlowParts {
  readonly sessions: Sessions;
  readonly pending: PendingSignIns;
  readonly strategies: SignInStrategies;
  readonly failed: FailedSignIns;
  readonly idpSessions: IdpSessionSeal;
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
    const connection = await findConnection(this.useCases.context, connectionId);
    await this.#traced(connection, async () => {
      refuseUnlessNavigated(request);
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
      const pending = { id: newSecret(), connection: connection.id, returnTo, replaces };
      const save = async (state: PendingSignIn['state']) =>
        this.parts.pending.put({ ...pending, state }, request, response);
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
    const connection = await findConnection(this.useCases.context, connectionId, protocol);
    await this.#traced(connection, async (attempt) => {
      const { reference } = attempt;
      this.#refuseUnready(connection, request);
      const answer = answerOf();
      const pending = this.#pending(connection, request, answer.relayState);
      attempt.begun = pending !== undefined;
      const strategy = await this.parts.strategies.of(connection);
      const person = await authenticate(strategy, request, response, {
        finish: {
          relayState: answer.relayState,
          state: pending?.state,
          consume: async () => !pending || this.#consume(pending, protocol),
          body: answer.body,
        },
      });
      if (!person) throw new SignInFailure(400, 'sign-in-unknown', 'the identity provider sent no answer');
      attempt.begun = true;
      if (pending) await this.#finished(pending, protocol, response);
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
          name: nameAtIdp(person),
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
        atIdp: this.parts.idpSessions.seal(idpSessionOf(person), {
          id: hashSessionId(sessionId),
          connection: connection.id,
          expiresAt: endsAt,
        }),
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
    return this.parts.strategies.samlSettings(
      await findConnection(this.useCases.context, connectionId, 'saml'),
    );
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

  #pending(
    connection: Connection,
    request: Request,
    relayState: string | undefined,
  ): FoundPending | undefined {
    const pending = relayState && this.parts.pending.find(relayState, connection.id, request);
    if (pending) return pending;
    if (connection.protocol === 'saml' && connection.settings['allowIdpInitiated'] === true) return undefined;
    throw new SignInFailure(
      400,
      'sign-in-unknown',
      'this sign-in was not begun in this browser, took longer than ten minutes, or was already finished',
    );
  }

  /**
   * L2's deletion of the pending sign-in, which no server holds: a mark that exactly one caller makes. SAML asks once the
   * signature is verified. OpenID Connect asks before the code is spent, of an answer that may be anybody's: there
   * this instance alone keeps copies from reaching the IdP, and the mark is made by `#finished`.
   */
  #consume(pending: FoundPending, protocol: Connection['protocol']): Promise<boolean> | boolean {
    return protocol === 'saml' ? this.parts.pending.consume(pending) : this.parts.pending.claim(pending);
  }

  async #finished(
    pending: FoundPending,
    protocol: Connection['protocol'],
    response: Response,
  ): Promise<void> {
    if (protocol === 'oidc' && !(await this.parts.pending.consume(pending))) {
      throw new OidcError('already-finished', 'this sign-in has been answered already; begin again');
    }
    this.parts.pending.forget(pending, response);
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
  async #traced(connection: Connection, work: (attempt: Attempt) => Promise<unknown>): Promise<void> {
    const attempt: Attempt = { reference: newReference(), begun: false };
    try {
      await work(attempt);
    } catch (error) {
      const failure = failureOf(error, attempt.reference);
      if (!(error instanceof RefusedSignIn)) {
        const { begun } = attempt;
        const noted = this.parts.failed.note({
          connection: connection.id,
          begun,
          code: failure.code,
          reference: failure.reference,
          detail: { ...failure.detail, message: failure.message },
        });
        await noted.catch((problem: unknown) =>
          this.#logger.warn(`the trace of ${failure.reference} was not kept: ${String(problem)}`),
        );
      }
      this.#log(connection, failure, error, attempt.begun);
      throw failure;
    }
  }

  /** What strangers can cause at will is for debugging alone; what an admin has to mend is a warning, our own fault an error. */
  #log(connection: Connection, failure: SignInFailure, error: unknown, begun: boolean): void {
    const { code, reference, status, message } = failure;
    const line = `sign-in failed: ${code}, connection ${connection.id}, reference ${reference}: ${message}`;
    if (status >= 500) this.#logger.error(line, (error as Error).stack);
    else if (begun || status === IDP_FAILED) this.#logger.warn(line);
    else this.#logger.debug(line);
  }
}

interface Attempt {
  readonly reference: string;
  /** Whether it belongs to a sign-in that this browser began here, or that an IdP has signed. */
  begun: boolean;
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
