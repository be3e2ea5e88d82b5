import type { AccessShape } from './access-definition.js';
import type { Role } from './role.js';
import type { ORGANIZATION, ResourceReference } from './resource-reference.js';
import { TENANT_PREFIX } from './slug.js';

declare const SHAPE: unique symbol;

/** An access model that agrees with itself. Only `defineAccess` makes one; its type carries every slug and permission. */
export interface AccessModel<Shape extends AccessShape = AccessShape> {
  /** Resource type → type of its parent, which is another key or `organization`. */
  readonly resources: ReadonlyMap<string, string>;
  /** By slug, in the order of the definition. */
  readonly roles: ReadonlyMap<string, Role>;
  /** Every permission that some role of the model gives. */
  readonly permissions: ReadonlySet<string>;
  /** For the compiler alone; never set. */
  readonly [SHAPE]?: Shape;
}

type ShapeIn<Model> = Model extends { readonly [SHAPE]?: infer Shape extends AccessShape } ? Shape : never;

export type ResourceType<Model> = keyof ShapeIn<Model>['resources'] & string;

export type RoleSlug<Model> = keyof ShapeIn<Model>['roles'] & string;

export type Permission<Model> = ShapeIn<Model>['roles'][RoleSlug<Model>]['permission'];

/** The type a role is held on: `organization` or a resource type. */
export type RoleOn<Model, Slug extends RoleSlug<Model>> = ShapeIn<Model>['roles'][Slug]['on'];

/** Slugs of roles held on the organization itself. */
export type OrganizationRole<Model> = {
  [Slug in RoleSlug<Model>]: RoleOn<Model, Slug> extends typeof ORGANIZATION ? Slug : never;
}[RoleSlug<Model>];

/** Slug of a role that an organization made for itself (A9): known at run time only. */
export type TenantSlug = `${typeof TENANT_PREFIX}${string}`;

export interface TypedReference<Model> extends ResourceReference {
  readonly type: ResourceType<Model>;
}
