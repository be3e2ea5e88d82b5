import type { Actor, Member } from '@idp-roles/store';
import type { UseCaseContext } from './context.js';
import { lockMember } from './find.js';
import { shutOutMember, type ShutOut } from './shut-out-member.js';
import { UseCaseError } from './use-case-error.js';
import { performForMember } from './work.js';

export interface DeactivateMember {
  readonly organization: string;
  readonly member: string;
  readonly actor: Actor;
}

export interface MemberDeactivated extends ShutOut {
  readonly outcome: 'deactivated' | 'unchanged';
}

/**
 * S8: an admin shuts a member out, invited ones too. What IdPs gave by force or by default goes, every session that began before is
 * dead for good; API and import grants stay without effect. Always goes through: where it leaves a `keepLastHolder` role without an
 * active holder, an audit event and a `last-holder-lost` event say so (S11). Idempotent. Outlasts what any directory says, so that
 * none can lift it. Errors: `member-not-found`, `status-owned-by-directory` where a directory has deactivated them.
 */
export async function deactivateMember(
  context: UseCaseContext,
  input: DeactivateMember,
): Promise<MemberDeactivated> {
  return performForMember(context, input, async (work) => {
    const before = await lockMember(work.tx, work.organization, input.member);
    if (before.status === 'suspended') {
      return { outcome: 'unchanged', member: before, sessions: [], lost: [] };
    }
    if (before.status === 'deprovisioned') throw ownedByDirectory(before);
    const after: Member = { ...before, status: 'suspended' };
    return { outcome: 'deactivated', ...(await shutOutMember(work, before, after, { by: 'suspension' })) };
  });
}

function ownedByDirectory({ id }: Member): UseCaseError {
  return new UseCaseError(
    'status-owned-by-directory',
    'a directory has deactivated this member already, and may let them in again; activate them first to suspend them',
    { subjects: [id] },
  );
}
