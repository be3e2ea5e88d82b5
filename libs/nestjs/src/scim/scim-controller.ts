import {
  SetMetadata,
  UseFilters,
  UseGuards,
  UseInterceptors,
  applyDecorators,
  type Type,
} from '@nestjs/common';
import { PUBLIC } from '../access/declared.js';
import { mountAt } from '../mount.js';
import { SCIM_BASE } from './directory-urls.js';
import { ScimFilter } from './scim.filter.js';
import { ScimGuard } from './scim.guard.js';
import { ScimInterceptor } from './scim.interceptor.js';

const ROUTE = 'idp-roles:scim-route';

/**
 * A controller below a directory. Has no path until `mountScim` gives it one. A global access guard lets it pass, as by
 * `@Public()`; who may come in is decided by `ScimGuard` alone.
 */
export function ScimController(route = ''): ClassDecorator {
  return applyDecorators(
    SetMetadata(ROUTE, route),
    SetMetadata(PUBLIC, true),
    UseGuards(ScimGuard),
    UseFilters(ScimFilter),
    UseInterceptors(ScimInterceptor),
  );
}

/** At `<prefix>/scim/v2/:directory/<route>`. */
export function mountScim(base: Type, prefix: string, decorators: readonly ClassDecorator[]): Type {
  const route = Reflect.getMetadata(ROUTE, base) as string;
  return mountAt(base, `${prefix}/${SCIM_BASE}/:directory/${route}`, decorators);
}
