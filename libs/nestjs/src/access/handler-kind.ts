import type { CallKind } from './call-kind.js';

/* Metadata keys of Nest and of packages that a host may lack: their constants are not part of what they export. */
const PATH = 'path';
const MESSAGE_PATTERN = 'microservices:pattern';
const GATEWAY = 'websockets:is_gateway';
const GATEWAY_HANDLER = 'websockets:message_mapping';
const RESOLVER_TYPE = 'graphql:resolver_type';
const RESOLVER_FIELD = 'graphql:resolve_property';
const RESOLVER_REFERENCE = 'graphql:resolve_reference';
const ROOT_TYPES: ReadonlySet<unknown> = new Set(['Query', 'Mutation', 'Subscription']);

/** A resolver method under this name is called to tell a union's types apart, never through a guard. */
const RESOLVE_TYPE = '__resolveType';

/** What calls a method, and through which guards: a `field` has some only where the host's GraphQL says so; `none` never. */
export type HandlerKind = CallKind | 'field' | 'none';

export function kindOnController(method: Function): HandlerKind {
  if (Reflect.hasMetadata(PATH, method)) return 'http';
  return Reflect.hasMetadata(MESSAGE_PATTERN, method) ? 'rpc' : 'none';
}

export function kindOnProvider(owner: Function, method: Function, name: string): HandlerKind {
  if (Reflect.hasMetadata(GATEWAY, owner) && Reflect.hasMetadata(GATEWAY_HANDLER, method)) return 'ws';
  if (ROOT_TYPES.has(typeOf(owner, method))) return 'graphql';
  if (!isReference(method) && !isField(owner, method)) return 'none';
  return name === RESOLVE_TYPE ? 'none' : 'field';
}

/** A field of a type other than the root ones, reached only by way of those. References are entered from outside. */
export function isField(owner: Function, method: Function): boolean {
  return Reflect.hasMetadata(RESOLVER_FIELD, method) && !ROOT_TYPES.has(typeOf(owner, method));
}

/** Asked by the gateway of a federation for whichever object it names, through no root field. */
export function isReference(method: Function): boolean {
  return Reflect.hasMetadata(RESOLVER_REFERENCE, method);
}

/** The GraphQL type that a resolver's method answers for, where it is given by name. */
export function typeOf(owner: Function, method: Function): unknown {
  return Reflect.getMetadata(RESOLVER_TYPE, method) ?? Reflect.getMetadata(RESOLVER_TYPE, owner);
}
