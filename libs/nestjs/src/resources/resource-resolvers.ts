import { ORGANIZATION, type AccessModel, type ResourceReference } from '@idp-roles/access';
import { isResourceId } from '@idp-roles/mapping';
import type { Lineage, ResolvedResources } from '@idp-roles/use-cases';
import { Logger } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { AccessUnavailableException } from '../access/denial.js';
import type { ResolvedResource, ResourceResolver } from './resource-resolver.js';

/** One type's, called when there is something to ask. */
export interface KnownResolver {
  /** For messages. */
  readonly name: string;
  readonly resolver: () => ResourceResolver;
  readonly cacheMs?: number;
}

const MOST_ANSWERS = 50_000;

/** For a resource and all above it. On the embedded store a write that asks holds every other write as long. */
const RESOLVE_MS = 2_000;

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
    const until = performance.now() + RESOLVE_MS;
    const resolved: ResourceReference[] = [];
    let at: ResourceReference | undefined = { type: resource.type, id: resource.id };
    while (at !== undefined && this.has(at.type)) {
      // Each step goes one type up in the model: longer than that is no way up.
      if (resolved.length >= this.model.resources.size) return undefined;
      const found = await this.#ask(organization, at, until);
      if (found === undefined) return undefined;
      resolved.push(at);
      at = found.parent;
    }
    return at === undefined ? { resolved } : { resolved, above: at };
  }

  async #ask(
    organization: string,
    { type, id }: ResourceReference,
    until: number,
  ): Promise<ResolvedResource | undefined> {
    const known = this.#byType.get(type);
    const key = `${organization}/${id}`;
    const kept = known?.answers?.get(key);
    if (known === undefined || kept !== undefined) return kept;
    const answer: unknown = await inTime(known, known.resolver().resolve(organization, id), until);
    if (answer === undefined || answer === null) return undefined;
    const found = this.#read(type, answer);
    if (found === undefined) {
      this.#logger.error(
        `${known.name} answered something else than \`{ parent }\` with the parent of a ${type}: access is denied`,
      );
      return undefined;
    }
    known.answers?.set(key, found);
    return found;
  }

  /** Read once, into an object of our own: the host's may change, or say something else the second time. */
  #read(type: string, answer: unknown): ResolvedResource | undefined {
    if (typeof answer !== 'object' || answer === null) return undefined;
    const { parent } = answer as { readonly parent?: unknown };
    const above = this.model.resources.get(type);
    if (above === ORGANIZATION || parent === undefined || parent === null)
      return above === ORGANIZATION && (parent === undefined || parent === null) ? {} : undefined;
    if (typeof parent !== 'object') return undefined;
    const { type: parentType, id } = parent as { readonly type?: unknown; readonly id?: unknown };
    return typeof parentType === 'string' && parentType === above && isResourceId(id)
      ? { parent: { type: parentType, id } }
      : undefined;
  }
}

/** An answer that comes later is thrown away, and not kept. */
async function inTime(
  { name }: KnownResolver,
  answer: ReturnType<ResourceResolver['resolve']>,
  until: number,
): Promise<unknown> {
  if (!(answer instanceof Object) || !('then' in answer)) return answer;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () =>
        reject(new AccessUnavailableException(new Error(`${name} did not answer within ${RESOLVE_MS} ms`))),
      Math.max(0, until - performance.now()),
    );
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
