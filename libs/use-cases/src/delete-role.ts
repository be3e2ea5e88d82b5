import type { ResourceReference } from '@idp-roles/mapping';
import type { Actor } from '@idp-roles/store';
import type { UseCaseContext } from './context.js';
import { resyncRole } from './resync-directories.js';
import { settleGrants } from './settle-grants.js';
import { findTenantRole } from './update-role.js';
import { eachMember } from './withdraw-support.js';
import { performOnRules } from './work.js';

export interface DeleteRole {
  readonly organization: string;
  /** A slug. */
  readonly role: string;
  /** Only says whose grants would go. */
  readonly dryRun?: boolean;
  readonly actor: Actor;
}

export interface RoleDeleted {
  readonly outcome: 'deleted' | 'would-delete';
  readonly grants: readonly {
    readonly id: string;
    readonly member: string;
    readonly source: string;
    readonly resource?: ResourceReference;
  }[];
  /** Ids of mappings that lead to it; they stay, and give nothing (M8). */
  readonly mappings: readonly string[];
}

/** A9: its grants go with it, on every basis; made anew under the same slug it is another role. Errors: `role-not-found`, `invalid` for a role of the model. */
export async function deleteRole(context: UseCaseContext, input: DeleteRole): Promise<RoleDeleted> {
  return performOnRules(context, input, async (work) => {
    const { tx, organization } = work;
    const { roles } = await work.rules();
    const role = await findTenantRole(tx, roles, organization, input.role);
    const held = await tx.grants.byRole(organization, role.id);
    const mappings = await tx.mappings.toRole(organization, role.id);
    const named = {
      grants: held.map(({ id, member, source, resource }) => ({
        id,
        member,
        source,
        ...(resource && { resource }),
      })),
      mappings: mappings.map(({ mapping }) => mapping.id),
    };
    if (input.dryRun === true) return { outcome: 'would-delete', ...named };
    await tx.roles.delete(organization, role.id);
    work.record('role.deleted', { subject: { type: 'role', id: role.id }, before: role, cause: named });
    const cause = { by: 'role-deletion', role: role.id };
    const left = await work.rules();
    await eachMember(work, held, async (member, before) => {
      const remove = before.filter((grant) => grant.role === role.id);
      await settleGrants(work, left, { member, before, remove, cause, lastHolder: 'ignore' });
    });
    // M12: what it outranked is due now.
    if (left.organization.roleSelection === 'highest') await resyncRole(work, left, role.id, cause);
    work.touchAll();
    return { outcome: 'deleted', ...named };
  });
}
