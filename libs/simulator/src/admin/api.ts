import express, { Router } from 'express';
import type { OidcClient } from '../oidc/clients.js';
import type { NewPerson, PersonEdit } from '../person.js';
import { asPersonality, personalities } from '../personality.js';
import type { Realm } from '../realm.js';
import type { SigningOut } from '../sign-out.js';
import type { ServiceProvider } from '../saml/service-providers.js';
import { objectBody, pushMode } from './body.js';
import { directoriesApi } from './directories-api.js';
import { jsonOnly, sameOriginOnly } from './own-requests.js';

/**
 * `/api`: what the pages do, for programs. Bodies are checked where they arrive: each register refuses what it cannot keep. An edit of a
 * person is pushed by SCIM where their directory is automatic, or with `?push=now`; the answer comes after the directory's.
 */
export function adminApi(realm: Realm, signingOut: SigningOut): Router {
  const api = Router();
  api.use(sameOriginOnly, jsonOnly, express.json({ limit: '1mb' }));

  api.get('/people', (_request, response) => {
    response.json(realm.people.list());
  });
  api.post('/people', (request, response) => {
    const { login } = realm.people.add(objectBody(request) as unknown as NewPerson);
    return realm.scim
      .follow(login, pushMode(request), () => {})
      .then(() => response.status(201).json(realm.people.get(login)));
  });
  api.get('/people/:login', (request, response) => {
    response.json(realm.people.get(request.params.login));
  });
  api.patch('/people/:login', (request, response) => {
    const { login } = request.params;
    const edit = objectBody(request) as PersonEdit;
    return realm.scim
      .follow(login, pushMode(request), () => void realm.people.edit(login, edit))
      .then(() => response.json(realm.people.get(login)));
  });
  api.delete('/people/:login', (request, response) => {
    const { login } = request.params;
    return realm.scim
      .follow(login, pushMode(request), () => realm.people.remove(login))
      .then(() => response.status(204).end());
  });
  api.post('/people/:login/push', (request, response) =>
    realm.scim.pushPerson(request.params.login).then((push) => response.json(push)),
  );

  /** Tells OpenID Connect applications at once; the answer holds the SAML requests, which only a browser can carry. */
  api.post('/people/:login/sign-out', (request, response) =>
    signingOut.person(request.params.login).then((signOut) => response.json(signOut)),
  );

  api.get('/personality', (_request, response) => {
    response.json({ personality: realm.personality, personalities });
  });
  api.put('/personality', (request, response) => {
    realm.personality = asPersonality(objectBody(request).personality);
    response.json({ personality: realm.personality });
  });

  api.get('/clients', (_request, response) => {
    response.json(realm.clients.list().map(({ clientSecret: _secret, ...client }) => client));
  });
  api.put('/clients/:clientId', (request, response) => {
    const client = { ...objectBody(request), clientId: request.params.clientId } as OidcClient;
    realm.clients.register(client);
    response.json({ clientId: client.clientId });
  });

  api.get('/service-providers', (_request, response) => {
    response.json(realm.serviceProviders.list());
  });
  api.post('/service-providers', (request, response) => {
    const serviceProvider = objectBody(request) as unknown as ServiceProvider;
    realm.serviceProviders.register(serviceProvider);
    response.status(201).json(realm.serviceProviders.get(serviceProvider.entityId));
  });

  api.use('/directories', directoriesApi(realm));
  api.get('/pushes', (_request, response) => {
    response.json(realm.scim.log.list());
  });

  api.get('/claim-source-requests', (_request, response) => {
    response.json({ count: realm.claimSourceRequests });
  });
  return api;
}
