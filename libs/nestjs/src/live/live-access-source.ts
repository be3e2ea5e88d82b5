import type { PreparedSnapshot, ResourceReference } from '@idp-roles/access';
import { AccessSource } from '../access/access-source.js';
import type { LiveAccess } from './live-access.js';

/** What the guards read: the store's present state, kept in memory until it changes (A7). */
export class LiveAccessSource extends AccessSource {
  constructor(private readonly live: LiveAccess) {
    super();
  }

  snapshot(organization: string, member: string): Promise<PreparedSnapshot | undefined> {
    return this.live.snapshot(organization, member);
  }

  path(organization: string, resource: ResourceReference): Promise<readonly ResourceReference[] | undefined> {
    return this.live.path(organization, resource);
  }
}
