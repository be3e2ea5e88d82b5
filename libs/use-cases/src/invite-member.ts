import { emailDomain } from '@idp-roles/mapping';
import { newId, type Actor, type Member } from '@idp-roles/store';
import type { UseCaseContext } from './context.js';
import { findOrganization } from './find.js';
import { refuseProblems } from './use-case-error.js';
import { perform } from './work.js';

export interface InviteMember {
  readonly organization: string;
  readonly email: string;
  readonly name?: string;
  readonly actor: Actor;
}

/**
 * Makes a member who is recognised by e-mail at their first sign-in (L4), and may be given roles before it.
 * Errors: `organization-not-found`, `invalid`, `email-taken`.
 */
export async function inviteMember(context: UseCaseContext, input: InviteMember): Promise<Member> {
  return perform(context, input, async (work) => {
    const { tx, organization, at } = work;
    await findOrganization(tx, organization);
    const email = input.email.trim();
    if (email.length > 320 || emailDomain(email) === undefined) {
      const message = `\`${input.email.slice(0, 400)}\` is no e-mail address`;
      refuseProblems([{ path: 'email', code: 'invalid', message }]);
    }
    const member: Member = {
      organization,
      id: newId('mem', organization),
      status: 'invited',
      email,
      emailLinks: true,
      ...(input.name !== undefined && { name: input.name }),
      sessionsValidFrom: 0,
      createdVia: 'api',
      createdAt: at,
      updatedAt: at,
    };
    await tx.members.insert(member);
    const { status, name } = member;
    work.record('member.invited', { member: member.id, after: { status, email, name } });
    work.touch(member.id);
    return member;
  });
}
