import type { Provider } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { Outbound } from '@idp-roles/outbound';
import type { EphemeralStore } from '@idp-roles/store';
import { recordFailedSignIn } from '@idp-roles/use-cases';
import { ServiceKeys } from '../admin/service-keys.js';
import { Closing } from '../closing.js';
import { MountedRoutes } from '../mounted-routes.js';
import { EPHEMERAL, OUTBOUND, secretsOf } from '../opened.js';
import { IDP_ROLES_OPTIONS, IDP_ROLES_SHAPE, isHttps, type IdpRolesOptions } from '../options.js';
import { Sessions } from '../sessions/sessions.js';
import type { Shape } from '../shape.js';
import { BrowserCookie } from '../sign-in/browser-cookie.js';
import { FailedSignIns } from '../sign-in/failed-sign-ins.js';
import { IdpLogout } from '../sign-in/idp-logout.js';
import { IdpSessionSeal } from '../sign-in/idp-session.js';
import { Logout } from '../sign-in/logout.js';
import { PendingLogouts } from '../sign-in/pending-logouts.js';
import { PendingSignIns } from '../sign-in/pending-sign-ins.js';
import { RoleMappingService } from '../sign-in/role-mapping.service.js';
import { Seal } from '../sign-in/seal.js';
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
    provide: PendingSignIns,
    inject: [EPHEMERAL, UseCases, IDP_ROLES_OPTIONS],
    useFactory: (ephemeral: EphemeralStore, { context }: UseCases, options: IdpRolesOptions) =>
      new PendingSignIns(
        ephemeral,
        new Seal(secretsOf(options), 'pending sign-in'),
        new BrowserCookie(isHttps(options)),
        context.clock,
      ),
  },
  {
    provide: FailedSignIns,
    inject: [UseCases, Closing],
    useFactory: ({ context }: UseCases, closing: Closing) => {
      const failed = new FailedSignIns((each) => recordFailedSignIn(context, each));
      closing.add(() => failed.close());
      return failed;
    },
  },
  {
    provide: IdpSessionSeal,
    inject: [IDP_ROLES_OPTIONS],
    useFactory: (options: IdpRolesOptions) =>
      new IdpSessionSeal(new Seal(secretsOf(options), 'session at the IdP')),
  },
  {
    provide: PendingLogouts,
    inject: [UseCases, IDP_ROLES_OPTIONS],
    useFactory: ({ context }: UseCases, options: IdpRolesOptions) =>
      new PendingLogouts(new Seal(secretsOf(options), 'pending logout'), isHttps(options), context.clock),
  },
  Logout,
  IdpLogout,
  {
    provide: SignInFlow,
    inject: [
      UseCases,
      RoleMappingService,
      Sessions,
      PendingSignIns,
      FailedSignIns,
      SignInStrategies,
      IdpSessionSeal,
      IDP_ROLES_OPTIONS,
    ],
    useFactory: (
      useCases: UseCases,
      roleMapping: RoleMappingService,
      sessions: Sessions,
      pending: PendingSignIns,
      failed: FailedSignIns,
      strategies: SignInStrategies,
      idpSessions: IdpSessionSeal,
      options: IdpRolesOptions,
    ) =>
      new SignInFlow(useCases, roleMapping, {
        sessions,
        strategies,
        failed,
        pending,
        idpSessions,
        publicUrl: options.publicUrl,
      }),
  },
];
