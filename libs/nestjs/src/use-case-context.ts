import type { AccessModel } from '@idp-roles/access';
import type { Store } from '@idp-roles/store';
import { RulesCache, type UseCaseContext, type UseCaseEvent, type UseCaseModel } from '@idp-roles/use-cases';
import { Logger } from '@nestjs/common';
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
      say(logger, event);
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

/** What an operator must not miss; everything else is in the audit events. */
function say(logger: Logger, event: UseCaseEvent): void {
  if (event.type === 'last-holder-kept') {
    logger.warn(
      `\`${event.source}\` would have taken \`${event.role}\` from its last holder ${event.member}; it was kept (S11)`,
    );
  } else if (event.type === 'last-holder-lost') {
    logger.warn(
      `nobody active holds \`${event.role}\` any more, since ${event.member} was deactivated; assign it with a service key (S11)`,
    );
  }
}
