import express, { Router } from 'express';
import type { OidcClient } from '../oidc/clients.js';
import type { NewPerson, PersonEdit } from '../person.js';
import { asPersonality, personalities } from '../personality.js';
import type { Realm } from '../realm.js';
import type { ServiceProvider } from '../saml/service-providers.js';
import { objectBody } from './body.js';
import { jsonOnly, sameOriginOnly } from './own-requests.js';

/** `/api`: what the pages do, for programs. Bodies are checked where they arrive: each register refuses what it cannot keep. */
export function adminApi(realm: Realm): Router {
  const api = Router();
  api.use(sameOriginOnly, jsonOnly, express.json({ limit: '1mb' }));

  api.get('/people', (_request, response) => {
    response.json(realm.people.list());
  });
  api.post('/people', (request, response) => {
    response.status(201).json(realm.people.add(objectBody(request) as unknown as NewPerson));
  });
  api.get('/people/:login', (request, response) => {
    response.json(realm.people.get(request.params.login));
  });
  api.patch('/people/:login', (request, response) => {
    response.json(realm.people.edit(request.params.login, objectBody(request) as PersonEdit));
  });

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

  api.get('/claim-source-requests', (_request, response) => {
    response.json({ count: realm.claimSourceRequests });
  });
  return api;
}
