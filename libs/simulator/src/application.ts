import express from 'express';
import type { Express, Response } from 'express';
import { adminApi } from './admin/api.js';
import { adminForms } from './admin/forms.js';
import { knownHostsOnly } from './admin/own-requests.js';
import { answerProblems } from './admin/problem.js';
import type { SimulatorKeys } from './keys.js';
import { openIdProvider } from './oidc/provider.js';
import { style, submitScript } from './pages/style.js';
import type { Realm } from './realm.js';
import type { IdentityProvider } from './saml/identity-provider.js';
import { logoutRoutes } from './sign-in/logout-routes.js';
import { oidcRoutes } from './sign-in/oidc-routes.js';
import { Remembered } from './sign-in/remembered.js';
import { samlRoutes } from './sign-in/saml-routes.js';
import { SigningOut } from './sign-out.js';

/** No `form-action`: browsers hold it against the redirect that follows a form, which leads to the application. */
const pagePolicy =
  "default-src 'none'; style-src 'self'; script-src 'self'; img-src data:; base-uri 'none'; frame-ancestors 'none'";

function asset(response: Response, type: string, text: string): void {
  response.set('cache-control', 'no-cache').type(type).send(text);
}

export function application(parts: {
  realm: Realm;
  saml: IdentityProvider;
  keys: SimulatorKeys;
  behindProxy: boolean;
  log: (line: string) => void;
}): Express {
  const { realm, saml, keys, behindProxy, log } = parts;
  const signingOut = new SigningOut(realm, saml, keys);
  const remembered = new Remembered(realm.url, realm.people);
  const app = express();
  app.disable('x-powered-by');
  app.set('query parser', 'simple');
  app.use(knownHostsOnly(realm.url));
  app.use((_request, response, next) => {
    response.set({
      'content-security-policy': pagePolicy,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'same-origin',
    });
    next();
  });
  app.get('/assets/style.css', (_request, response) => asset(response, 'css', style));
  app.get('/assets/submit.js', (_request, response) => asset(response, 'js', submitScript));
  app.use('/claim-source', (_request, response) => {
    realm.claimSourceRequests += 1;
    response.status(403).json({ error: 'nobody should have followed a URL out of a token' });
  });
  app.use('/api', adminApi(realm, signingOut));
  app.use(logoutRoutes({ realm, saml, signingOut, remembered }));
  app.use(adminForms(realm, saml));
  app.use(samlRoutes(realm, saml, remembered));
  app.use(oidcRoutes(realm, openIdProvider(realm, keys, behindProxy), remembered));
  app.use(answerProblems(log));
  return app;
}
