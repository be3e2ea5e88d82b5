import { hkdfSync } from 'node:crypto';
import type { Provider } from '@nestjs/common';
import { AccessSettings } from '../access/access-settings.js';
import { AccessSource } from '../access/access-source.js';
import { DECISION_KEY } from '../access/decision-id.js';
import { PrincipalProvider } from '../access/principal-provider.js';
import { LiveAccess } from '../live/live-access.js';
import { LiveAccessSource } from '../live/live-access-source.js';
import { secretsOf } from '../opened.js';
import { IDP_ROLES_OPTIONS, type IdpRolesOptions } from '../options.js';
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
      inject: [LiveAccess],
      useFactory: (live: LiveAccess) => new LiveAccessSource(live),
    },
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
