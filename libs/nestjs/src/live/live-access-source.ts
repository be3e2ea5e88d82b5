import type { PreparedSnapshot, ResourceReference } from '@idp-roles/access';
import { AccessSource } from '../access/access-source.js';
import type { ResourceResolvers } from '../resources/resource-resolvers.js';
import type { LiveAccess } from './live-access.js';

/** What the guards read: the store's present state, kept in memory until it changes (A7). */
export class LiveAccessSource extends AccessSource {
  constructor(
    private readonly live: LiveAccess,
    private readonly resolvers: ResourceResolvers,
  ) {
    super();
  }

  snapshot(organization: string, member: string): Promise<PreparedSnapshot | undefined> {
    return this.live.snapshot(organization, member);
  }

  /** What the host resolves is asked of it; what stands above that and is registered, of the store. */
  async path(
    organization: string,
    resource: ResourceReference,
  ): Promise<readonly ResourceReference[] | undefined> {
    if (!this.resolvers.has(resource.type)) return this.live.path(organization, resource);
    const lineage = await this.resolvers.lineage(organization, resource);
    if (lineage?.above === undefined) return lineage?.resolved;
    const above = await this.live.path(organization, lineage.above);
    return above && [...lineage.resolved, ...above];
  }
}
