import type { TenantRole } from '@idp-roles/access';
import type {
  Page,
  ReachedResource,
  ReachedResourcesRequest,
  ReachingMember,
  ReachingMembersRequest,
} from '@idp-roles/store';

/** What lists are read from, beside what the guards read. A rejection means that the store cannot be reached. */
export abstract class AccessLists {
  abstract tenantRoles(organization: string): Promise<readonly TenantRole[]>;

  /** Whether the host keeps resources of this type in tables of its own. */
  abstract isResolved(type: string): boolean;

  abstract resources(organization: string, request: ReachedResourcesRequest): Promise<Page<ReachedResource>>;

  abstract members(organization: string, request: ReachingMembersRequest): Promise<Page<ReachingMember>>;

  /** The schema of PostgreSQL in which grants and members are; undefined on another home. */
  abstract readonly schema: string | undefined;
}
