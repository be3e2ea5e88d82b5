import type { ReplayWriter } from '../ports/sessions.js';
import { hashToken } from '../secrets/hash-token.js';
import type { Executor } from './executor.js';

/** Ids are kept hashed: an IdP chooses their length, an index entry is bounded. What expired goes, unless another sign-in is removing it (S12). */
export function replayWriter(on: Executor): ReplayWriter {
  return {
    async use(organization, connection, id, expiresAt) {
      const expired = on.db
        .selectFrom('replays as old')
        .select(['old.connection', 'old.assertion'])
        .where('old.organization', '=', organization)
        .where('old.expires_at', '<=', on.now())
        .$if(on.home.rowLocks, (query) => query.forUpdate().skipLocked());
      await on.db
        .deleteFrom('replays')
        .where('organization', '=', organization)
        .where((eb) =>
          eb(eb.refTuple('connection', 'assertion'), 'in', expired.$asTuple('connection', 'assertion')),
        )
        .execute();
      const result = await on.db
        .insertInto('replays')
        .values({ organization, connection, assertion: hashToken(id), expires_at: expiresAt })
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirst();
      return result.numInsertedOrUpdatedRows === 1n;
    },
  };
}
