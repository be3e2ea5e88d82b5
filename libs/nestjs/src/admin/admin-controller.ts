import {
  Controller,
  SetMetadata,
  UseFilters,
  UseGuards,
  VERSION_NEUTRAL,
  applyDecorators,
  type Type,
} from '@nestjs/common';
import { PUBLIC } from '../access/declared.js';
import { ProblemFilter } from './problem/problem.filter.js';
import { ServiceKeyGuard } from './service-key.guard.js';

const ROUTE = 'idp-roles:admin-route';

/** Where the admin API stands under the prefix. */
export const ADMIN_BASE = 'idp-roles/v1';

/**
 * A controller below the admin API's base. Has no path until `mount` gives it one. A global access guard lets it pass,
 * as by `@Public()` but without reading anybody's session; who may come in is decided by `ServiceKeyGuard` alone.
 */
export function AdminController(route: string): ClassDecorator {
  return applyDecorators(
    SetMetadata(ROUTE, route),
    SetMetadata(PUBLIC, true),
    UseGuards(ServiceKeyGuard),
    UseFilters(ProblemFilter),
  );
}

/** A subclass at `<prefix>/idp-roles/v1/<route>`: two modules with different prefixes do not share metadata. */
export function mount(base: Type, prefix: string, decorators: readonly ClassDecorator[]): Type {
  const mounted = { [base.name]: class extends base {} }[base.name] as Type;
  const route = Reflect.getMetadata(ROUTE, base) as string;
  Controller({ path: [prefix, ADMIN_BASE, route].filter(Boolean).join('/'), version: VERSION_NEUTRAL })(
    mounted,
  );
  for (const decorate of decorators) decorate(mounted);
  return mounted;
}
