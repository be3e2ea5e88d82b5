/** A resource of one organization. Ids are opaque, compared by code unit. */
export interface ResourceReference {
  readonly type: string;
  readonly id: string;
}

/** The root of every resource tree. It is never listed in a path, and no model may define it. */
export const ORGANIZATION = 'organization';
