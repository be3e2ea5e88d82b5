import type { Actor, Member } from '@idp-roles/store';
import type { UseCaseContext } from './context.js';
import { lockMember } from './find.js';
import { settleGrants } from './settle-grants.js';
import { performForMember } from './work.js';

export interface ReactivateMember {
  readonly organization: string;
  readonly member: string;
  readonly actor: Actor;
}

export interface MemberReactivated {
  readonly outcome: 'reactivated' | 'unchanged';
  /** `invited` where they have never signed in: only signing in makes them active. */
  readonly member: Member;
}

/**
 * S8: lets a member in again, whoever shut them out. API and import grants work again, and a default role that is due comes back
 * (S10); what mappings give by force comes with the next sign-in. Sessions of before stay dead. Idempotent: invited and active
 * members stay what they are. Errors: `member-not-found`, `email-taken` where somebody else got the address meanwhile.
 */
export async function reactivateMember(
  context: UseCaseContext,
  input: ReactivateMember,
): Promise<MemberReactivated> {
  return performForMember(context, input, async (work) => {
    const { tx, organization, at } = work;
    const before = await lockMember(tx, organization, input.member);
    if (before.status === 'active' || before.status === 'invited') {
      return { outcome: 'unchanged', member: before };
    }
    const rules = await work.rules();
    const identities = await tx.members.identities(organization, before.id);
    const status = identities.length === 0 ? 'invited' : 'active';
    const member: Member = { ...before, status, updatedAt: at };
    await tx.members.update(member);
    const cause = { by: 'reactivation' };
    work.record('member.reactivated', {
      member: member.id,
      cause,
      before: { status: before.status },
      after: { status },
    });
    const held = await tx.grants.ofMember(organization, member.id);
    await settleGrants(work, rules, { member, before: held, cause, lastHolder: 'keep' });
    work.touch(member.id);
    return { outcome: 'reactivated', member };
  });
}
