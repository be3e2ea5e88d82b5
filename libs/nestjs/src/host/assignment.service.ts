import type { AccessModel, ResourceType, RoleOn, RoleSlug, TenantSlug } from '@idp-roles/access';
import { Injectable } from '@nestjs/common';
import {
  assignRole,
  getMember,
  revokeRole,
  type RoleAssigned,
  type RoleAssignment,
} from '@idp-roles/use-cases';
import { UseCases } from '../use-cases.js';
import { hostActor, type InTheNameOf } from './host-actor.js';

export interface MemberReference {
  readonly organization: string;
  readonly member: string;
}

/** A role with the resource it is held on: an organization's role without one, any other with one of its own type. */
export type Assignable<Model extends AccessModel> =
  | {
      [Slug in RoleSlug<Model>]: RoleOn<Model, Slug> extends 'organization'
        ? { readonly role: Slug; readonly resource?: undefined }
        : {
            readonly role: Slug;
            readonly resource: { readonly type: RoleOn<Model, Slug>; readonly id: string };
          };
    }[RoleSlug<Model>]
  | {
      readonly role: TenantSlug;
      readonly resource?: { readonly type: ResourceType<Model>; readonly id: string };
    };

/** Milliseconds since the epoch: from then on the check says no (A10). */
interface Until {
  readonly expiresAt?: number;
}

/**
 * Roles that the product gives itself; no sync of an IdP ever touches them (S2). Inject it as
 * `AssignmentService<typeof access>`, by the class: an alias of the type breaks injection.
 */
@Injectable()
export class AssignmentService<Model extends AccessModel = AccessModel> {
  constructor(private readonly useCases: UseCases) {}

  /** Idempotent by role and resource. Rejects with `UseCaseError`: `member-not-found`, `resource-missing`, `permission-not-held`, … */
  assign(assignment: MemberReference & Assignable<Model> & Until & InTheNameOf): Promise<RoleAssigned> {
    const { organization, member, role, resource, expiresAt } = assignment as MemberReference &
      Until & { role: string; resource?: { type: string; id: string } };
    const actor = hostActor(assignment);
    return assignRole(this.useCases.context, { organization, member, role, resource, expiresAt, actor });
  }

  /** `assignment` is the id that `list` shows. Rejects with `UseCaseError`: `grant-owned-by-mapping`, `last-holder`, … */
  async revoke(input: MemberReference & InTheNameOf & { readonly assignment: string }): Promise<void> {
    await revokeRole(this.useCases.context, { ...input, actor: hostActor(input) });
  }

  /** Everything the member holds, from every source, as stored. */
  async list(member: MemberReference): Promise<readonly RoleAssignment[]> {
    return (await getMember(this.useCases.context, member)).roles;
  }
}
