import {
  SetMetadata,
  UseFilters,
  UseGuards,
  UseInterceptors,
  applyDecorators,
  type Type,
} from '@nestjs/common';
import { mountAt } from '../mount.js';
import { PUBLIC } from '../access/declared.js';
import { NoStoreInterceptor } from './no-store.interceptor.js';
import { ProblemFilter } from './problem/problem.filter.js';
import { ServiceKeyGuard } from './service-key.guard.js';

const ROUTE = 'idp-roles:admin-route';

/** Where the admin API stands under the prefix. */
const ADMIN_BASE = 'idp-roles/v1';

/**
 * A controller below the admin API's base. Has no path until `mountAdmin` gives it one. A global access guard lets it pass,
 * as by `@Public()` but without reading anybody's session; who may come in is decided by `ServiceKeyGuard` alone.
 */
export function AdminController(route: string): ClassDecorator {
  return applyDecorators(
    SetMetadata(ROUTE, route),
    SetMetadata(PUBLIC, true),
    UseGuards(ServiceKeyGuard),
    UseFilters(ProblemFilter),
    UseInterceptors(NoStoreInterceptor),
  );
}

/** At `<prefix>/idp-roles/v1/<route>`. */
export function mountAdmin(base: Type, prefix: string, decorators: readonly ClassDecorator[]): Type {
  const route = Reflect.getMetadata(ROUTE, base) as string;
  return mountAt(base, `${prefix}/${ADMIN_BASE}/${route}`, decorators);
}
