import { sourceKey, type RoleMapping } from '@idp-roles/mapping';
import { sql, type Selectable } from 'kysely';
import type { RoleMappingReader, RoleMappingWriter, StoredRoleMapping } from '../ports/role-mappings.js';
import { inBatches } from './batches.js';
import { changedOne } from './changed-one.js';
import { json, parsed } from './column.js';
import { createdAfter, cursorOf, pageOf, rowsFor } from './cursor.js';
import type { Executor } from './executor.js';
import type { Tables } from './tables.js';

export function roleMappingReader(on: Executor): RoleMappingReader {
  return {
    async get(organization, id) {
      const row = await live(on, organization).where('id', '=', id).executeTakeFirst();
      return row && toMapping(row);
    },

    async byIds(organization, ids) {
      const found: StoredRoleMapping[] = [];
      await inBatches(ids, async (slice) => {
        const rows = await live(on, organization).where('id', 'in', slice).execute();
        found.push(...rows.map(toMapping));
      });
      return found;
    },

    async list(organization, request) {
      const { source } = request;
      const rows = await live(on, organization)
        .$if(source !== undefined, (query) => query.where('source', '=', source ?? ''))
        .where(createdAfter(cursorOf(request, 'number')))
        .orderBy('created_at')
        .orderBy('id')
        .limit(rowsFor(request))
        .execute();
      return pageOf(rows, request, toMapping, (row) => [row.created_at, row.id]);
    },

    async changedSince(organization, source, version) {
      const rows = await on.db
        .selectFrom('role_mappings')
        .selectAll()
        .where('organization', '=', organization)
        .where('source', '=', source)
        .where('version', '>', version)
        .$if(version === 0, (query) => query.where('deleted', '=', 0))
        .orderBy('version')
        .execute();
      return {
        version: rows.at(-1)?.version ?? version,
        changed: rows.filter((row) => row.deleted === 0).map(toMapping),
        deleted: rows.filter((row) => row.deleted === 1).map((row) => row.id),
      };
    },

    async toRole(organization, role) {
      const rows = await live(on, organization)
        .where('role', '=', role)
        .orderBy('created_at')
        .orderBy('id')
        .execute();
      return rows.map(toMapping);
    },
  };
}

export function roleMappingWriter(on: Executor): RoleMappingWriter {
  return {
    ...roleMappingReader(on),

    async insert(mapping) {
      await lockVersions(on, mapping.organization);
      await put(on, mapping);
    },

    async update(mapping) {
      const { organization, mapping: body } = mapping;
      await lockVersions(on, organization);
      const before = await live(on, organization).where('id', '=', body.id).executeTakeFirst();
      changedOne(before ? 1n : 0n, `role mapping \`${body.id}\``);
      // Under another source it is another row: the index of the old one must hear that it went.
      if (before && before.source !== sourceKey(body.source)) await bury(on, organization, body.id);
      await put(on, { ...mapping, createdAt: before?.created_at ?? mapping.createdAt });
    },

    async delete(organization, id) {
      await lockVersions(on, organization);
      return (await bury(on, organization, id)) > 0n;
    },
  };
}

async function put(
  on: Executor,
  { organization, mapping, createdAt, updatedAt }: StoredRoleMapping,
): Promise<void> {
  const row = {
    role: mapping.role,
    body: json(mapping),
    deleted: 0,
    version: nextVersion(organization),
    created_at: createdAt,
    updated_at: updatedAt,
  };
  await on.db
    .insertInto('role_mappings')
    .values({ ...row, organization, source: sourceKey(mapping.source), id: mapping.id })
    .onConflict((conflict) => conflict.columns(['organization', 'source', 'id']).doUpdateSet(row))
    .execute();
}

/** Leaves a tombstone, without which nobody could learn that it went. */
async function bury(on: Executor, organization: string, id: string): Promise<bigint> {
  const result = await on.db
    .updateTable('role_mappings')
    .set({ deleted: 1, body: '{}', version: nextVersion(organization) })
    .where('organization', '=', organization)
    .where('id', '=', id)
    .where('deleted', '=', 0)
    .executeTakeFirst();
  return result.numUpdatedRows;
}

/** Versions must become visible in their order: a reader that saw 7 never asks for 6 again. */
function lockVersions(on: Executor, organization: string): Promise<void> {
  return on.home.lock(on.db, organization, 'role mappings');
}

function nextVersion(organization: string) {
  return sql<number>`(select coalesce(max(version), 0) + 1 from role_mappings where organization = ${organization})`;
}

function live(on: Executor, organization: string) {
  return on.db
    .selectFrom('role_mappings')
    .selectAll()
    .where('organization', '=', organization)
    .where('deleted', '=', 0);
}

function toMapping(row: Selectable<Tables['role_mappings']>): StoredRoleMapping {
  return {
    organization: row.organization,
    mapping: parsed<RoleMapping>(row.body),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
