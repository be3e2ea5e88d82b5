import { Injectable, Logger, type OnApplicationBootstrap, type Type } from '@nestjs/common';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { AccessRoutes } from './access-routes.js';
import { AccessSettings } from './access-settings.js';
import { admissionOf } from './admission.js';
import { AccessAuditError, type AuditProblem } from './audit-problem.js';
import { declaredOnMethod } from './declared.js';
import { guardsFields, isGuardMade, rootTypeNames, type Host } from './guard-host.js';
import { isReference, typeOf } from './handler-kind.js';
import { classProblems, handlerProblems, type Guarding } from './handler-audit.js';
import { providerProblems } from './provider-audit.js';
import { providedHandlersOf, type Handler } from './route.js';

interface Provided {
  readonly owner: Function;
  readonly host: Host;
  readonly handlers: readonly Handler[];
}

/** Reads every declaration once, before the first request: what would not do what it says stops the start (A3–A5). */
@Injectable()
export class BootAudit implements OnApplicationBootstrap {
  readonly #logger = new Logger('Access');

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    private readonly routes: AccessRoutes,
    private readonly settings: AccessSettings,
  ) {}

  onApplicationBootstrap(): void {
    const { model, guard } = this.settings;
    const onControllers = this.routes.handlers();
    const onProviders = this.#onProviders();
    const controllers = new Set(onControllers.map(({ owner }) => owner));
    const problems = [
      ...[...controllers].flatMap(classProblems),
      ...onControllers.flatMap((handler) => handlerProblems(handler, model, this.#guarding(handler.host))),
      ...onProviders.flatMap(({ owner, host, handlers }) =>
        providerProblems(owner, handlers, model, this.#guarding(host)),
      ),
    ];
    if (problems.length > 0) throw new AccessAuditError(eachOnce(problems));
    const guarded = onProviders.flatMap(({ handlers }) => handlers).filter(({ kind }) => kind !== 'field');
    const handlers = [...onControllers, ...guarded].filter(({ kind }) => kind !== 'none');
    this.#announce(handlers, guard === 'global');
  }

  /** Classes, and the classes of values and of what factories made, once for each module that has them. */
  #onProviders(): readonly Provided[] {
    const found = this.discovery.getProviders().flatMap(({ metatype, instance, host }) => {
      const made: unknown = instance;
      const owners = new Set([
        metatype,
        typeof made === 'object' && made !== null ? made.constructor : undefined,
      ]);
      return [...owners].filter(isClass).map((owner) => ({ owner, host }));
    });
    const once = new Map<Function, Map<Host, Provided>>();
    for (const { owner, host } of found) {
      const ofOwner = once.get(owner) ?? new Map<Host, Provided>();
      once.set(owner, ofOwner);
      if (!ofOwner.has(host))
        ofOwner.set(host, { owner, host, handlers: providedHandlersOf(owner, this.scanner) });
    }
    return [...once.values()].flatMap((ofOwner) => [...ofOwner.values()]);
  }

  #guarding(host: Host): Guarding {
    const entrances = rootTypeNames(this.discovery.getProviders());
    return {
      isGlobal: this.settings.guard === 'global',
      onFields: guardsFields(this.discovery.getProviders(), host),
      isEntrance: ({ owner, method }) => isReference(method) || entrances.has(typeOf(owner, method)),
      isMade: ({ owner, method }) => isGuardMade(owner, method, host),
      isPublic: (owner) => this.settings.publicControllers.has(owner as Type),
    };
  }

  #announce(handlers: readonly Handler[], isGlobal: boolean): void {
    const { publicControllers } = this.settings;
    for (const handler of handlers) {
      const { requirements, isPublic } = admissionOf(handler.owner, handler.method);
      if (requirements.length > 0 && declaredOnMethod(handler.owner, handler.method).isPublic)
        this.#logger.warn(
          `${named(handler)} is not public: its class requires more, and \`@Public\` takes nothing away`,
        );
      const open = requirements.length > 0 || isPublic || publicControllers.has(handler.owner as Type);
      if (isGlobal && !open)
        this.#logger.warn(`${named(handler)} is denied to everybody: add \`@Require…\` or \`@Public()\``);
    }
  }
}

function named({ verb, paths, owner, name }: Handler): string {
  const routes = paths.map((path) => `${verb} /${path}`).join(', ');
  return routes === '' ? `${owner.name}.${name}` : `${routes} (${owner.name}.${name})`;
}

/** A class may stand in several modules. */
function eachOnce(problems: readonly AuditProblem[]): readonly AuditProblem[] {
  return [...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values()];
}

function isClass(found: unknown): found is Function {
  return typeof found === 'function' && found.prototype instanceof Object;
}
