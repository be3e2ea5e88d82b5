import { IdpRolesModule } from '@idp-roles/nestjs';
import { Module, type DynamicModule } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { access } from './access.js';
import { HealthController } from './health.controller.js';
import { HomeController } from './home/home.controller.js';
import { IdpPage } from './home/idp-page.js';
import { RoleTree } from './home/role-tree.js';
import type { Environment } from './environment.js';
import { InvoicesController } from './office/invoices.controller.js';
import { AdminController } from './office/admin.controller.js';
import { RefusalPageFilter } from './pages/refusal-page.filter.js';
import { Frames } from './pages/frames.js';
import { ProjectsController } from './projects/projects.controller.js';
import { Notes } from './projects/notes.js';
import { WorkspacesController } from './projects/workspaces.controller.js';
import { AcmeDirectory } from './start/acme-directory.js';
import { FirstStart } from './start/first-start.js';

/** The sample app: projects in workspaces, in two organizations. Every route says what it requires; one that did not would be denied. */
@Module({})
export class AppModule {
  static with(environment: Environment): DynamicModule {
    return {
      module: AppModule,
      imports: [
        IdpRolesModule.forRootAsync({
          access,
          guard: 'global',
          useFactory: () => ({
            publicUrl: environment.baseUrl,
            store: environment.databaseUrl
              ? { url: environment.databaseUrl }
              : { folder: environment.dataDir },
            ephemeral: environment.redisUrl ? { redisUrl: environment.redisUrl } : undefined,
            secret: environment.secret,
            serviceKey: environment.serviceKey,
            outbound: { allowLoopbackHttp: !environment.production },
          }),
        }),
      ],
      controllers: [
        HealthController,
        HomeController,
        ProjectsController,
        WorkspacesController,
        InvoicesController,
        AdminController,
      ],
      providers: [
        FirstStart,
        AcmeDirectory,
        Frames,
        RoleTree,
        Notes,
        { provide: IdpPage, useValue: new IdpPage(environment.simulatorUrl) },
        { provide: APP_FILTER, useClass: RefusalPageFilter },
      ],
    };
  }
}
