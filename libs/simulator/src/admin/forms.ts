import express, { Router } from 'express';
import { homePage } from '../pages/home-page.js';
import { asPersonality } from '../personality.js';
import type { Realm } from '../realm.js';
import type { IdentityProvider } from '../saml/identity-provider.js';
import { field, fields, pushMode } from './body.js';
import { directoryForms } from './directory-forms.js';
import { sameOriginOnly } from './own-requests.js';

const saved = (anchor: string, pushed = false) =>
  `/?saved=${encodeURIComponent(anchor)}${pushed ? '&pushed=yes' : ''}#${anchor}`;

type Form = express.Request<{ login: string }>;

/** The page `/` and the forms on it. Each form answers with a redirect, so that a reload repeats nothing. */
export function adminForms(realm: Realm, saml: IdentityProvider): Router {
  const forms = Router();
  const form = [
    sameOriginOnly,
    express.urlencoded({ extended: false, limit: '1mb', parameterLimit: 10_000 }),
  ];

  forms.get('/', (request, response) => {
    const { saved: what, pushed } = request.query;
    const anchor = typeof what === 'string' ? what.slice(0, 200) : undefined;
    response.type('html').send(homePage(realm, saml, anchor, pushed === 'yes' ? 'pushed' : 'saved'));
  });

  forms.post('/people', form, async (request: express.Request, response: express.Response) => {
    const login = field(request, 'login') ?? '';
    realm.people.add({ login, name: field(request, 'name'), email: field(request, 'email') });
    const push = await realm.scim.follow(login, 'automatic', () => {});
    response.redirect(303, saved(`person-${login}`, push !== undefined));
  });

  forms.post('/people/:login', form, async (request: Form, response: express.Response) => {
    const { login } = request.params;
    const edit = {
      email: field(request, 'email'),
      emailVerified: field(request, 'emailVerified') === 'yes',
      department: field(request, 'department') ?? null,
      groups: [...fields(request, 'groups'), ...fields(request, 'newGroup')],
    };
    const push = await realm.scim.follow(login, pushMode(request), () => void realm.people.edit(login, edit));
    response.redirect(303, saved(`person-${login}`, push !== undefined));
  });

  for (const [action, active] of [
    ['deactivate', false],
    ['reactivate', true],
  ] as const) {
    forms.post(`/people/:login/${action}`, form, async (request: Form, response: express.Response) => {
      const { login } = request.params;
      const push = await realm.scim.follow(login, 'now', () => void realm.people.edit(login, { active }));
      response.redirect(303, saved(`person-${login}`, push !== undefined));
    });
  }

  forms.post('/people/:login/delete', form, async (request: Form, response: express.Response) => {
    const { login } = request.params;
    const push = await realm.scim.follow(login, 'now', () => realm.people.remove(login));
    response.redirect(303, saved(push ? 'provisioning' : 'people'));
  });

  forms.use('/directories', form, directoryForms(realm));

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
