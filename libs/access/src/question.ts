import type { AccessModel, Permission, RoleSlug, TenantSlug, TypedReference } from './access-model.js';
import type { ResourceReference } from './resource-reference.js';

/** May the member do this on the resource, or in the organization where none is named? */
export interface PermissionQuestion {
  readonly permission: string;
  readonly role?: undefined;
  readonly resource?: ResourceReference;
}

/** Does the member hold this role, or one on an ancestor that contains it (A3)? */
export interface RoleQuestion {
  readonly role: string;
  readonly permission?: undefined;
  readonly resource?: ResourceReference;
}

export type Question = PermissionQuestion | RoleQuestion;

/** The same, with the slugs, permissions and types of one model. */
export type QuestionOf<Model extends AccessModel> =
  | {
      readonly permission: Permission<Model>;
      readonly role?: undefined;
      readonly resource?: TypedReference<Model>;
    }
  | {
      readonly role: RoleSlug<Model> | TenantSlug;
      readonly permission?: undefined;
      readonly resource?: TypedReference<Model>;
    };
