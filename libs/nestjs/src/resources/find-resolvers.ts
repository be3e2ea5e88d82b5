import { typesUpFrom } from '@idp-roles/access';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { AccessSettings } from '../access/access-settings.js';
import { ResolverAuditError, type ResolverProblem } from './resolver-audit-error.js';
import { resolvesOf, type Resolves, type ResourceResolver } from './resource-resolver.js';
import { ResourceResolvers } from './resource-resolvers.js';

type Wrapper = ReturnType<DiscoveryService['getProviders']>[number];

interface Marked {
  readonly wrapper: Wrapper;
  readonly name: string;
  readonly resolves: Resolves;
}

/** Finds what is marked with `@ResolvesResource` once everything has been made, so that resolvers may inject what they like. */
@Injectable()
export class FindResolvers implements OnModuleInit {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly settings: AccessSettings,
    private readonly resolvers: ResourceResolvers,
  ) {}

  onModuleInit(): void {
    const marked = this.discovery.getProviders().flatMap(markedBy);
    const byType = Map.groupBy(marked, ({ resolves }) => resolves.type);
    const problems = [
      ...this.discovery.getControllers().flatMap(markedBy).map(isController),
      ...marked.flatMap((one) => this.#problemsOf(one)),
      ...[...byType.values()].flatMap(doubles),
      ...this.#missing(byType),
    ];
    if (problems.length > 0) throw new ResolverAuditError(problems);
    for (const { wrapper, name, resolves } of marked) {
      const { type, cacheMs } = resolves;
      this.resolvers.know(type, {
        name,
        resolver: () => wrapper.instance as ResourceResolver,
        ...(cacheMs !== undefined && { cacheMs }),
      });
    }
  }

  #problemsOf({ wrapper, name, resolves }: Marked): ResolverProblem[] {
    const { type } = resolves;
    const { resources } = this.settings.model;
    const found: ResolverProblem[] = [];
    if (!resources.has(type)) {
      const message = `the access model has no resource type \`${type}\`; there are \`${[...resources.keys()].join('`, `')}\``;
      found.push({ code: 'type-unknown', where: name, message });
    }
    if (!wrapper.isDependencyTreeStatic()) {
      const message =
        'is made for each request, or injects something that is; guards ask it outside of any: make it a singleton';
      found.push({ code: 'resolver-not-static', where: name, message });
    } else if (typeof (wrapper.instance as Partial<ResourceResolver> | undefined)?.resolve !== 'function') {
      const message = 'has no method `resolve(organization, id)`; implement `ResourceResolver`';
      found.push({ code: 'resolve-missing', where: name, message });
    }
    return found;
  }

  /** A registered resource cannot stand below one that we do not keep. */
  #missing(byType: ReadonlyMap<string, readonly Marked[]>): ResolverProblem[] {
    return [...this.settings.model.resources.keys()].flatMap((type): ResolverProblem[] => {
      if (byType.has(type)) return [];
      const above = typesUpFrom(this.settings.model, type).find((one) => byType.has(one));
      const [first] = byType.get(above ?? '') ?? [];
      if (first === undefined) return [];
      const message = `resolves each ${above}, and a ${type} stands below one; mark a provider with \`@ResolvesResource('${type}')\` too`;
      return [{ code: 'resolver-missing', where: first.name, message }];
    });
  }
}

/** By the class itself, the token it is provided under, or what a factory made; an alias is no second one. */
function markedBy(wrapper: Wrapper): Marked[] {
  if (wrapper.isAlias) return [];
  const instance: unknown = wrapper.instance;
  const made = typeof instance === 'object' && instance !== null ? instance.constructor : undefined;
  for (const candidate of [wrapper.metatype, wrapper.token, made]) {
    const resolves = resolvesOf(candidate);
    if (resolves) return [{ wrapper, name: (candidate as Function).name, resolves }];
  }
  return [];
}

function isController({ name }: Marked): ResolverProblem {
  const message = 'is a controller; mark a provider instead';
  return { code: 'resolver-is-controller', where: name, message };
}

function doubles(marked: readonly Marked[]): ResolverProblem[] {
  const [first, ...others] = marked;
  if (first === undefined || others.length === 0) return [];
  const names = marked.map(({ name }) => `\`${name}\``).join(', ');
  const message = `${names} resolve the type \`${first.resolves.type}\`; keep one, provided by one module`;
  return [{ code: 'resolver-double', where: first.name, message }];
}
