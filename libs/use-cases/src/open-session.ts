import type { SessionRow } from '@idp-roles/store';
import type { UseCaseContext } from './context.js';
import { beginSession } from './end-sessions.js';
import { lockMember, findConnection } from './find.js';
import { UseCaseError } from './use-case-error.js';
import { performForMember } from './work.js';

/**
 * Writes a session to the index (L9) where that was not done with the sign-in. Refused where the member or the connection was
 * shut out in between. Errors: `member-not-found`, `connection-not-found`, `session-not-allowed`.
 */
export async function openSession(
  context: UseCaseContext,
  session: Omit<SessionRow, 'beganAt'>,
): Promise<SessionRow> {
  const { organization, connection: id } = session;
  const actor = { kind: 'sso', id } as const;
  return performForMember(context, { organization, actor }, async (work) => {
    const { tx, at } = work;
    const member = await lockMember(tx, organization, session.member);
    const connection = await findConnection(tx, organization, id);
    if (member.status !== 'active' || connection.state !== 'active') {
      throw new UseCaseError('session-not-allowed', 'the member or the connection is not active');
    }
    const row = { ...session, beganAt: at };
    await beginSession(work, row);
    return row;
  });
}
