import type { Type } from '@nestjs/common';
import { ScimBulkController } from './bulk.controller.js';
import { ScimDiscoveryController } from './discovery.controller.js';
import { ScimGroupsController } from './groups.controller.js';
import { ScimSearchController } from './search.controller.js';
import { mountScim } from './scim-controller.js';
import { ScimUnknownController } from './unknown.controller.js';
import { ScimUsersController } from './users.controller.js';

const CONTROLLERS: readonly Type[] = [
  ScimUsersController,
  ScimGroupsController,
  ScimBulkController,
  ScimSearchController,
  ScimDiscoveryController,
  // Last: it answers whatever those above do not.
  ScimUnknownController,
];

/** SCIM 2.0 below `prefix`. `decorators` are put on each, so that a host's own global guards let them pass. */
export function scimControllers(prefix: string, decorators: readonly ClassDecorator[]): Type[] {
  return CONTROLLERS.map((base) => mountScim(base, prefix, decorators));
}
