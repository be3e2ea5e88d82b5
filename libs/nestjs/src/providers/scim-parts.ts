import type { Provider } from '@nestjs/common';
import { authenticateDirectory, workOnJobs } from '@idp-roles/use-cases';
import { Closing } from '../closing.js';
import { JobBell } from '../jobs/job-bell.js';
import { JobRunner } from '../jobs/job-runner.js';
import { MountedRoutes } from '../mounted-routes.js';
import { IDP_ROLES_OPTIONS, type IdpRolesOptions } from '../options.js';
import { DirectoryUrls } from '../scim/directory-urls.js';
import { ScimBody } from '../scim/scim-body.js';
import { ScimBulk } from '../scim/scim-bulk.js';
import { ScimSearch } from '../scim/scim-search.js';
import { ScimDoor } from '../scim/scim-door.js';
import { ScimGroups } from '../scim/scim-groups.js';
import { ScimUsers } from '../scim/scim-users.js';
import { WideSearches } from '../scim/wide-searches.js';
import { UseCases } from '../use-cases.js';

/** Requests of one directory in a second. */
const REQUESTS_PER_SECOND = 1_000;

/** Directories: who may come in, what they say, and the work that goes on after the answer. */
export const scimParts: Provider[] = [
  DirectoryUrls,
  WideSearches,
  ScimUsers,
  ScimGroups,
  ScimBulk,
  ScimSearch,
  {
    provide: ScimDoor,
    inject: [MountedRoutes, UseCases, IDP_ROLES_OPTIONS],
    useFactory: (routes: MountedRoutes, { context }: UseCases, { scim = {} }: IdpRolesOptions) => {
      const { requestsPerSecond = REQUESTS_PER_SECOND, burst = requestsPerSecond } = scim;
      return new ScimDoor({
        pathOf: (url) => routes.scimPath(url),
        authenticate: (shown) => authenticateDirectory(context, shown),
        bodies: new ScimBody(),
        rate: { perSecond: requestsPerSecond, burst },
      });
    },
  },
  {
    provide: JobRunner,
    inject: [UseCases, JobBell, Closing],
    useFactory: ({ context }: UseCases, bell: JobBell, closing: Closing) => {
      const runner = new JobRunner(() => workOnJobs(context));
      bell.answer(() => runner.kick());
      closing.add(() => runner.stop());
      return runner;
    },
  },
];
