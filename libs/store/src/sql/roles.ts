import type { Selectable } from 'kysely';
import type { RoleReader, RoleWriter, TenantRoleRow } from '../ports/roles.js';
import { StoreError } from '../ports/store.js';
import { changedOne } from './changed-one.js';
import { json, parsed } from './column.js';
import { cursorOf, pageOf, rowsFor } from './cursor.js';
import type { Executor } from './executor.js';
import type { Tables } from './tables.js';

export function roleReader(on: Executor): RoleReader {
  return {
    async get(organization, id) {
      const row = await of(on, organization).where('id', '=', id).executeTakeFirst();
      return row && toRole(row);
    },

    async bySlug(organization, slug) {
      const row = await of(on, organization).where('slug', '=', slug).executeTakeFirst();
      return row && toRole(row);
    },

    async list(organization, request) {
      const after = cursorOf(request, 'number');
      const rows = await of(on, organization)
        .$if(after !== undefined, (query) =>
          query.where((eb) =>
            eb(eb.refTuple('position', 'id'), '>', eb.tuple(after?.[0] ?? 0, after?.[1] ?? '')),
          ),
        )
        .orderBy('position')
        .orderBy('id')
        .limit(rowsFor(request))
        .execute();
      return pageOf(rows, request, toRole, (row) => [row.position, row.id]);
    },

    async all(organization) {
      const rows = await of(on, organization).orderBy('position').orderBy('id').execute();
      return rows.map(toRole);
    },
  };
}

export function roleWriter(on: Executor): RoleWriter {
  return {
    ...roleReader(on),

    async insert(role) {
      const result = await on.db
        .insertInto('roles')
        .values(toRow(role))
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirst();
      if (result.numInsertedOrUpdatedRows === 0n)
        throw new StoreError('slug-taken', `the organization has a role \`${role.slug}\` already`);
    },

    async update(role) {
      const { organization, id, slug: _slug, created_at: _created, ...row } = toRow(role);
      const result = await on.db
        .updateTable('roles')
        .set(row)
        .where('organization', '=', organization)
        .where('id', '=', id)
        .executeTakeFirst();
      changedOne(result.numUpdatedRows, `role \`${id}\``);
    },

    async delete(organization, id) {
      const result = await on.db
        .deleteFrom('roles')
        .where('organization', '=', organization)
        .where('id', '=', id)
        .executeTakeFirst();
      return result.numDeletedRows > 0n;
    },
  };
}

function of(on: Executor, organization: string) {
  return on.db.selectFrom('roles').selectAll().where('organization', '=', organization);
}

function toRole(row: Selectable<Tables['roles']>): TenantRoleRow {
  return {
    organization: row.organization,
    id: row.id,
    slug: row.slug,
    name: row.name,
    on: row.resource_type,
    permissions: parsed<readonly string[]>(row.permissions),
    idpGrantable: row.idp_grantable === 1,
    keepLastHolder: row.keep_last_holder === 1,
    position: row.position,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

function toRow(role: TenantRoleRow): Tables['roles'] {
  return {
    organization: role.organization,
    id: role.id,
    slug: role.slug,
    name: role.name,
    resource_type: role.on,
    permissions: json(role.permissions),
    idp_grantable: role.idpGrantable ? 1 : 0,
    keep_last_holder: role.keepLastHolder ? 1 : 0,
    position: role.position,
    created_at: role.createdAt,
    updated_at: role.updatedAt,
  };
}
