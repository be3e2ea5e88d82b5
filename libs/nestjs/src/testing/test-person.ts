import type { AccessModel, MemberStatus, OrganizationRole, RoleOn, RoleSlug } from '@idp-roles/access';

interface Terms {
  /** `api` where absent. */
  readonly source?: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt?: number;
}

interface LooselyHeld extends Terms {
  readonly role: string;
  readonly resource?: { readonly type: string; readonly id: string };
}

type StrictlyHeld<Model, Slug extends RoleSlug<Model>> = Terms &
  (RoleOn<Model, Slug> extends 'organization'
    ? { readonly role: Slug; readonly resource?: undefined }
    : {
        readonly role: Slug;
        readonly resource: { readonly type: RoleOn<Model, Slug>; readonly id: string };
      });

/** An organization role by its slug alone, any role with its resource and terms. */
export type TestRole<Model> =
  string extends RoleSlug<Model>
    ? string | LooselyHeld
    : OrganizationRole<Model> | { [Slug in RoleSlug<Model>]: StrictlyHeld<Model, Slug> }[RoleSlug<Model>];

/** Who a test is. */
export interface TestPerson<Model extends AccessModel = AccessModel> {
  /** `test-organization` where absent. */
  readonly organization?: string;
  /** `test-member` where absent. */
  readonly member?: string;
  /** `active` where absent. */
  readonly status?: MemberStatus;
  readonly roles: readonly TestRole<Model>[];
  /** Absent: no session, as of a host with its own tokens. */
  readonly session?: { readonly id: string; readonly beganAt: number };
  /** Milliseconds since the epoch; 0 where absent. */
  readonly sessionsValidFrom?: number;
}

/** A resource that exists in a test. */
export interface TestResource {
  /** `test-organization` where absent. */
  readonly organization?: string;
  readonly type: string;
  readonly id: string;
  /** Absent: the organization. */
  readonly parent?: { readonly type: string; readonly id: string };
}

export const TEST_ORGANIZATION = 'test-organization';
export const TEST_MEMBER = 'test-member';
