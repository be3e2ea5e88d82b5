import { Injectable, type Type } from '@nestjs/common';
import { DiscoveryService, MetadataScanner, ModuleRef, ModulesContainer } from '@nestjs/core';
import { AccessSettings } from './access-settings.js';
import { admissionOf } from './admission.js';
import { guardNames, type Host } from './guard-host.js';
import { describeRequirement } from './requirement.js';
import { handlersOf, prefixesOf, type Handler } from './route.js';

/** An HTTP route, and what lets somebody in. */
export interface AccessRoute {
  /** `GET`, …; `ALL` for every method. */
  readonly verb: string;
  /** As Nest has it: `/projects/:projectId`. */
  readonly path: string;
  /** `ProjectsController.show`. */
  readonly handler: string;
  /**
   * `required`: all of `requires` must be met. `public`: the library lets everybody in. `undeclared`: denied to everybody
   * where the guard is global, else open. Guards of others, in `guards`, may ask for more.
   */
  readonly access: 'required' | 'public' | 'undeclared';
  /** One sentence part for each decorator, on class and method. */
  readonly requires: readonly string[];
  /** Names of the other guards on class and method; global ones are not among them. */
  readonly guards: readonly string[];
}

/** What each route requires, read from the declarations that the guard reads. Complete as soon as the app is created. */
@Injectable()
export class AccessRoutes {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    private readonly modules: ModulesContainer,
    private readonly moduleRef: ModuleRef,
    private readonly settings: AccessSettings,
  ) {}

  /** Every HTTP route of the app, this library's own ones included, by path. */
  list(): readonly AccessRoute[] {
    return this.handlers()
      .flatMap((handler) => handler.paths.map((path) => this.#route(handler, path)))
      .toSorted((one, other) => order(one.path, other.path) || order(one.verb, other.verb));
  }

  /** Every method of a controller, those that are no route included. */
  handlers(): readonly (Handler & { readonly host: Host })[] {
    return this.discovery.getControllers().flatMap(({ metatype, host }) => {
      const prefixes = prefixesOf(host?.metatype, this.modules, this.moduleRef);
      if (typeof metatype !== 'function') return [];
      return handlersOf(metatype as Type, prefixes, this.scanner).map((handler) => ({ ...handler, host }));
    });
  }

  #route({ owner, method, name, verb }: Handler, path: string): AccessRoute {
    const { requirements, isPublic } = admissionOf(owner, method);
    const isOpen = isPublic || this.settings.publicControllers.has(owner as Type);
    const open = isOpen ? 'public' : 'undeclared';
    return {
      verb,
      path: `/${path}`,
      handler: `${owner.name}.${name}`,
      access: requirements.length > 0 ? 'required' : open,
      requires: requirements.map(describeRequirement),
      guards: guardNames(owner, method),
    };
  }
}

function order(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
