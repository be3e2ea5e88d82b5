import type { Actor, SessionRow } from '@idp-roles/store';
import type { UseCaseContext } from './context.js';
import { findMember } from './find.js';
import { UseCaseError } from './use-case-error.js';
import { perform, type Work } from './work.js';

/** Ends all sessions begun through a connection (S9); answers those that were open, so that their content can be dropped too. */
export async function endSessionsOfConnection(
  work: Work,
  connection: string,
): Promise<readonly SessionRow[]> {
  const ended = await work.tx.sessions.deleteOfConnection(work.organization, connection);
  for (const { id, member } of ended) recordEnd(work, id, member, { connection });
  return ended;
}

/** S8: ends all sessions of a member; answers those that were open. */
export async function endSessionsOfMember(
  work: Work,
  member: string,
  cause: Readonly<Record<string, unknown>>,
): Promise<readonly SessionRow[]> {
  const ended = await work.tx.sessions.deleteOfMember(work.organization, member);
  for (const { id } of ended) recordEnd(work, id, member, cause);
  return ended;
}

/** Open sessions of one member. More are a leaked account or a script; each read of their access would pay for all of them. */
const mostSessions = 100;

/** L3: writes a session to the index; of more than a hundred of one member the oldest end. */
export async function beginSession(work: Work, session: SessionRow): Promise<void> {
  const { tx, organization } = work;
  const { id, member } = session;
  await tx.sessions.insert(session);
  work.touch(member);
  const open = await tx.sessions.ofMember(organization, member);
  if (open.length <= mostSessions) return;
  const others = open.filter((one) => one.id !== id).toSorted((one, other) => one.beganAt - other.beganAt);
  const oldest = others.slice(0, open.length - mostSessions).map((one) => one.id);
  for (const ended of await tx.sessions.delete(organization, oldest)) {
    recordEnd(work, ended, member, { by: 'too-many-sessions' });
  }
}

/** Logout, or an admin's hand (L9). Nothing to end is no error. Answers the ids that were open. */
export async function endSession(
  context: UseCaseContext,
  input: {
    readonly organization: string;
    readonly session: string;
    /** Where given, only a session of this member is ended; another's is `session-not-found`. */
    readonly member?: string;
    readonly actor: Actor;
  },
): Promise<readonly string[]> {
  return perform(context, input, async (work) => {
    const { tx, organization } = work;
    const session = await tx.sessions.get(organization, input.session);
    if (input.member !== undefined && session?.member !== input.member) {
      throw new UseCaseError('session-not-found', 'the member has no such open session');
    }
    if (session === undefined) return [];
    const ended = await tx.sessions.delete(organization, [session.id]);
    recordEnd(work, session.id, session.member, { by: 'request' });
    return ended;
  });
}

/** All open sessions of one member. Errors: `member-not-found`. */
export async function listSessions(
  { store: { read } }: UseCaseContext,
  { organization, member }: { readonly organization: string; readonly member: string },
): Promise<readonly SessionRow[]> {
  await findMember(read, organization, member);
  return read.sessions.ofMember(organization, member);
}

export function recordEnd(
  work: Work,
  id: string,
  member: string,
  cause: Readonly<Record<string, unknown>>,
): void {
  work.record('session.ended', { member, subject: { type: 'session', id }, cause });
  work.touch(member);
}
