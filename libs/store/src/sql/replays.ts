import type { ReplayWriter } from '../ports/sessions.js';
import { hashToken } from '../secrets/hash-token.js';
import type { Executor } from './executor.js';

/** Ids are kept hashed: an IdP chooses their length, an index entry is bounded. */
export function replayWriter(on: Executor): ReplayWriter {
  return {
    async use(organization, connection, id, expiresAt) {
      await on.db
        .deleteFrom('replays')
        .where('organization', '=', organization)
        .where('expires_at', '<=', on.now())
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
