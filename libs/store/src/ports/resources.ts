import type { ResourceReference } from '@idp-roles/mapping';
import type { Page, PageRequest } from './page.js';

/** `parent` absent: directly under the organization. */
export interface Resource extends ResourceReference {
  readonly organization: string;
  readonly parent?: ResourceReference;
  readonly name?: string;
  readonly createdAt: number;
}

export interface ResourceReader {
  get(organization: string, resource: ResourceReference): Promise<Resource | undefined>;
  list(organization: string, page: PageRequest & { readonly type?: string }): Promise<Page<Resource>>;
  children(organization: string, resource: ResourceReference, limit: number): Promise<readonly Resource[]>;
  /** The resource and its ancestors, nearest first, without the organization; undefined where it is unknown there. One query. */
  path(organization: string, resource: ResourceReference): Promise<readonly ResourceReference[] | undefined>;
  /** Which of these exist, as `type:id`. */
  existing(organization: string, resources: readonly ResourceReference[]): Promise<ReadonlySet<string>>;
}

export interface ResourceWriter extends ResourceReader {
  /** Insert or replace name and parent. Throws `StoreError` `resource-parent-missing`, `resource-cycle`. */
  put(resource: Resource): Promise<void>;
  delete(organization: string, resource: ResourceReference): Promise<boolean>;
}
