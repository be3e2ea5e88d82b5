import type { ORGANIZATION } from './resource-reference.js';

/** What a resource type hangs under; types form a tree rooted at `organization`. */
export interface ResourceDefinition<Parent extends string = string> {
  readonly parent: Parent | typeof ORGANIZATION;
}

/** One role of the model. The key it stands under is its slug, for good. */
export interface RoleDefinition<Type extends string = string> {
  /** For people to read; the slug where absent. */
  readonly name?: string;
  /** The resource type it is held on; the organization where absent. */
  readonly on?: Type | typeof ORGANIZATION;
  /** At least one `noun:verb`. */
  readonly permissions: readonly `${string}:${string}`[];
  /** Rule S11: never taken from its last active member. */
  readonly keepLastHolder?: boolean;
  /** Rule M8: false for roles that no identity provider may give. True where absent. */
  readonly idpGrantable?: boolean;
}

/** What `defineAccess` takes, before it is known to agree with itself. */
export interface AccessDefinition {
  readonly resources?: Readonly<Record<string, ResourceDefinition>>;
  readonly roles: Readonly<Record<string, RoleDefinition>>;
}

/** What the compiler knows of a definition: type → parent, and slug → where it is held and what it permits. */
export interface AccessShape {
  readonly resources: Readonly<Record<string, string>>;
  readonly roles: Readonly<Record<string, { readonly on: string; readonly permission: string }>>;
}

/** The shape of a literal definition. */
export interface ShapeOf<Resources, Roles> {
  readonly resources: {
    readonly [T in keyof Resources & string]: Resources[T] extends { readonly parent: infer P extends string }
      ? P
      : never;
  };
  readonly roles: {
    readonly [S in keyof Roles & string]: {
      readonly on: Roles[S] extends { readonly on: infer T extends string } ? T : typeof ORGANIZATION;
      readonly permission: Roles[S] extends { readonly permissions: readonly (infer P extends string)[] }
        ? P
        : never;
    };
  };
}
