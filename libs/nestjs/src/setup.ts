import type { INestApplication } from '@nestjs/common';
import { idpRolesJsonReader } from './admin/json-body.js';
import { ServiceKeys } from './admin/service-keys.js';
import { MountedRoutes } from './mounted-routes.js';
import { ScimDoor } from './scim/scim-door.js';
import { idpRolesFormReader } from './sign-in/form-body.js';

/** 64 KiB of XML in base64, percent-encoded, with room for RelayState; a logout token is far shorter. */
const LOGOUT_LIMIT = 192 * 1024;

/**
 * Call once, before `app.init()` or `app.listen()`: our endpoints that take a body then read it with limits of their
 * own, ahead of the host's parsers, which stay as they are for every other route. Returns the app it was given.
 */
export function setupIdpRoles<App extends INestApplication>(app: App): App {
  const routes = app.get(MountedRoutes);
  const keys = app.get(ServiceKeys);
  routes.setUp = true;
  app.use(idpRolesFormReader((request) => routes.isAcs(request.url ?? '')));
  app.use(idpRolesFormReader((request) => routes.isLogout(request.url ?? ''), { limit: LOGOUT_LIMIT }));
  app.use(
    idpRolesJsonReader(
      ({ url = '' }) => routes.isAdmin(url),
      async ({ headers }) => (await keys.actorOf(headers.authorization)) !== undefined,
    ),
  );
  app.use(app.get(ScimDoor).handle);
  return app;
}
