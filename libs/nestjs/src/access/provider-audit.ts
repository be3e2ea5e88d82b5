import type { MetadataScanner } from '@nestjs/core';
import type { AuditProblem } from './audit-problem.js';
import { declaredOnClass, type Declared } from './declared.js';

/* Keys of packages that a host may lack: present on what Nest runs guards for. */
const GATEWAY = 'websockets:is_gateway';
const GATEWAY_HANDLER = 'websockets:message_mapping';
const RESOLVER_HANDLER = 'graphql:resolver_type';
const ROOT_FIELDS: ReadonlySet<unknown> = new Set(['Query', 'Mutation', 'Subscription']);

/** Declarations on a provider, for which Nest runs no guard: they would protect nothing. */
export function providerProblems(provider: Function, scanner: MetadataScanner): AuditProblem[] {
  const prototype = provider.prototype as Record<string, Function> | undefined;
  const methods = scanner
    .getAllMethodNames(prototype ?? null)
    .map((name) => ({ name, method: prototype?.[name] }))
    .filter((entry): entry is { name: string; method: Function } => entry.method !== undefined);
  const guarded = Reflect.hasMetadata(GATEWAY, provider) || methods.some(({ method }) => isGuarded(method));
  return [
    ...(declares(declaredOnClass(provider)) && !guarded ? [neverRuns(provider.name)] : []),
    ...methods
      .filter(({ method }) => declares(declaredOnClass(method)) && !isGuarded(method))
      .map(({ name }) => neverRuns(`${provider.name}.${name}`)),
  ];
}

/** A handler that Nest itself calls, with guards. Field resolvers are not, unless the host's GraphQL says so. */
function isGuarded(method: Function): boolean {
  return (
    Reflect.hasMetadata(GATEWAY_HANDLER, method) ||
    ROOT_FIELDS.has(Reflect.getMetadata(RESOLVER_HANDLER, method))
  );
}

function declares({ requirements, isPublic }: Declared): boolean {
  return requirements.length > 0 || isPublic;
}

export function neverRuns(where: string): AuditProblem {
  return {
    code: 'guard-never-runs',
    where,
    message:
      'Nest runs no guard here, so this protects nothing; call `AccessService.require` inside, or move the decorator to the route',
  };
}
