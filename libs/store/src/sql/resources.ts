import type { ResourceReference } from '@idp-roles/mapping';
import { sql, type Selectable, type SqlBool } from 'kysely';
import type { Resource, ResourceReader, ResourceWriter } from '../ports/resources.js';
import { StoreError } from '../ports/store.js';
import { inBatches } from './batches.js';
import { present } from './column.js';
import { cursorOf, pageOf, rowsFor } from './cursor.js';
import type { Executor } from './executor.js';
import type { Tables } from './tables.js';

/** Deeper than any tree of resource types; ends the walk where a cycle would ever be stored. */
const DEEPEST = 64;

export function resourceReader(on: Executor): ResourceReader {
  return {
    async get(organization, { type, id }) {
      const row = await of(on, organization).where('type', '=', type).where('id', '=', id).executeTakeFirst();
      return row && toResource(row);
    },

    async list(organization, request) {
      const after = cursorOf(request, 'string');
      const { type } = request;
      const rows = await of(on, organization)
        .$if(type !== undefined, (query) => query.where('type', '=', type ?? ''))
        .$if(after !== undefined, (query) =>
          query.where((eb) =>
            eb(eb.refTuple('type', 'id'), '>', eb.tuple(after?.[0] ?? '', after?.[1] ?? '')),
          ),
        )
        .orderBy('type')
        .orderBy('id')
        .limit(rowsFor(request))
        .execute();
      return pageOf(rows, request, toResource, (row) => [row.type, row.id]);
    },

    async children(organization, { type, id }, limit) {
      const rows = await of(on, organization)
        .where('parent_type', '=', type)
        .where('parent_id', '=', id)
        .orderBy('type')
        .orderBy('id')
        .limit(limit)
        .execute();
      return rows.map(toResource);
    },

    async path(organization, resource) {
      const rows = await ancestors(on, organization, resource);
      return rows.length === 0 ? undefined : rows;
    },

    async existing(organization, resources) {
      const found = new Set<string>();
      await inBatches(resources, async (slice) => {
        const rows = await on.db
          .selectFrom('resources')
          .select(['type', 'id'])
          .where('organization', '=', organization)
          .where(
            sql<SqlBool>`(type, id) in (values ${sql.join(slice.map(({ type, id }) => sql`(${type}, ${id})`))})`,
          )
          .execute();
        for (const row of rows) found.add(`${row.type}:${row.id}`);
      });
      return found;
    },
  };
}

export function resourceWriter(on: Executor): ResourceWriter {
  return {
    ...resourceReader(on),

    async put(resource) {
      const { organization, parent } = resource;
      // Two moves at once could each see no cycle and make one together.
      await on.home.lock(on.db, organization, 'resource tree');
      if (parent) await refuseParent(on, resource, parent);
      const row = toRow(resource);
      await on.db
        .insertInto('resources')
        .values(row)
        .onConflict((conflict) =>
          conflict
            .columns(['organization', 'type', 'id'])
            .doUpdateSet({ name: row.name, parent_type: row.parent_type, parent_id: row.parent_id }),
        )
        .execute();
    },

    async delete(organization, { type, id }) {
      await on.home.lock(on.db, organization, 'resource tree');
      const below = await of(on, organization)
        .where('parent_type', '=', type)
        .where('parent_id', '=', id)
        .limit(1)
        .executeTakeFirst();
      if (below)
        throw new StoreError(
          'resource-parent-missing',
          `\`${type}:${id}\` has \`${below.type}:${below.id}\` under it; move or delete that first`,
        );
      const result = await on.db
        .deleteFrom('resources')
        .where('organization', '=', organization)
        .where('type', '=', type)
        .where('id', '=', id)
        .executeTakeFirst();
      return result.numDeletedRows > 0n;
    },
  };
}

async function refuseParent(on: Executor, resource: Resource, parent: ResourceReference): Promise<void> {
  const same = (other: ResourceReference) => other.type === resource.type && other.id === resource.id;
  const above = same(parent) ? [parent] : await ancestors(on, resource.organization, parent);
  if (above.length === 0)
    throw new StoreError(
      'resource-parent-missing',
      `there is no resource \`${parent.type}:${parent.id}\`; register it first`,
    );
  if (above.some(same))
    throw new StoreError(
      'resource-cycle',
      `\`${parent.type}:${parent.id}\` is under \`${resource.type}:${resource.id}\``,
    );
}

/** The resource itself first; empty where it is unknown. */
async function ancestors(
  on: Executor,
  organization: string,
  { type, id }: ResourceReference,
): Promise<readonly ResourceReference[]> {
  const { rows } = await sql<ResourceReference>`
    with recursive path (type, id, parent_type, parent_id, depth) as (
      select type, id, parent_type, parent_id, 0 from resources
      where organization = ${organization} and type = ${type} and id = ${id}
      union all
      select above.type, above.id, above.parent_type, above.parent_id, path.depth + 1
      from path join resources above
      on above.organization = ${organization} and above.type = path.parent_type and above.id = path.parent_id
      where path.depth < ${sql.lit(DEEPEST)}
    )
    select type, id from path order by depth`.execute(on.db);
  return rows.map((row) => ({ type: row.type, id: row.id }));
}

function of(on: Executor, organization: string) {
  return on.db.selectFrom('resources').selectAll().where('organization', '=', organization);
}

function toResource(row: Selectable<Tables['resources']>): Resource {
  return present({
    organization: row.organization,
    type: row.type,
    id: row.id,
    parent: row.parent_type === null ? null : { type: row.parent_type, id: row.parent_id ?? '' },
    name: row.name,
    createdAt: row.created_at,
  });
}

function toRow(resource: Resource): Tables['resources'] {
  return {
    organization: resource.organization,
    type: resource.type,
    id: resource.id,
    parent_type: resource.parent?.type ?? null,
    parent_id: resource.parent?.id ?? null,
    name: resource.name ?? null,
    created_at: resource.createdAt,
  };
}
