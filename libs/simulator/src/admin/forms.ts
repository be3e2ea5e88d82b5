import express, { Router } from 'express';
import { homePage } from '../pages/home-page.js';
import { asPersonality } from '../personality.js';
import type { Realm } from '../realm.js';
import type { PushMode } from '../scim/provisioning.js';
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

  /** Answers once the directory has, where one is told. */
  const follow = (login: string, mode: PushMode, edit: () => void, response: express.Response) =>
    realm.scim.follow(login, mode, edit).then((push) => {
      const there = realm.people.find(login) !== undefined;
      const anchor = push ? 'provisioning' : 'people';
      response.redirect(303, there ? saved(`person-${login}`, push !== undefined) : saved(anchor));
    });

  forms.post('/people', form, (request: express.Request, response: express.Response) => {
    const login = field(request, 'login') ?? '';
    realm.people.add({ login, name: field(request, 'name'), email: field(request, 'email') });
    return follow(login, 'automatic', () => {}, response);
  });

  forms.post('/people/:login', form, (request: Form, response: express.Response) => {
    const { login } = request.params;
    const edit = {
      email: field(request, 'email'),
      emailVerified: field(request, 'emailVerified') === 'yes',
      department: field(request, 'department') ?? null,
      groups: [...fields(request, 'groups'), ...fields(request, 'newGroup')],
    };
    return follow(login, pushMode(request), () => void realm.people.edit(login, edit), response);
  });

  const lifecycle: Readonly<Record<string, (login: string) => unknown>> = {
    deactivate: (login) => realm.people.edit(login, { active: false }),
    reactivate: (login) => realm.people.edit(login, { active: true }),
    delete: (login) => realm.people.remove(login),
  };
  for (const [action, act] of Object.entries(lifecycle)) {
    forms.post(`/people/:login/${action}`, form, (request: Form, response: express.Response) => {
      const { login } = request.params;
      return follow(login, 'now', () => void act(login), response);
    });
  }

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
