import type { Selectable } from 'kysely';
import type { IdpName, SessionReader, SessionRow, SessionWriter } from '../ports/sessions.js';
import { hashToken } from '../secrets/hash-token.js';
import { inBatches } from './batches.js';
import { present } from './column.js';
import type { Executor } from './executor.js';
import type { Tables } from './tables.js';

/** An expired session is not there, whether or not its row still is. */
export function sessionReader(on: Executor): SessionReader {
  return {
    async get(organization, id) {
      const row = await open(on, organization).where('id', '=', id).executeTakeFirst();
      return row && toSession(row);
    },

    async ofMember(organization, member) {
      const rows = await open(on, organization)
        .where('member', '=', member)
        .orderBy('began_at')
        .orderBy('id')
        .execute();
      return rows.map(toSession);
    },
  };
}

export function sessionWriter(on: Executor): SessionWriter {
  const openOf = (rows: readonly Tables['sessions'][]) =>
    rows.filter((row) => row.expires_at > on.now()).map(toSession);

  return {
    ...sessionReader(on),

    async insert(session) {
      // What another sign-in is removing is left to it: members do not wait for each other (S12).
      const expired = on.db
        .selectFrom('sessions as old')
        .select('old.id')
        .where('old.organization', '=', session.organization)
        .where('old.expires_at', '<=', on.now())
        .$if(on.home.rowLocks, (query) => query.forUpdate().skipLocked());
      await on.db
        .deleteFrom('sessions')
        .where('organization', '=', session.organization)
        .where('id', 'in', expired)
        .execute();
      await on.db.insertInto('sessions').values(toRow(session)).execute();
    },

    async delete(organization, ids) {
      const gone: string[] = [];
      await inBatches(ids, async (slice) => {
        const rows = await on.db
          .deleteFrom('sessions')
          .where('organization', '=', organization)
          .where('id', 'in', slice)
          .returningAll()
          .execute();
        gone.push(...openOf(rows).map((session) => session.id));
      });
      return gone;
    },

    async deleteOfConnection(organization, connection) {
      const rows = await on.db
        .deleteFrom('sessions')
        .where('organization', '=', organization)
        .where('connection', '=', connection)
        .returningAll()
        .execute();
      return openOf(rows);
    },

    async deleteOfMember(organization, member) {
      const rows = await on.db
        .deleteFrom('sessions')
        .where('organization', '=', organization)
        .where('member', '=', member)
        .returningAll()
        .execute();
      return openOf(rows);
    },

    async deleteOfLogout(organization, logout) {
      const { connection, issuer, name, sessionIndexes = [] } = logout;
      const indexKeys = sessionIndexes.map((index) => indexKey(issuer, index));
      if (name === undefined && indexKeys.length === 0) return [];
      const rows = await on.db
        .deleteFrom('sessions')
        .where('organization', '=', organization)
        .where('connection', '=', connection)
        .$if(name !== undefined, (query) => query.where('name_key', '=', nameKey(issuer, name!)))
        .$if(indexKeys.length > 0, (query) =>
          query.where((eb) => {
            const among = eb('index_key', 'in', indexKeys);
            return name === undefined ? among : eb.or([among, eb('index_key', 'is', null)]);
          }),
        )
        .returningAll()
        .execute();
      return openOf(rows);
    },
  };
}

/** An IdP chooses the length of both: looked up by hashes, which an index has room for. */
function nameKey(issuer: string, { format, subject }: IdpName): string {
  return hashToken(JSON.stringify([issuer, format, subject]));
}

function indexKey(issuer: string, sessionIndex: string): string {
  return hashToken(JSON.stringify([issuer, sessionIndex]));
}

function open(on: Executor, organization: string) {
  return on.db
    .selectFrom('sessions')
    .selectAll()
    .where('organization', '=', organization)
    .where('expires_at', '>', on.now());
}

function toSession(row: Selectable<Tables['sessions']>): SessionRow {
  return present({
    organization: row.organization,
    id: row.id,
    member: row.member,
    connection: row.connection,
    issuer: row.issuer,
    format: row.format,
    subject: row.subject,
    sessionIndex: row.session_index,
    beganAt: row.began_at,
    expiresAt: row.expires_at,
  });
}

function toRow(session: SessionRow): Tables['sessions'] {
  return {
    organization: session.organization,
    id: session.id,
    member: session.member,
    connection: session.connection,
    issuer: session.issuer,
    format: session.format,
    subject: session.subject,
    session_index: session.sessionIndex ?? null,
    name_key: nameKey(session.issuer, session),
    index_key: session.sessionIndex === undefined ? null : indexKey(session.issuer, session.sessionIndex),
    began_at: session.beganAt,
    expires_at: session.expiresAt,
  };
}
