import type { AccessModel } from '@idp-roles/access';
import type { Store } from '@idp-roles/store';
import { RulesCache, type UseCaseContext, type UseCaseModel } from '@idp-roles/use-cases';
import { Logger } from '@nestjs/common';
import { logEvent } from './event-log.js';
import type { JobBell } from './jobs/job-bell.js';
import type { IdpRolesOptions } from './options.js';

/** The use-cases' surroundings, made of the module's options. */
export function useCaseContext(
  access: AccessModel,
  options: IdpRolesOptions,
  store: Store,
  jobs: JobBell,
): UseCaseContext {
  const logger = new Logger('IdpRoles');
  return {
    store,
    clock: options.clock ?? Date.now,
    model: useCaseModel(access),
    rules: new RulesCache(),
    allowResourceMappings: options.allowResourceMappings ?? false,
    completer: options.claimsCompleter,
    notify: (event) => {
      if (event.type === 'job-queued') jobs.ring();
      logEvent(logger, event);
    },
  };
}

function useCaseModel({ roles, resources, permissions }: AccessModel): UseCaseModel {
  return {
    roles: [...roles.values()].map((role) => ({
      id: role.id,
      slug: role.slug,
      name: role.name,
      on: role.on,
      permissions: [...role.permissions],
      idpGrantable: role.idpGrantable,
      keepLastHolder: role.keepLastHolder,
    })),
    resources,
    permissions,
  };
}
