import type { Selectable } from 'kysely';
import type {
  Connection,
  ConnectionReader,
  ConnectionSecrets,
  ConnectionWriter,
} from '../ports/connections.js';
import type { SecretPlace } from '../secrets/key-ring.js';
import { inBatches } from './batches.js';
import { changedOne } from './changed-one.js';
import { json, jsonOrNull, parsed, parsedOrNull, present } from './column.js';
import { createdAfter, cursorOf, pageOf, rowsFor } from './cursor.js';
import type { Executor } from './executor.js';
import type { Tables } from './tables.js';

/** An IdP that makes up names at each sign-in must not make the next one slower. */
const CLAIM_NAMES_KEPT = 2_000;

export function connectionReader(on: Executor): ConnectionReader {
  return {
    async get(organization, id) {
      const row = await of(on, organization).where('id', '=', id).executeTakeFirst();
      return row && toConnection(row);
    },

    async list(organization, request) {
      const rows = await of(on, organization)
        .where(createdAfter(cursorOf(request, 'number')))
        .orderBy('created_at')
        .orderBy('id')
        .limit(rowsFor(request))
        .execute();
      return pageOf(rows, request, toConnection, (row) => [row.created_at, row.id]);
    },

    async all(organization) {
      const rows = await of(on, organization).orderBy('created_at').orderBy('id').execute();
      return rows.map(toConnection);
    },

    async secrets(organization, id) {
      const row = await of(on, organization).where('id', '=', id).executeTakeFirst();
      const sealed = Object.entries(row ? parsed<ConnectionSecrets>(row.secrets) : {});
      return Object.fromEntries(
        sealed.map(([name, text]) => [name, on.keys.open(text, secretOf(organization, id, name))]),
      );
    },

    async claimsSeen(organization, id) {
      const rows = await on.db
        .selectFrom('claims_seen')
        .select('name')
        .where('organization', '=', organization)
        .where('connection', '=', id)
        .execute();
      return new Set(rows.map((row) => row.name));
    },
  };
}

export function connectionWriter(on: Executor): ConnectionWriter {
  return {
    ...connectionReader(on),

    async insert(connection, secrets) {
      await on.db
        .insertInto('connections')
        .values({ ...toRow(connection), secrets: seal(on, connection, secrets) })
        .execute();
    },

    async update(connection, secrets) {
      const { organization, id, version: _version, created_at: _created, ...row } = toRow(connection);
      const result = await on.db
        .updateTable('connections')
        .set(row)
        .set((eb) => ({ version: eb('version', '+', 1) }))
        .$if(secrets !== undefined, (query) => query.set({ secrets: seal(on, connection, secrets ?? {}) }))
        .where('organization', '=', organization)
        .where('id', '=', id)
        .executeTakeFirst();
      changedOne(result.numUpdatedRows, `connection \`${id}\``);
    },

    async delete(organization, id) {
      await on.db
        .deleteFrom('connections')
        .where('organization', '=', organization)
        .where('id', '=', id)
        .execute();
    },

    async addClaimsSeen(organization, id, names, at) {
      if (names.length === 0) return;
      const seen = await connectionReader(on).claimsSeen(organization, id);
      const fresh = [...new Set(names)].filter((name) => !seen.has(name));
      const room = Math.max(0, CLAIM_NAMES_KEPT - seen.size);
      const added = fresh.slice(0, room);
      if (added.length === 0) return;
      // A name that another sign-in is adding is left to it: members do not wait for each other (S12).
      const key = (name: string) => `claim seen:${id}:${name}`;
      const free = new Set(await on.home.lockFree(on.db, organization, added.map(key)));
      await inBatches(
        added.filter((name) => free.has(key(name))),
        (slice) =>
          on.db
            .insertInto('claims_seen')
            .values(slice.map((name) => ({ organization, connection: id, name, seen_at: at })))
            .onConflict((conflict) => conflict.doNothing())
            .execute(),
      );
    },
  };
}

function of(on: Executor, organization: string) {
  return on.db.selectFrom('connections').selectAll().where('organization', '=', organization);
}

/** One seal a secret: D5. */
function seal(on: Executor, { organization, id }: Connection, secrets: ConnectionSecrets): string {
  const sealed = Object.entries(secrets).map(([name, text]) => [
    name,
    on.keys.seal(text, secretOf(organization, id, name)),
  ]);
  return json(Object.fromEntries(sealed));
}

export function secretOf(organization: string, connection: string, name: string): SecretPlace {
  return { organization, record: connection, field: `secrets.${name}` };
}

function toConnection(row: Selectable<Tables['connections']>): Connection {
  return present({
    organization: row.organization,
    id: row.id,
    name: row.name,
    protocol: row.protocol as Connection['protocol'],
    state: row.state as Connection['state'],
    settings: parsed<Connection['settings']>(row.settings),
    issuer: row.issuer,
    defaultSyncMode: row.default_sync_mode as Connection['defaultSyncMode'],
    defaultRole: row.default_role,
    denyWithoutRole: row.deny_without_role === 1,
    absentClaim: row.absent_claim as Connection['absentClaim'],
    jit: row.jit === null ? null : row.jit === 1,
    requiredClaims: parsedOrNull<NonNullable<Connection['requiredClaims']>>(row.required_claims),
    subjectClaim: row.subject_claim,
    version: row.version,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  });
}

function toRow(connection: Connection): Omit<Tables['connections'], 'secrets'> {
  return {
    organization: connection.organization,
    id: connection.id,
    name: connection.name,
    protocol: connection.protocol,
    state: connection.state,
    settings: json(connection.settings),
    issuer: connection.issuer,
    default_sync_mode: connection.defaultSyncMode,
    default_role: connection.defaultRole ?? null,
    deny_without_role: connection.denyWithoutRole ? 1 : 0,
    absent_claim: connection.absentClaim,
    jit: connection.jit === undefined ? null : Number(connection.jit),
    required_claims: jsonOrNull(connection.requiredClaims),
    subject_claim: connection.subjectClaim ?? null,
    version: connection.version,
    created_at: connection.createdAt,
    updated_at: connection.updatedAt,
  };
}
