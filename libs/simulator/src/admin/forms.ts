import express, { Router } from 'express';
import { homePage } from '../pages/home-page.js';
import { asPersonality } from '../personality.js';
import type { Realm } from '../realm.js';
import type { IdentityProvider } from '../saml/identity-provider.js';
import { field, fields } from './body.js';
import { sameOriginOnly } from './own-requests.js';

const saved = (anchor: string) => `/?saved=${encodeURIComponent(anchor)}#${anchor}`;

/** The page `/` and the forms on it. Each form answers with a redirect, so that a reload repeats nothing. */
export function adminForms(realm: Realm, saml: IdentityProvider): Router {
  const forms = Router();
  const form = [
    sameOriginOnly,
    express.urlencoded({ extended: false, limit: '1mb', parameterLimit: 10_000 }),
  ];

  forms.get('/', (request, response) => {
    const what = request.query.saved;
    response
      .type('html')
      .send(homePage(realm, saml, typeof what === 'string' ? what.slice(0, 200) : undefined));
  });

  forms.post('/people', form, (request: express.Request, response: express.Response) => {
    const login = field(request, 'login') ?? '';
    realm.people.add({ login, name: field(request, 'name'), email: field(request, 'email') });
    response.redirect(303, saved(`person-${login}`));
  });

  forms.post(
    '/people/:login',
    form,
    (request: express.Request<{ login: string }>, response: express.Response) => {
      const { login } = request.params;
      realm.people.edit(login, {
        email: field(request, 'email'),
        emailVerified: field(request, 'emailVerified') === 'yes',
        department: field(request, 'department') ?? null,
        groups: [...fields(request, 'groups'), ...fields(request, 'newGroup')],
      });
      response.redirect(303, saved(`person-${login}`));
    },
  );

  forms.post('/personality', form, (request: express.Request, response: express.Response) => {
    realm.personality = asPersonality(field(request, 'personality'));
    response.redirect(303, saved('personality'));
  });

  forms.post('/clients', form, (request: express.Request, response: express.Response) => {
    const clientId = field(request, 'clientId') ?? '';
    realm.clients.register({
      clientId,
      clientSecret: field(request, 'clientSecret') ?? '',
      redirectUris: fields(request, 'redirectUri'),
    });
    response.redirect(303, saved('applications'));
  });

  forms.post('/service-providers', form, (request: express.Request, response: express.Response) => {
    const entityId = field(request, 'entityId') ?? '';
    realm.serviceProviders.register({ entityId, acsUrl: field(request, 'acsUrl') ?? '' });
    response.redirect(303, saved('applications'));
  });
  return forms;
}
