import type { ResourceReference } from '@idp-roles/mapping';
import type { Actor, Grant, Member, SessionRow } from '@idp-roles/store';
import type { UseCaseContext } from './context.js';
import { endSessionsOfMember } from './end-sessions.js';
import { lockMember } from './find.js';
import { lastHolderGrants } from './keep-last-holder.js';
import type { RoleCatalogue } from './role-catalogue.js';
import { settleGrants } from './settle-grants.js';
import { UseCaseError } from './use-case-error.js';
import { performForMember, type Work } from './work.js';

export interface DeactivateMember {
  readonly organization: string;
  readonly member: string;
  /** `suspended` (default) is an admin's word, `deprovisioned` a directory's. */
  readonly to?: 'suspended' | 'deprovisioned';
  readonly actor: Actor;
}

export interface MemberDeactivated {
  readonly outcome: 'deactivated' | 'unchanged';
  readonly member: Member;
  /** Those that were open, so that their content can be dropped too. */
  readonly sessions: readonly SessionRow[];
  /** S11: roles, by slug, that nobody active holds any more. */
  readonly lost: readonly { readonly role: string; readonly resource?: ResourceReference }[];
}

/**
 * S8: shuts a member out, invited ones too. What IdPs gave by force or by default goes, every session that began before is dead for
 * good; API and import grants stay without effect. Always goes through: where it leaves a `keepLastHolder` role without an active
 * holder, an audit event and a `last-holder-lost` event say so (S11). Idempotent. An admin's suspension outlasts a directory's
 * deactivation, so that the directory cannot lift it. Errors: `member-not-found`, `status-owned-by-directory` where an admin suspends
 * whom a directory has deactivated.
 */
export async function deactivateMember(
  context: UseCaseContext,
  input: DeactivateMember,
): Promise<MemberDeactivated> {
  const status = input.to ?? 'suspended';
  return performForMember(context, input, async (work) => {
    const { tx, organization, at } = work;
    const before = await lockMember(tx, organization, input.member);
    if (before.status === status || before.status === 'suspended') {
      return { outcome: 'unchanged', member: before, sessions: [], lost: [] };
    }
    if (before.status === 'deprovisioned') throw ownedByDirectory(before);
    const cause = { by: status === 'suspended' ? 'suspension' : 'deprovisioning' };
    const rules = await work.rules();
    const held = await tx.grants.ofMember(organization, before.id);
    const last = await lastHolderGrants(work, rules.roles, before, held, []);
    const sessions = await endSessionsOfMember(work, before.id, cause);
    const member = { ...before, status, sessionsValidFrom: deadUntil(before, sessions, at), updatedAt: at };
    await tx.members.update(member);
    work.record(`member.${status}`, {
      member: member.id,
      cause,
      before: { status: before.status },
      after: { status },
    });
    const remove = held.filter(({ basis }) => basis === 'force' || basis === 'default');
    await settleGrants(work, rules, { member, before: held, remove, cause, lastHolder: 'ignore' });
    sayLost(work, rules.roles, last);
    work.touch(member.id);
    const lost = last.map(({ role, resource }) => ({
      role: rules.roles.slugOf(role),
      ...(resource && { resource }),
    }));
    return { outcome: 'deactivated', member, sessions, lost };
  });
}

/** The first instant at which a session may begin: after this one, and after sessions that another instance's clock dates later. */
function deadUntil({ sessionsValidFrom }: Member, sessions: readonly SessionRow[], at: number): number {
  return Math.max(sessionsValidFrom, at + 1, ...sessions.map(({ beganAt }) => beganAt + 1));
}

function sayLost(work: Work, roles: RoleCatalogue, grants: readonly Grant[]): void {
  for (const { id, member, role: held, resource } of grants) {
    const role = roles.slugOf(held);
    const shown = { role, ...(resource && { resource }) };
    const subject = { type: 'role-assignment', id };
    work.record('role.last-holder-lost', { member, subject, cause: { by: 'deactivation' }, before: shown });
    const { organization } = work;
    work.announce({ type: 'last-holder-lost', organization, member, ...shown });
  }
}

function ownedByDirectory({ id }: Member): UseCaseError {
  return new UseCaseError(
    'status-owned-by-directory',
    'a directory has deactivated this member already, and may let them in again; activate them first to suspend them',
    { subjects: [id] },
  );
}
