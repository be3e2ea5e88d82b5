import type { ResourceReference } from '@idp-roles/access';
import type { Page, ReachedResource } from '@idp-roles/store';

/** One page; `after` is present where more follows. */
export type AccessibleResources = Page<ReachedResource>;

/** An active member, and each grant that by itself would do, nearest the resource first. */
export interface MemberWithAccess {
  readonly member: string;
  readonly email?: string;
  readonly name?: string;
  readonly via: readonly {
    /** The grant's id. */
    readonly grant: string;
    /** The role's slug. */
    readonly role: string;
    /** Where it is held; absent: the organization. */
    readonly resource?: ResourceReference;
    readonly source: string;
    /** Held above the resource that was asked about. */
    readonly inherited: boolean;
  }[];
}

/** With which a host filters its own tables. */
export interface ResourceFilter {
  /** All of the type. Ask this first: neither `granted` nor `sql` says it. */
  readonly everything: boolean;
  /** On each of these something is held that will do there and on everything of the type below. */
  readonly granted: readonly ResourceReference[];
  /** The same as a sub-select of the columns `type` and `id`, where the store is PostgreSQL. */
  readonly sql?: { readonly text: string; readonly parameters: readonly (string | number)[] };
}
