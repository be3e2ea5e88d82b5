import { hkdfSync } from 'node:crypto';
import type { Provider } from '@nestjs/common';
import type { Store } from '@idp-roles/store';
import { AccessLists } from '../access/access-lists.js';
import { AccessSettings } from '../access/access-settings.js';
import { AccessSource } from '../access/access-source.js';
import { DECISION_KEY } from '../access/decision-id.js';
import { PrincipalProvider } from '../access/principal-provider.js';
import { LiveAccess } from '../live/live-access.js';
import { LiveAccessLists } from '../live/live-access-lists.js';
import { LiveAccessSource } from '../live/live-access-source.js';
import { secretsOf, STORE } from '../opened.js';
import { IDP_ROLES_OPTIONS, type IdpRolesOptions } from '../options.js';
import { FindResolvers } from '../resources/find-resolvers.js';
import { ResourceResolvers } from '../resources/resource-resolvers.js';
import { CurrentMember } from '../sessions/current-member.js';
import { SessionPrincipalProvider } from '../sessions/session-principal-provider.js';
import type { Shape } from '../shape.js';

/** What the guards ask of: who it is, and what they hold. */
export function accessParts({ access, guard, publicControllers, principalProvider }: Shape): Provider[] {
  return [
    {
      provide: AccessSettings,
      inject: [IDP_ROLES_OPTIONS],
      useFactory: ({ clock = Date.now }: IdpRolesOptions) =>
        new AccessSettings(access, guard, new Set(publicControllers), clock),
    },
    {
      provide: DECISION_KEY,
      inject: [IDP_ROLES_OPTIONS],
      useFactory: (options: IdpRolesOptions) =>
        Buffer.from(hkdfSync('sha256', secretsOf(options)[0]!, '', 'idp-roles decision ids', 32)),
    },
    {
      provide: AccessSource,
      inject: [LiveAccess, ResourceResolvers],
      useFactory: (live: LiveAccess, resolvers: ResourceResolvers) => new LiveAccessSource(live, resolvers),
    },
    {
      provide: AccessLists,
      inject: [LiveAccess, ResourceResolvers, STORE, IDP_ROLES_OPTIONS],
      useFactory: (
        live: LiveAccess,
        resolvers: ResourceResolvers,
        { read }: Store,
        { store }: IdpRolesOptions,
      ) => new LiveAccessLists(live, resolvers, read.access, 'url' in store ? schemaOf(store) : undefined),
    },
    FindResolvers,
    principalProvider
      ? { provide: PrincipalProvider, useClass: principalProvider }
      : {
          provide: PrincipalProvider,
          inject: [CurrentMember, IDP_ROLES_OPTIONS],
          useFactory: (current: CurrentMember, { publicUrl }: IdpRolesOptions) =>
            new SessionPrincipalProvider(current, publicUrl),
        },
  ];
}

/** As the store has it where none is named. */
function schemaOf({ schema = 'idp_roles' }: { readonly schema?: string }): string {
  return schema;
}
