import type { Type } from '@nestjs/common';
import { mountAdmin } from './admin-controller.js';
import { ConnectionsController } from './connections/connections.controller.js';
import { DirectoriesController } from './directories/directories.controller.js';
import { DirectoryTokensController } from './directories/directory-tokens.controller.js';
import { JobsController } from './jobs/jobs.controller.js';
import { CheckController } from './members/check.controller.js';
import { ExplainController } from './members/explain.controller.js';
import { MembersController } from './members/members.controller.js';
import { RoleAssignmentsController } from './members/role-assignments.controller.js';
import { MemberSessionsController } from './members/sessions.controller.js';
import { OrganizationsController } from './organizations/organizations.controller.js';
import { ResourcesController } from './resources/resources.controller.js';
import { RoleMappingsController } from './role-mappings/role-mappings.controller.js';
import { RolesController } from './roles/roles.controller.js';

const CONTROLLERS: readonly Type[] = [
  OrganizationsController,
  ConnectionsController,
  DirectoriesController,
  DirectoryTokensController,
  JobsController,
  RoleMappingsController,
  MembersController,
  RoleAssignmentsController,
  CheckController,
  ExplainController,
  MemberSessionsController,
  ResourcesController,
  RolesController,
];

/**
 * The controllers of the admin API (§7) below `prefix`; a host's global prefix comes before it. `decorators` are put on
 * each, so that a host's own global guards let them pass. Their module must provide `UseCases`, `SignInUrls`,
 * `DirectoryUrls`, `AccessService`, `ServiceKeys` and `ADMIN_OUTBOUND`.
 */
export function adminControllers(prefix: string, decorators: readonly ClassDecorator[] = []): Type[] {
  return CONTROLLERS.map((base) => mountAdmin(base, prefix, decorators));
}
