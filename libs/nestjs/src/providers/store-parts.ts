import type { InjectionToken, Provider } from '@nestjs/common';
import type { Store } from '@idp-roles/store';
import { ADMIN_OUTBOUND } from '../admin/admin-outbound.js';
import { Closing } from '../closing.js';
import { JobBell } from '../jobs/job-bell.js';
import { EPHEMERAL, openedEphemeral, openedOutbound, openedStore, OUTBOUND, STORE } from '../opened.js';
import { IDP_ROLES_OPTIONS, IDP_ROLES_SHAPE, type IdpRolesOptions, type IdpRolesShape } from '../options.js';
import { ResourceResolvers } from '../resources/resource-resolvers.js';
import { useCaseContext } from '../use-case-context.js';
import { UseCases } from '../use-cases.js';
import { validateOptions } from '../validate-options.js';

/** The rim: what the options open, and the use-cases over it. */
export function storeParts(rawOptions: InjectionToken): Provider[] {
  return [
    {
      provide: IDP_ROLES_OPTIONS,
      inject: [rawOptions],
      useFactory: (raw: IdpRolesOptions) => validateOptions(raw),
    },
    Closing,
    { provide: STORE, inject: [IDP_ROLES_OPTIONS, Closing], useFactory: openedStore },
    { provide: EPHEMERAL, inject: [IDP_ROLES_OPTIONS, Closing], useFactory: openedEphemeral },
    { provide: OUTBOUND, inject: [IDP_ROLES_OPTIONS, Closing], useFactory: openedOutbound },
    { provide: ADMIN_OUTBOUND, useExisting: OUTBOUND },
    JobBell,
    {
      provide: ResourceResolvers,
      inject: [IDP_ROLES_SHAPE],
      useFactory: ({ access }: IdpRolesShape) => new ResourceResolvers(access),
    },
    {
      provide: UseCases,
      inject: [IDP_ROLES_SHAPE, IDP_ROLES_OPTIONS, STORE, JobBell, ResourceResolvers],
      useFactory: (
        { access }: IdpRolesShape,
        options: IdpRolesOptions,
        store: Store,
        jobs: JobBell,
        resolved: ResourceResolvers,
      ) => new UseCases({ ...useCaseContext(access, options, store, jobs), resolved }),
    },
  ];
}
