import { Injectable, Logger, type OnApplicationBootstrap, type Type } from '@nestjs/common';
import { DiscoveryService, MetadataScanner, ModuleRef, ModulesContainer } from '@nestjs/core';
import { AccessSettings } from './access-settings.js';
import { admissionOf } from './admission.js';
import { AccessAuditError } from './audit-problem.js';
import { declaredOnMethod } from './declared.js';
import { classProblems, handlerProblems } from './handler-audit.js';
import { providerProblems } from './provider-audit.js';
import { handlersOf, prefixesOf, type Handler } from './route.js';

/** Reads every declaration once, before the first request: what would not do what it says stops the start (A3–A5). */
@Injectable()
export class BootAudit implements OnApplicationBootstrap {
  readonly #logger = new Logger('Access');

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    private readonly modules: ModulesContainer,
    private readonly moduleRef: ModuleRef,
    private readonly settings: AccessSettings,
  ) {}

  onApplicationBootstrap(): void {
    const { model, guard } = this.settings;
    const handlers = this.#handlers();
    const problems = [
      ...[...new Set(handlers.map(({ owner }) => owner))].flatMap(classProblems),
      ...handlers.flatMap((handler) => handlerProblems(handler, model, guard === 'global')),
      ...this.#providers().flatMap((provider) => providerProblems(provider, this.scanner)),
    ];
    if (problems.length > 0) throw new AccessAuditError(problems);
    this.#announce(handlers.filter(({ kind }) => kind !== 'none'));
  }

  #handlers(): readonly Handler[] {
    return this.discovery.getControllers().flatMap(({ metatype, host }) => {
      const prefixes = prefixesOf(host?.metatype, this.modules, this.moduleRef);
      return typeof metatype === 'function' ? handlersOf(metatype as Type, prefixes, this.scanner) : [];
    });
  }

  /** Classes, and the classes of values and of what factories made. */
  #providers(): readonly Function[] {
    const classes = this.discovery.getProviders().flatMap(({ metatype, instance }): unknown[] => {
      const made: unknown = instance;
      return [metatype, typeof made === 'object' && made !== null ? made.constructor : undefined];
    });
    return [...new Set(classes.filter(isClass))];
  }

  #announce(handlers: readonly Handler[]): void {
    const { guard, publicControllers } = this.settings;
    for (const handler of handlers) {
      const { requirements, isPublic } = admissionOf(handler.owner, handler.method);
      if (requirements.length > 0 && declaredOnMethod(handler.owner, handler.method).isPublic)
        this.#logger.warn(
          `${named(handler)} is not public: its class requires more, and \`@Public\` takes nothing away`,
        );
      const open = requirements.length > 0 || isPublic || publicControllers.has(handler.owner as Type);
      if (guard === 'global' && !open)
        this.#logger.warn(`${named(handler)} is denied to everybody: add \`@Require…\` or \`@Public()\``);
    }
  }
}

function named({ verb, paths, owner, name }: Handler): string {
  const routes = paths.map((path) => `${verb} /${path}`).join(', ');
  return routes === '' ? `${owner.name}.${name}` : `${routes} (${owner.name}.${name})`;
}

function isClass(found: unknown): found is Function {
  return typeof found === 'function' && found.prototype instanceof Object;
}
