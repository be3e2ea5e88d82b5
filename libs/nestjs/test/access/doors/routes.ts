import type { Type } from '@nestjs/common';
import type { AccessDecorator } from '../../../src/access/declaration.js';
import type { Binding } from '../../../src/access/binding.js';
import { Public, RequireAny, RequirePermission, RequireRole } from '../acme.js';

export interface Route {
  readonly name: string;
  readonly isBound: boolean;
  readonly decorators: readonly AccessDecorator[];
}

const bound = (name: string, ...decorators: AccessDecorator[]) => ({ name, isBound: true, decorators });
const plain = (name: string, ...decorators: AccessDecorator[]) => ({ name, isBound: false, decorators });

/** What every host of the matrix asks, bound to the input `id` by `source`, which differs with the kind of call. */
export function routesBoundTo(source: 'param' | 'args' | 'payload'): readonly Route[] {
  const id = { [source]: 'id' } as unknown as Extract<Binding, { readonly param: string }>;
  return [
    plain('open', Public()),
    plain('silent'),
    plain('roleAdmin', RequireRole('org-admin')),
    plain('invoices', RequirePermission('invoice:view')),
    plain('allProjects', RequirePermission('project:view', { on: 'organization' })),
    plain('adminAndBilling', RequireRole('org-admin'), RequireRole('org-billing')),
    bound('viewProject', RequirePermission('project:view', id)),
    bound('editProject', RequirePermission('project:edit', id)),
    bound('viewWorkspace', RequirePermission('workspace:view', id)),
    bound('editInWorkspace', RequirePermission('project:edit', { on: 'workspace', ...id })),
    bound('roleEditor', RequireRole('project-editor', id)),
    bound('roleWorkspaceAdmin', RequireRole('workspace-admin', id)),
    bound('billingOrEdit', RequireAny({ role: 'org-billing' }, { permission: 'project:edit', ...id })),
  ];
}

/** On a class that itself requires `org-member`. */
export function memberRoutesBoundTo(source: 'param' | 'args' | 'payload'): readonly Route[] {
  const id = { [source]: 'id' } as unknown as Extract<Binding, { readonly param: string }>;
  return [bound('memberEdits', RequirePermission('project:edit', id)), plain('memberOpen', Public())];
}

/** Adds a method for each route to `host`; `serve` decorates it as the kind of call needs. */
export function serveOn<Host extends Type>(
  host: Host,
  routes: readonly Route[],
  serve: (route: Route) => readonly (MethodDecorator | ParameterDecorator)[],
): Host {
  const prototype = host.prototype as Record<string, () => string>;
  for (const route of routes) {
    const { name } = route;
    prototype[name] = { [name]: () => 'yes' }[name]!;
    const decorators = [...route.decorators, ...serve(route)] as MethodDecorator[];
    for (const decorate of decorators)
      decorate(prototype, name, Object.getOwnPropertyDescriptor(prototype, name)!);
  }
  return host;
}
