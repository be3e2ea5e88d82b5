import { ORGANIZATION, type AccessModel, type ResourceReference } from '@idp-roles/access';
import { isResourceId } from '@idp-roles/mapping';
import type { Lineage, ResolvedResources } from '@idp-roles/use-cases';
import { Logger } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { ResolvedResource, ResourceResolver } from './resource-resolver.js';

/** One type's, called when there is something to ask. */
export interface KnownResolver {
  /** For messages. */
  readonly name: string;
  readonly resolver: () => ResourceResolver;
  readonly cacheMs?: number;
}

const MOST_ANSWERS = 50_000;

interface Asked extends KnownResolver {
  readonly answers?: LRUCache<string, ResolvedResource>;
}

/** The host's resolvers, by type. They are found when everything has been made; until then none is known. */
export class ResourceResolvers implements ResolvedResources {
  readonly #logger = new Logger('Resources');
  readonly #byType = new Map<string, Asked>();

  constructor(private readonly model: AccessModel) {}

  know(type: string, known: KnownResolver): void {
    const { cacheMs = 0 } = known;
    this.#byType.set(type, {
      ...known,
      ...(cacheMs > 0 && { answers: new LRUCache({ max: MOST_ANSWERS, ttl: cacheMs }) }),
    });
  }

  has(type: string): boolean {
    return this.#byType.has(type);
  }

  async lineage(organization: string, resource: ResourceReference): Promise<Lineage | undefined> {
    const resolved: ResourceReference[] = [];
    let at: ResourceReference | undefined = { type: resource.type, id: resource.id };
    while (at !== undefined && this.has(at.type)) {
      const found = await this.#ask(organization, at);
      if (found === undefined) return undefined;
      resolved.push(at);
      at = found.parent && { type: found.parent.type, id: found.parent.id };
    }
    return at === undefined ? { resolved } : { resolved, above: at };
  }

  async #ask(organization: string, { type, id }: ResourceReference): Promise<ResolvedResource | undefined> {
    const known = this.#byType.get(type);
    const key = `${organization}/${id}`;
    const kept = known?.answers?.get(key);
    if (known === undefined || kept !== undefined) return kept;
    const answer: unknown = await known.resolver().resolve(organization, id);
    if (answer === undefined || answer === null) return undefined;
    if (!this.#isRight(type, answer)) {
      this.#logger.error(
        `${known.name} answered something else than \`{ parent }\` with the parent of a ${type}: access is denied`,
      );
      return undefined;
    }
    known.answers?.set(key, answer);
    return answer;
  }

  /** Each step goes one type up in the model, so that the way ends. */
  #isRight(type: string, answer: unknown): answer is ResolvedResource {
    if (typeof answer !== 'object' || answer === null) return false;
    const { parent } = answer as { readonly parent?: unknown };
    const above = this.model.resources.get(type);
    if (above === ORGANIZATION || parent === undefined || parent === null)
      return above === ORGANIZATION && (parent === undefined || parent === null);
    if (typeof parent !== 'object') return false;
    const { type: parentType, id } = parent as { readonly type?: unknown; readonly id?: unknown };
    return parentType === above && typeof id === 'string' && isResourceId(id);
  }
}
