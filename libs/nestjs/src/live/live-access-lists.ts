import type { TenantRole } from '@idp-roles/access';
import type {
  AccessReader,
  Page,
  ReachedResource,
  ReachedResourcesRequest,
  ReachingMember,
  ReachingMembersRequest,
} from '@idp-roles/store';
import { AccessLists } from '../access/access-lists.js';
import type { ResourceResolvers } from '../resources/resource-resolvers.js';
import type { LiveAccess } from './live-access.js';

/** Lists come from the store itself: a page is nothing to keep. */
export class LiveAccessLists extends AccessLists {
  constructor(
    private readonly live: LiveAccess,
    private readonly resolvers: ResourceResolvers,
    private readonly reader: AccessReader,
    readonly schema: string | undefined,
  ) {
    super();
  }

  tenantRoles(organization: string): Promise<readonly TenantRole[]> {
    return this.live.tenantRoles(organization);
  }

  isResolved(type: string): boolean {
    return this.resolvers.has(type);
  }

  resources(organization: string, request: ReachedResourcesRequest): Promise<Page<ReachedResource>> {
    return this.reader.resources(organization, request);
  }

  members(organization: string, request: ReachingMembersRequest): Promise<Page<ReachingMember>> {
    return this.reader.members(organization, request);
  }
}
