import { randomBytes } from 'node:crypto';
import express, { Router } from 'express';
import type { Request, Response } from 'express';
import { field } from '../admin/body.js';
import { sameOriginOnly } from '../admin/own-requests.js';
import { SimulatorError } from '../error.js';
import { postFormPage } from '../pages/post-form-page.js';
import { signInPage } from '../pages/sign-in-page.js';
import type { Realm } from '../realm.js';
import { parseAuthnRequest } from '../saml/authn-request.js';
import type { AnsweredRequest, IdentityProvider, PostedResponse } from '../saml/identity-provider.js';
import type { Remembered } from './remembered.js';

const limit = 1000;
const patience = 60 * 60_000;

/** AuthnRequests that wait for a person to be chosen. */
class Pending {
  readonly #requests = new Map<string, { request: AnsweredRequest; until: number }>();

  keep(request: AnsweredRequest): string {
    const id = randomBytes(18).toString('base64url');
    this.#requests.set(id, { request, until: Date.now() + patience });
    const oldest = this.#requests.keys().next();
    if (this.#requests.size > limit && !oldest.done) this.#requests.delete(oldest.value);
    return id;
  }

  /** @throws SimulatorError `sign-in-expired` */
  get(id: string): AnsweredRequest {
    const found = this.#requests.get(id);
    if (found && found.until > Date.now()) return found.request;
    throw new SimulatorError(
      'sign-in-expired',
      'this sign-in is over or too old; start again at the application',
    );
  }

  delete(id: string): void {
    this.#requests.delete(id);
  }
}

function sendPosted(request: Request, response: Response, { action, ...posted }: PostedResponse): void {
  response.set('cache-control', 'no-store');
  if (request.accepts(['html', 'json']) === 'json') {
    response.json({ action, ...posted });
    return;
  }
  response.type('html').send(postFormPage({ title: 'Signing in', action, fields: { ...posted } }));
}

/** The single sign-on service (bindings sections 3.4 and 3.5) and the page that chooses who signs in. */
export function samlRoutes(realm: Realm, saml: IdentityProvider, remembered: Remembered): Router {
  const routes = Router();
  const pending = new Pending();
  const form = express.urlencoded({ extended: false, limit: '256kb' });

  routes.get('/saml/metadata', (_request, response) => {
    response.type('application/samlmetadata+xml').send(saml.metadataXml);
  });

  const begin = (sentBy: 'redirect' | 'post') => (request: Request, response: Response) => {
    const source: Record<string, unknown> = (sentBy === 'redirect' ? request.query : request.body) ?? {};
    const asked = parseAuthnRequest(source.SAMLRequest, sentBy, saml.entryPoint);
    const answered: AnsweredRequest = {
      serviceProvider: realm.serviceProviders.answerTo(asked.issuer, asked.acsUrl),
      id: asked.id,
      nameIdFormat: asked.nameIdFormat,
      relayState: typeof source.RelayState === 'string' ? source.RelayState : undefined,
    };
    const person = asked.forceAuthn ? undefined : remembered.person(request);
    if (person) return sendPosted(request, response, saml.answer(answered, person));
    if (asked.isPassive) return sendPosted(request, response, saml.refuse(answered, 'NoPassive'));
    response.redirect(303, `/sign-in/saml/${pending.keep(answered)}`);
  };
  routes.get('/saml/sso', begin('redirect'));
  routes.post('/saml/sso', form, begin('post'));

  routes.get('/sign-in/saml/:id', (request, response) => {
    const { serviceProvider } = pending.get(request.params.id);
    const page = {
      protocol: 'SAML' as const,
      application: new URL(serviceProvider.acsUrl).host,
      people: realm.people.list(),
    };
    response.set('cache-control', 'no-store').type('html').send(signInPage(page));
  });

  routes.post(
    '/sign-in/saml/:id',
    sameOriginOnly,
    form,
    (request: Request<{ id: string }>, response: Response) => {
      const answered = pending.get(request.params.id);
      if (field(request, 'cancel')) {
        pending.delete(request.params.id);
        return sendPosted(request, response, saml.refuse(answered, 'AuthnFailed'));
      }
      const person = realm.people.get(field(request, 'login') ?? '');
      pending.delete(request.params.id);
      if (field(request, 'remember')) remembered.remember(response, person);
      sendPosted(request, response, saml.answer(answered, person));
    },
  );
  return routes;
}
