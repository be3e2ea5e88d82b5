import { RequestMethod, VersioningType, type Type, type VersioningOptions } from '@nestjs/common';
import type { MetadataScanner, ModuleRef, ModulesContainer, NestContainer } from '@nestjs/core';
import { kindOnController, kindOnProvider, type HandlerKind } from './handler-kind.js';

/* Nest's own metadata keys: its constants are not part of what it exports. */
const PATH = 'path';
const METHOD = 'method';
const MODULE_PATH = '__module_path__';
const VERSION = '__version__';

/** A method of a controller or a provider, with every path it is served at; `paths` is empty where it is no HTTP route. */
export interface Handler {
  readonly owner: Function;
  readonly method: Function;
  readonly name: string;
  readonly verb: string;
  readonly paths: readonly string[];
  readonly kind: HandlerKind;
}

/** What stands before the paths of a module's controllers. */
export interface Prefixes {
  /** May hold parameters. */
  readonly global: string;
  readonly versioning?: VersioningOptions | undefined;
  /** `RouterModule`'s. */
  readonly ofModule: readonly string[];
}

/** Every method of a controller, inherited ones included. */
export function handlersOf(owner: Type, prefixes: Prefixes, scanner: MetadataScanner): readonly Handler[] {
  const ofOwner = pathsOf(owner);
  return methodsOf(owner, scanner).map(({ name, method }) => {
    const kind = kindOnController(method);
    const verb = RequestMethod[Reflect.getMetadata(METHOD, method) as RequestMethod] ?? 'GET';
    const paths =
      kind === 'http' ? joined(joined(precedingOf(prefixes, owner, method), ofOwner), pathsOf(method)) : [];
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

export function prefixesOf(
  module: Function | undefined,
  modules: ModulesContainer,
  ref: ModuleRef,
): Prefixes {
  const path: unknown =
    module &&
    (Reflect.getMetadata(MODULE_PATH + modules.applicationId, module) ??
      Reflect.getMetadata(MODULE_PATH, module));
  return { ...configured(ref), ofModule: listed(path) };
}

/** Nest offers its configuration to nobody; where a later version hides it better, there is no prefix and no version. */
function configured(ref: ModuleRef): Omit<Prefixes, 'ofModule'> {
  const { container } = ref as unknown as { readonly container?: Partial<NestContainer> };
  const config = container?.applicationConfig;
  return { global: config?.getGlobalPrefix() ?? '', versioning: config?.getVersioning() };
}

/** In Nest's order: the global prefix, the version where it is part of the path, the module's. */
function precedingOf(
  { global, versioning, ofModule }: Prefixes,
  owner: Type,
  method: Function,
): readonly string[] {
  return joined(joined([global], versionSegments(versioning, owner, method)), ofModule);
}

function versionSegments(
  versioning: VersioningOptions | undefined,
  owner: Type,
  method: Function,
): readonly string[] {
  if (versioning?.type !== VersioningType.URI) return [''];
  const { defaultVersion, prefix = 'v' } = versioning;
  const own: unknown = Reflect.getMetadata(VERSION, method) ?? Reflect.getMetadata(VERSION, owner);
  return [own ?? defaultVersion]
    .flat()
    .map((version) => (typeof version === 'string' ? `${prefix === false ? '' : prefix}${version}` : ''));
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
