import type { ResourceReference } from '@idp-roles/mapping';
import type { Grant, Member, SessionRow } from '@idp-roles/store';
import { endSessionsOfMember } from './end-sessions.js';
import { lastHolderGrants } from './keep-last-holder.js';
import type { RoleCatalogue } from './role-catalogue.js';
import { settleGrants } from './settle-grants.js';
import type { Work } from './work.js';

export interface ShutOut {
  readonly member: Member;
  /** Those that were open, so that their content can be dropped too. */
  readonly sessions: readonly SessionRow[];
  /** S11: roles, by slug, that nobody active holds any more. */
  readonly lost: readonly { readonly role: string; readonly resource?: ResourceReference }[];
}

/**
 * S8: what an admin's suspension and a directory's deactivation have in common, for a member who is locked and was let in until now.
 * What IdPs gave by force or by default goes, of every source, and every session that began before is dead for good. Always goes
 * through: what it takes from last holders is said (S11). `after` is the member as they shall be, but for `sessionsValidFrom`.
 */
export async function shutOutMember(
  work: Work,
  before: Member,
  after: Member,
  cause: Readonly<Record<string, unknown>>,
): Promise<ShutOut> {
  const { tx, organization, at } = work;
  const rules = await work.rules();
  const held = await tx.grants.ofMember(organization, before.id);
  const last = await lastHolderGrants(work, rules.roles, before, held, []);
  const sessions = await endSessionsOfMember(work, before.id, cause);
  const member = { ...after, sessionsValidFrom: deadUntil(before, sessions, at), updatedAt: at };
  await tx.members.update(member);
  work.record(`member.${member.status}`, {
    member: member.id,
    cause,
    before: { status: before.status },
    after: { status: member.status },
  });
  const remove = held.filter(({ basis }) => basis === 'force' || basis === 'default');
  await settleGrants(work, rules, { member, before: held, remove, cause, lastHolder: 'ignore' });
  sayLost(work, rules.roles, last);
  work.touch(member.id);
  const lost = last.map(({ role, resource }) => ({
    role: rules.roles.slugOf(role),
    ...(resource && { resource }),
  }));
  return { member, sessions, lost };
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
