import type { DynamicModule, InjectionToken, Provider } from '@nestjs/common';
import { AccessModule } from './access/access-module.js';
import { adminControllers } from './admin/admin-controllers.js';
import { IdpRolesCoreModule } from './core.module.js';
import { hostServices } from './host/host-services.js';
import { mountAt, normalisePrefix } from './mount.js';
import { IDP_ROLES_SHAPE, type IdpRolesShape } from './options.js';
import { accessParts } from './providers/access-parts.js';
import { scimParts } from './providers/scim-parts.js';
import { sessionParts } from './providers/session-parts.js';
import { signInParts } from './providers/sign-in-parts.js';
import { storeParts } from './providers/store-parts.js';
import { scimControllers } from './scim/scim-controllers.js';
import type { Shape } from './shape.js';
import { LogoutController } from './sign-in/logout.controller.js';
import { SessionController } from './sign-in/session.controller.js';
import { SwitchController } from './sign-in/switch.controller.js';
import { IdpRolesOptionsError } from './validate-options.js';
import { SignInController } from './sign-in/sign-in.controller.js';

/**
 * Three modules of one: the core (options, store, sessions), the guards over it, and on top the controllers and what a
 * host injects.
 */
export function shapedModule(
  definition: DynamicModule,
  given: Partial<IdpRolesShape>,
  rawOptions: InjectionToken,
): DynamicModule {
  if (!given.access) throw new Error('IdpRolesModule needs `access`: pass what `defineAccess` returned');
  if (given.guard !== undefined && given.guard !== 'global' && given.guard !== 'decorated') {
    const message = `must be \`global\` or \`decorated\`, not \`${String(given.guard)}\``;
    throw new IdpRolesOptionsError([{ path: 'guard', message }]);
  }
  const shape = { ...given, prefix: normalisePrefix(given.prefix ?? '') } as Shape;
  const { imports = [], providers = [] } = definition;
  const coreParts = [
    { provide: IDP_ROLES_SHAPE, useValue: shape },
    ...storeParts(rawOptions),
    ...sessionParts,
  ];
  const core: DynamicModule = {
    module: IdpRolesCoreModule,
    imports,
    providers: [...providers, ...coreParts],
    exports: coreParts.map(tokenOf),
  };
  const guards = AccessModule.register({
    access: shape.access,
    guard: shape.guard,
    publicControllers: shape.publicControllers,
    isGlobal: shape.isGlobal,
    imports: [core, ...imports],
    providers: accessParts(shape),
  });
  return {
    module: definition.module,
    global: shape.isGlobal,
    imports: [core, guards],
    controllers: controllersOf(shape),
    providers: [...signInParts, ...scimParts, ...hostServices],
    exports: [guards, ...hostServices, ...[...signInParts, ...scimParts].map(tokenOf)],
  };
}

function controllersOf({ controllers, prefix, controllerDecorators }: Shape) {
  const sso = `${prefix}/sso`;
  return [
    ...(controllers.includes('sign-in')
      ? [SessionController, SwitchController, LogoutController, SignInController].map((base) =>
          mountAt(base, sso, controllerDecorators),
        )
      : []),
    ...(controllers.includes('admin') ? adminControllers(prefix, controllerDecorators) : []),
    ...(controllers.includes('scim') ? scimControllers(prefix, controllerDecorators) : []),
  ];
}

function tokenOf(provider: Provider): InjectionToken {
  return typeof provider === 'function' ? provider : provider.provide;
}
