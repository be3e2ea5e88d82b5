import { RequestMethod, type Type } from '@nestjs/common';
import type { MetadataScanner, ModuleRef, ModulesContainer, NestContainer } from '@nestjs/core';
import { kindOnController, kindOnProvider, type HandlerKind } from './handler-kind.js';

/* Nest's own metadata keys: its constants are not part of what it exports. */
const PATH = 'path';
const METHOD = 'method';
const MODULE_PATH = '__module_path__';

/** A method of a controller or a provider, with every path it is served at; `paths` is empty where it is no HTTP route. */
export interface Handler {
  readonly owner: Function;
  readonly method: Function;
  readonly name: string;
  readonly verb: string;
  readonly paths: readonly string[];
  readonly kind: HandlerKind;
}

/** Every method of a controller, inherited ones included. */
export function handlersOf(
  owner: Type,
  prefixes: readonly string[],
  scanner: MetadataScanner,
): readonly Handler[] {
  const ofOwner = pathsOf(owner);
  return methodsOf(owner, scanner).map(({ name, method }) => {
    const kind = kindOnController(method);
    const verb = RequestMethod[Reflect.getMetadata(METHOD, method) as RequestMethod] ?? 'GET';
    const paths = kind === 'http' ? joined(joined(prefixes, ofOwner), pathsOf(method)) : [];
    return { owner, method, name, verb, paths, kind };
  });
}

/** Every method of a provider, inherited ones included. */
export function providedHandlersOf(owner: Function, scanner: MetadataScanner): readonly Handler[] {
  return methodsOf(owner, scanner).map(({ name, method }) => {
    const kind = kindOnProvider(owner, method, name);
    return { owner, method, name, verb: '', paths: [], kind };
  });
}

function methodsOf(
  owner: Function,
  scanner: MetadataScanner,
): readonly { readonly name: string; readonly method: Function }[] {
  const prototype = (owner.prototype ?? null) as Record<string, Function> | null;
  return scanner.getAllMethodNames(prototype).flatMap((name) => {
    const method = prototype?.[name];
    return method === undefined ? [] : [{ name, method }];
  });
}

/** What stands before the paths of a module's controllers: the global prefix, which may hold parameters, and `RouterModule`'s. */
export function prefixesOf(
  module: Function | undefined,
  modules: ModulesContainer,
  ref: ModuleRef,
): readonly string[] {
  const path: unknown =
    module &&
    (Reflect.getMetadata(MODULE_PATH + modules.applicationId, module) ??
      Reflect.getMetadata(MODULE_PATH, module));
  return joined([globalPrefix(ref)], listed(path));
}

/** Nest offers its configuration to nobody; where a later version hides it better, prefixes count as free of parameters. */
function globalPrefix(ref: ModuleRef): string {
  const { container } = ref as unknown as { readonly container?: Partial<NestContainer> };
  return container?.applicationConfig?.getGlobalPrefix() ?? '';
}

function pathsOf(target: Function): readonly string[] {
  return listed(Reflect.getMetadata(PATH, target));
}

function listed(path: unknown): readonly string[] {
  if (Array.isArray(path)) return path.map(String);
  return [typeof path === 'string' ? path : ''];
}

function joined(before: readonly string[], after: readonly string[]): readonly string[] {
  return before.flatMap((head) => after.map((tail) => [trim(head), trim(tail)].filter(Boolean).join('/')));
}

const trim = (path: string) => path.replaceAll(/^\/+|\/+$/g, '');

const PARAMETER = /:(?:"([^"]+)"|([\p{ID_Start}$_][\p{ID_Continue}$]*))/gu;

/** Names of single-segment parameters; wildcards bind lists and are left out. */
export function parametersOf(path: string): ReadonlySet<string> {
  return new Set([...path.matchAll(PARAMETER)].map(([, quoted, plain]) => quoted ?? plain ?? ''));
}
