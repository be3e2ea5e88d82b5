import type { PreparedSnapshot, ResourceReference } from '@idp-roles/access';

/** What the guards read. A rejection means that the store cannot be reached: they answer 503. */
export abstract class AccessSource {
  /** The member's current state; `undefined` where the organization has no such member. */
  abstract snapshot(organization: string, member: string): Promise<PreparedSnapshot | undefined>;

  /** The resource and its ancestors, up to but without the organization; `undefined` where unknown in this organization. */
  abstract path(
    organization: string,
    resource: ResourceReference,
  ): Promise<readonly ResourceReference[] | undefined>;
}
