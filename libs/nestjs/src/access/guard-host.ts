import type { DiscoveryService } from '@nestjs/core';
import { rootTypes, type RootTypes } from './call-kind.js';
import { GUARD_MARK } from './guard-mark.js';

type InstanceWrapper = ReturnType<DiscoveryService['getProviders']>[number];

/** The module that a handler's class is provided by. */
export type Host = InstanceWrapper['host'];

/* Nest's own keys: its constants are not part of what it exports. */
const GUARDS = '__guards__';
const GRAPHQL_OPTIONS = 'GqlModuleOptions';
const SCHEMA_HOST = 'GraphQLSchemaHost';

interface GraphqlOptions {
  readonly fieldResolverEnhancers?: readonly string[];
  readonly include?: readonly unknown[];
}

/** Whether every GraphQL of the app that takes up this module's resolvers runs guards on their fields. */
export function guardsFields(providers: readonly InstanceWrapper[], host: Host): boolean {
  const options = providers
    .filter(({ token }) => token === GRAPHQL_OPTIONS)
    .map(({ instance }) => instance as GraphqlOptions | undefined)
    .filter((found) => !found?.include?.length || found.include.includes(host?.metatype));
  return (
    options.length > 0 && options.every((found) => found?.fieldResolverEnhancers?.includes('guards') === true)
  );
}

interface SchemaHost {
  /** Throws where there is none, as on a gateway of a federation. */
  readonly schema: RootTypes;
}

/** What the app's GraphQL schemas are entered by: a schema may call its root types as it likes. */
export function rootTypeNames(providers: readonly InstanceWrapper[]): ReadonlySet<unknown> {
  const names = providers
    .filter(({ token }) => typeof token === 'function' && token.name === SCHEMA_HOST)
    .flatMap(({ instance }) => rootTypesOf(instance as SchemaHost | undefined));
  return new Set(names);
}

function rootTypesOf(host: SchemaHost | undefined): readonly unknown[] {
  try {
    return host ? rootTypes(host.schema).map((type) => type?.name) : [];
  } catch {
    return [];
  }
}

/** Nest passes over, without a word, a guard that it made no instance of: that of a resolver which a factory made, say. */
export function isGuardMade(owner: Function, method: Function, host: Host): boolean {
  return guardsOn(owner, method).some((guard) => isOurs(guard) && host?.injectables.has(guard) === true);
}

/** Whether the function itself carries our guard, or that of another copy of this package. */
export function isGuarded(method: Function): boolean {
  return guardsOn(method).some(isOurs);
}

/** Of the guards that others put on a handler and its class. */
export function guardNames(owner: Function, method: Function): readonly string[] {
  return guardsOn(owner, method)
    .filter((guard) => !isOurs(guard))
    .map((guard) => (typeof guard === 'function' ? guard : (guard as object).constructor).name);
}

function guardsOn(...targets: readonly Function[]): readonly unknown[] {
  return targets.flatMap((target) => (Reflect.getMetadata(GUARDS, target) ?? []) as readonly unknown[]);
}

function isOurs(guard: unknown): guard is Function {
  return typeof guard === 'function' && Reflect.hasMetadata(GUARD_MARK, guard);
}
