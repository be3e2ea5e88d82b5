import type { ResourceReference } from '@idp-roles/mapping';
import type { StoreReader, StoreTransaction } from '@idp-roles/store';

/** Resources that the host keeps in tables of its own: everything at or below a type that it resolves (A8). */
export interface ResolvedResources {
  has(type: string): boolean;
  /**
   * The resource and those above it that are resolved too, nearest first, and what stands above these, if anything; undefined
   * where the host knows none. Runs the host's code: rejects with what that throws.
   */
  lineage(organization: string, resource: ResourceReference): Promise<Lineage | undefined>;
}

export interface Lineage {
  readonly resolved: readonly ResourceReference[];
  /** Registered, or not there. */
  readonly above?: ResourceReference;
}

type Resources = (StoreReader | StoreTransaction)['resources'];
interface Resolving {
  readonly resolved?: ResolvedResources;
}

/** As `ResourceReader.path`, of registered and of resolved ones. */
export async function pathOf(
  { resolved }: Resolving,
  resources: Resources,
  organization: string,
  resource: ResourceReference,
): Promise<readonly ResourceReference[] | undefined> {
  if (!resolved?.has(resource.type)) return resources.path(organization, resource);
  const lineage = await resolved.lineage(organization, resource);
  if (lineage?.above === undefined) return lineage?.resolved;
  const above = await resources.path(organization, lineage.above);
  return above && [...lineage.resolved, ...above];
}

/** As `ResourceReader.existing`, likewise. */
export async function existingOf(
  context: Resolving,
  resources: Resources,
  organization: string,
  asked: readonly ResourceReference[],
): Promise<ReadonlySet<string>> {
  const isResolved = ({ type }: ResourceReference) => context.resolved?.has(type) ?? false;
  const found = new Set(
    await resources.existing(
      organization,
      asked.filter((one) => !isResolved(one)),
    ),
  );
  for (const one of asked.filter(isResolved)) {
    const path = await pathOf(context, resources, organization, one);
    if (path !== undefined) found.add(`${one.type}:${one.id}`);
  }
  return found;
}
