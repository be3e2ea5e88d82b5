import express, { Router } from 'express';
import type { Request, RequestHandler, Response } from 'express';
import type { Provider } from 'oidc-provider';
import { field } from '../admin/body.js';
import { sameOriginOnly } from '../admin/own-requests.js';
import { SimulatorError } from '../error.js';
import { signInPage } from '../pages/sign-in-page.js';
import type { Person } from '../person.js';
import type { Realm } from '../realm.js';
import type { Remembered } from './remembered.js';

type Interaction = Awaited<ReturnType<Provider['interactionDetails']>>;

async function interactionOf(provider: Provider, request: Request, response: Response): Promise<Interaction> {
  try {
    return await provider.interactionDetails(request, response);
  } catch (cause) {
    const problem = 'this sign-in is over, or the browser sent no cookie; start again at the application';
    throw new SimulatorError('sign-in-expired', problem, { cause });
  }
}

/** Hides the provider's own session from authorization requests: each one asks who signs in, unless the browser is remembered. */
const withoutSession =
  (cookie: string): RequestHandler =>
  (request, _response, next) => {
    if (request.path === '/auth' || request.path.startsWith('/auth/')) {
      request.headers.cookie = request.headers.cookie
        ?.split(';')
        .filter((pair) => !pair.trim().startsWith(cookie))
        .join(';');
    }
    next();
  };

/** The OpenID provider under `/oidc`, and the page that chooses who signs in. */
export function oidcRoutes(realm: Realm, provider: Provider, remembered: Remembered): Router {
  const routes = Router();
  const path = '/sign-in/oidc/:uid';

  const finish = (request: Request, response: Response, person: Person) =>
    provider.interactionFinished(request, response, {
      login: { accountId: person.subject, remember: false },
    });

  // oxlint-disable-next-line oxc/no-async-endpoint-handlers -- Express 5 hands rejections on
  routes.get(path, async (request, response) => {
    const { prompt, params } = await interactionOf(provider, request, response);
    const person = prompt.reasons.includes('login_prompt') ? undefined : remembered.person(request);
    if (person) return finish(request, response, person);
    const hint = typeof params.login_hint === 'string' ? params.login_hint : undefined;
    const page = signInPage({
      protocol: 'OpenID Connect',
      application: String(params.client_id),
      people: realm.people.list(),
      suggested: realm.people.list().find(({ login, email }) => hint === login || hint === email)?.login,
    });
    response.set('cache-control', 'no-store').type('html').send(page);
  });

  routes.post(
    path,
    sameOriginOnly,
    express.urlencoded({ extended: false }),
    // oxlint-disable-next-line oxc/no-async-endpoint-handlers -- Express 5 hands rejections on
    async (request: Request, response: Response) => {
      await interactionOf(provider, request, response);
      if (field(request, 'cancel')) {
        const denied = { error: 'access_denied', error_description: 'the person cancelled' };
        return provider.interactionFinished(request, response, denied);
      }
      const person = realm.people.get(field(request, 'login') ?? '');
      if (field(request, 'remember')) remembered.remember(response, person);
      return finish(request, response, person);
    },
  );

  routes.use('/oidc/session/end', (request, response, next) => {
    remembered.forget(request, response);
    next();
  });
  routes.use('/oidc', withoutSession(provider.cookieName('session')), provider.callback());
  return routes;
}
