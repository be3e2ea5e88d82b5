import type { Provider } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { Outbound } from '@idp-roles/outbound';
import type { EphemeralStore } from '@idp-roles/store';
import { ServiceKeys } from '../admin/service-keys.js';
import { MountedRoutes } from '../mounted-routes.js';
import { EPHEMERAL, OUTBOUND } from '../opened.js';
import { IDP_ROLES_OPTIONS, IDP_ROLES_SHAPE, isHttps, type IdpRolesOptions } from '../options.js';
import { Sessions } from '../sessions/sessions.js';
import type { Shape } from '../shape.js';
import { BrowserCookie } from '../sign-in/browser-cookie.js';
import { PendingSignIns } from '../sign-in/pending-sign-ins.js';
import { RoleMappingService } from '../sign-in/role-mapping.service.js';
import { SignInFlow } from '../sign-in/sign-in-flow.js';
import { SignInUrls } from '../sign-in/sign-in-urls.js';
import { SignInStrategies } from '../sign-in/strategies.js';
import { UseCases } from '../use-cases.js';

/** Strategies, pending sign-ins and the way between them. */
export const signInParts: Provider[] = [
  {
    provide: MountedRoutes,
    inject: [HttpAdapterHost, SignInUrls, IDP_ROLES_SHAPE],
    useFactory: (host: HttpAdapterHost, urls: SignInUrls, { prefix, controllers }: Shape) =>
      new MountedRoutes(host, urls, { prefix, controllers }),
  },
  {
    provide: SignInStrategies,
    inject: [OUTBOUND, SignInUrls, UseCases],
    useFactory: (outbound: Outbound, urls: SignInUrls, { context }: UseCases) =>
      new SignInStrategies(
        outbound,
        urls,
        ({ organization, id }) => context.store.read.connections.secrets(organization, id),
        context.clock,
      ),
  },
  RoleMappingService,
  ServiceKeys,
  {
    provide: SignInFlow,
    inject: [UseCases, RoleMappingService, Sessions, EPHEMERAL, SignInStrategies, IDP_ROLES_OPTIONS],
    useFactory: (
      useCases: UseCases,
      roleMapping: RoleMappingService,
      sessions: Sessions,
      ephemeral: EphemeralStore,
      strategies: SignInStrategies,
      options: IdpRolesOptions,
    ) =>
      new SignInFlow(useCases, roleMapping, {
        sessions,
        strategies,
        pending: new PendingSignIns(ephemeral),
        cookie: new BrowserCookie(isHttps(options)),
        publicUrl: options.publicUrl,
      }),
  },
];
