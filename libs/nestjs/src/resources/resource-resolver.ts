import type { AccessModel, ResourceReference, ResourceType } from '@idp-roles/access';

/** Says where resources of one type stand, which the host keeps in tables of its own. Marked with `@ResolvesResource`. */
export interface ResourceResolver {
  /**
   * `undefined` where this organization has no such resource: one of another organization must not be found. `parent` is
   * absent exactly for types right below the organization. What it throws is a 503, and so is
   * what has not come within 2 s; an answer of another shape denies. It may be asked inside a transaction of this library, so it must not ask `ResourceService` or another service of it.
   */
  resolve(
    organization: string,
    id: string,
  ): Promise<ResolvedResource | undefined> | ResolvedResource | undefined;
}

export interface ResolvedResource {
  readonly parent?: ResourceReference;
}

export interface ResolvesResourceOptions {
  /**
   * How long an answer may be used again, in milliseconds: for so long a resource that was moved or removed counts where it
   * was. Absent: each check asks.
   */
  readonly cacheMs?: number;
}

/** A fixed string, so that two copies of this package read each other's marks. */
const RESOLVES = 'idp-roles:resolves-resource';

export interface Resolves extends ResolvesResourceOptions {
  readonly type: string;
}

/**
 * Marks a provider that implements `ResourceResolver`: resources of this type are asked of it instead of being registered. All
 * types below need such a provider too. `ResolvesResource<typeof access>('project')` knows the model's types.
 */
export function ResolvesResource<Model extends AccessModel = AccessModel>(
  type: ResourceType<Model>,
  options: ResolvesResourceOptions = {},
): ClassDecorator {
  return (target) => Reflect.defineMetadata(RESOLVES, { ...options, type } satisfies Resolves, target);
}

/** What a class says of itself, not what its base class does. */
export function resolvesOf(target: unknown): Resolves | undefined {
  if (typeof target !== 'function') return undefined;
  return Reflect.getOwnMetadata(RESOLVES, target) as Resolves | undefined;
}
