import { organizationOf, type IdpLogout } from '@idp-roles/store';
import type { UseCaseContext } from './context.js';
import { recordEnd } from './end-sessions.js';
import { perform } from './work.js';

/** What a verified logout request or logout token says. */
export type EndSessionsAtIdp = IdpLogout & {
  /** The message's id: used twice, the second changes nothing (L2). `expiresAt` in ms. */
  readonly replayKey: { readonly id: string; readonly expiresAt: number };
};

export type SessionsEnded =
  | {
      readonly outcome: 'ended';
      /** Ids of those that were open; none is no error. */ readonly ended: readonly string[];
    }
  | { readonly outcome: 'replayed' };

/** L9: ends the sessions that an IdP says have ended there. Throws only where the store fails: then nothing has changed. */
export async function endSessionsAtIdp(
  context: UseCaseContext,
  { replayKey, ...logout }: EndSessionsAtIdp,
): Promise<SessionsEnded> {
  const { connection } = logout;
  const organization = organizationOf(connection);
  if (organization === undefined) return { outcome: 'ended', ended: [] };
  const actor = { kind: 'sso', id: connection } as const;
  return perform(context, { organization, actor }, async (work) => {
    // A space stands in no assertion's id, so that messages of the two kinds never meet.
    const id = `logout ${replayKey.id}`;
    const isFirst = await work.tx.replays.use(organization, connection, id, replayKey.expiresAt);
    if (!isFirst) return { outcome: 'replayed' };
    const ended = await work.tx.sessions.deleteOfLogout(organization, logout);
    for (const session of ended)
      recordEnd(work, session.id, session.member, { by: 'idp-logout', connection });
    return { outcome: 'ended', ended: ended.map((session) => session.id) };
  });
}
