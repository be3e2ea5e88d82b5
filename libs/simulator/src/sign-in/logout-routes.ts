import { randomBytes } from 'node:crypto';
import express, { Router } from 'express';
import type { Request, Response } from 'express';
import { sameOriginOnly } from '../admin/own-requests.js';
import { postFormPage } from '../pages/post-form-page.js';
import { toldPage, type Told } from '../pages/told-page.js';
import type { Realm } from '../realm.js';
import { parseLogoutRequest, parseLogoutResponse, type OutgoingLogout } from '../saml/logout.js';
import type { IdentityProvider } from '../saml/identity-provider.js';
import type { SentBy } from '../saml/protocol-message.js';
import type { SigningOut } from '../sign-out.js';
import type { Remembered } from './remembered.js';

/** A sign-out that goes from one service provider to the next. */
interface Round {
  readonly name: string;
  readonly told: Told[];
  readonly left: { readonly entityId: string; readonly request: OutgoingLogout }[];
  /** Whose answer is awaited. */
  awaited?: string;
}

const limit = 1000;

/** Single logout (profiles section 4.4): asked by a service provider, or begun here at a person’s card. */
export function logoutRoutes(parts: {
  realm: Realm;
  saml: IdentityProvider;
  signingOut: SigningOut;
  remembered: Remembered;
}): Router {
  const { realm, saml, signingOut, remembered } = parts;
  const routes = Router();
  const rounds = new Map<string, Round>();
  const form = express.urlencoded({ extended: false, limit: '256kb' });

  const goOn = (round: Round, response: Response) => {
    const next = round.left.shift();
    round.awaited = next?.entityId;
    if (next) return send(next.request, response);
    response.set('cache-control', 'no-store').type('html').send(toldPage(round.name, round.told));
  };

  const slo = (sentBy: SentBy) => (request: Request, response: Response) => {
    const source: Record<string, unknown> = (sentBy === 'redirect' ? request.query : request.body) ?? {};
    const relayState = typeof source.RelayState === 'string' ? source.RelayState : undefined;
    if (source.SAMLResponse !== undefined) {
      const ended = parseLogoutResponse(source.SAMLResponse, sentBy);
      const round = rounds.get(relayState ?? '');
      if (!round) return response.type('html').send(toldPage('You', []));
      if (round.awaited) round.told.push({ application: round.awaited, ended });
      return goOn(round, response);
    }
    const asked = parseLogoutRequest(source.SAMLRequest, sentBy, saml.sloUrl);
    realm.serviceProviders.get(asked.issuer);
    remembered.forget(request, response);
    realm.participations.end(asked.issuer, asked.nameId);
    return send(saml.logoutResponse(asked, relayState), response);
  };
  routes.get('/saml/slo', slo('redirect'));
  routes.post('/saml/slo', form, slo('post'));

  routes.post(
    '/people/:login/sign-out',
    sameOriginOnly,
    form,
    (request: Request<{ login: string }>, response: Response) => {
      const id = randomBytes(18).toString('base64url');
      const { login, name } = realm.people.get(request.params.login);
      if (remembered.person(request)?.login === login) remembered.forget(request, response);
      return signingOut.person(login, id).then(({ told, requests }) => {
        const byBackChannel = told.map(({ clientId, status }) => ({
          application: clientId,
          ended: status === 200,
        }));
        const round: Round = { name, told: byBackChannel, left: [...requests] };
        rounds.set(id, round);
        const oldest = rounds.keys().next();
        if (rounds.size > limit && !oldest.done) rounds.delete(oldest.value);
        goOn(round, response);
      });
    },
  );
  return routes;
}

function send(outgoing: OutgoingLogout, response: Response): void {
  response.set('cache-control', 'no-store');
  if ('redirect' in outgoing) return response.redirect(303, outgoing.redirect);
  response.type('html').send(postFormPage({ title: 'Signing out', ...outgoing }));
}
