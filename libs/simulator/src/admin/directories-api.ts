import { Router } from 'express';
import type { Realm } from '../realm.js';
import type { ScimDirectory } from '../scim/directories.js';
import { objectBody } from './body.js';

/** `/api/directories`: where people are pushed to. Tokens are taken and never shown. */
export function directoriesApi(realm: Realm): Router {
  const api = Router();
  const { scim } = realm;

  const shown = (organization: string) => {
    const { token: _secret, ...directory } = scim.directories.get(organization);
    const { begun, users, groups } = scim.directories.told(organization);
    return {
      ...directory,
      begun,
      users: [...users].map(([login, { id }]) => ({ login, id })),
      groups: [...groups].map(([name, { id, members }]) => ({ name, id, members: [...members] })),
    };
  };

  api.get('/', (_request, response) => {
    response.json(scim.directories.list().map(({ organization }) => shown(organization)));
  });
  api.put('/:organization', (request, response) => {
    const { organization } = request.params;
    scim.directories.register({ ...objectBody(request), organization } as ScimDirectory);
    const { automatic } = scim.directories.get(organization);
    return scim.setAutomatic(organization, automatic).then(() => response.json(shown(organization)));
  });
  api.put('/:organization/automatic', (request, response) => {
    const { organization } = request.params;
    const automatic = objectBody(request).automatic as boolean;
    return scim.setAutomatic(organization, automatic).then(() => response.json(shown(organization)));
  });
  api.delete('/:organization', (request, response) => {
    scim.directories.remove(request.params.organization);
    response.status(204).end();
  });
  api.post('/:organization/push', (request, response) =>
    scim.pushAll(request.params.organization).then((push) => response.json(push)),
  );
  return api;
}
