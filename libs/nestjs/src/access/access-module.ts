import type { AccessModel } from '@idp-roles/access';
import { Module, type DynamicModule, type ModuleMetadata, type Provider, type Type } from '@nestjs/common';
import { APP_GUARD, DiscoveryModule } from '@nestjs/core';
import { AccessGuard, type GuardParts } from './access-guard.js';
import { AccessListing } from './access-listing.js';
import { AccessReader } from './access-reader.js';
import { AccessRoutes } from './access-routes.js';
import { AccessService } from './access-service.js';
import { AccessSettings } from './access-settings.js';
import { BootAudit } from './boot-audit.js';
import { DecisionIds } from './decision-id.js';
import { GUARD_PARTS } from './guard-mark.js';

export interface AccessModuleOptions {
  readonly access: AccessModel;
  /** `global` judges every route and denies those that declare nothing; `decorated` (default) only those with a decorator. */
  readonly guard?: 'global' | 'decorated';
  /** Controllers one does not own, open to everybody under a global guard. */
  readonly publicControllers?: readonly Type[];
  /** What `providers` inject. */
  readonly imports?: ModuleMetadata['imports'];
  /** Must provide `PrincipalProvider`, `AccessSource` and `DECISION_KEY`, unless `imports` export them. */
  readonly providers?: readonly Provider[];
  /** Milliseconds since the epoch; `Date.now` where absent. */
  readonly now?: () => number;
  /** True where absent: decorators apply the guard in modules of the host, which must find what it injects. */
  readonly isGlobal?: boolean;
}

/** The guard, what it needs, and the check at start. */
@Module({})
export class AccessModule {
  static register(options: AccessModuleOptions): DynamicModule {
    const { access, guard = 'decorated', publicControllers = [], now = Date.now } = options;
    return {
      module: AccessModule,
      global: options.isGlobal ?? true,
      imports: [DiscoveryModule, ...(options.imports ?? [])],
      providers: [
        {
          provide: AccessSettings,
          useValue: new AccessSettings(access, guard, new Set(publicControllers), now),
        },
        ...(options.providers ?? []),
        AccessReader,
        AccessGuard,
        {
          provide: GUARD_PARTS,
          inject: [AccessReader, AccessSettings, DecisionIds],
          useFactory: (
            reader: AccessReader,
            settings: AccessSettings,
            decisionIds: DecisionIds,
          ): GuardParts => ({ reader, settings, decisionIds }),
        },
        AccessListing,
        AccessService,
        DecisionIds,
        AccessRoutes,
        BootAudit,
        ...(guard === 'global' ? [{ provide: APP_GUARD, useExisting: AccessGuard }] : []),
      ],
      exports: [
        AccessSettings,
        AccessReader,
        AccessGuard,
        GUARD_PARTS,
        AccessService,
        AccessRoutes,
        DecisionIds,
      ],
    };
  }
}
