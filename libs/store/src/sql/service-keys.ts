import type { Selectable } from 'kysely';
import type { ServiceKeyReader, ServiceKeyRow, ServiceKeyWriter } from '../ports/service-keys.js';
import type { Executor } from './executor.js';
import type { Tables } from './tables.js';

export function serviceKeyReader(on: Executor): ServiceKeyReader {
  return {
    async byHash(hash) {
      const row = await on.db
        .selectFrom('service_keys')
        .selectAll()
        .where('hash', '=', hash)
        .executeTakeFirst();
      return row && toServiceKey(row);
    },

    async list() {
      const rows = await on.db
        .selectFrom('service_keys')
        .selectAll()
        .orderBy('created_at')
        .orderBy('id')
        .execute();
      return rows.map(toServiceKey);
    },
  };
}

export function serviceKeyWriter(on: Executor): ServiceKeyWriter {
  return {
    ...serviceKeyReader(on),

    async insert({ id, name, hash, createdAt }) {
      await on.db.insertInto('service_keys').values({ id, name, hash, created_at: createdAt }).execute();
    },

    async delete(id) {
      const result = await on.db.deleteFrom('service_keys').where('id', '=', id).executeTakeFirst();
      return result.numDeletedRows > 0n;
    },
  };
}

function toServiceKey(row: Selectable<Tables['service_keys']>): ServiceKeyRow {
  return { id: row.id, name: row.name, hash: row.hash, createdAt: row.created_at };
}
