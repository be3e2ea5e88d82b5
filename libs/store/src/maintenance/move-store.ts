import { sql, type Kysely } from 'kysely';
import { StoreError } from '../ports/store.js';
import { inBatches } from '../sql/batches.js';
import { migrate } from '../sql/migrations/migrate.js';
import type { Tables } from '../sql/tables.js';
import { withHome, withSource, type StoreLocation } from './home-at.js';
import { TABLES_IN_ORDER } from './tables-in-order.js';

/** Rows of each table that were moved. */
export type Moved = Readonly<Record<string, number>>;

type Row = Record<string, unknown>;
const PAGE = 1_000;

/**
 * Copies a whole store into an empty one, in one transaction: either all of it is there afterwards or nothing is.
 * Sealed secrets stay sealed, so both need the same secret. Stop the app first: what it writes meanwhile is not seen.
 * Throws `StoreError`: `store-misused` where there is no source or the target holds an organization,
 * `migration-newer`, `store-unavailable`.
 */
export async function moveStore(from: StoreLocation, to: StoreLocation): Promise<Moved> {
  return withSource(from, (source) =>
    withHome(to, async (target) => {
      await migrate(source, 'check');
      await migrate(target, 'run');
      return target.migrating(async (trx) => {
        const held = await trx.selectFrom('organizations').select('id').limit(1).executeTakeFirst();
        if (held)
          throw new StoreError(
            'store-misused',
            'the target holds organizations already; move into an empty store',
          );
        const moved: Record<string, number> = {};
        for (const [table, key] of TABLES_IN_ORDER)
          moved[table] = await copyTable(source.reading, trx, table, key);
        await copyParents(source.reading, trx);
        return moved;
      });
    }),
  );
}

async function copyTable(
  from: Kysely<Tables>,
  to: Kysely<Tables>,
  table: keyof Tables,
  key: readonly string[],
): Promise<number> {
  let copied = 0;
  for (let last: Row | undefined; ;) {
    const page = await pageAfter(from, table, key, last);
    const rows = table === 'resources' ? page.map(withoutParent) : page;
    await inBatches(rows, (slice) =>
      to
        .insertInto(table)
        .values(slice as never)
        .execute(),
    );
    copied += page.length;
    last = page.at(-1);
    if (page.length < PAGE) return copied;
  }
}

/** A parent may stand on a later page than its child, so the tree is joined once all of it is there. */
const withoutParent = (row: Row): Row => ({ ...row, parent_type: null, parent_id: null });

async function copyParents(from: Kysely<Tables>, to: Kysely<Tables>): Promise<void> {
  for (let last: Row | undefined; ;) {
    const page = await pageAfter(from, 'resources', ['organization', 'type', 'id'], last);
    for (const { organization, type, id, parent_type, parent_id } of page as readonly Tables['resources'][]) {
      if (parent_type === null) continue;
      await to
        .updateTable('resources')
        .set({ parent_type, parent_id })
        .where('organization', '=', organization)
        .where('type', '=', type)
        .where('id', '=', id)
        .execute();
    }
    last = page.at(-1);
    if (page.length < PAGE) return;
  }
}

/** By the primary key and not by offset: the last page costs what the first did. */
async function pageAfter(
  from: Kysely<Tables>,
  table: keyof Tables,
  key: readonly string[],
  last: Row | undefined,
): Promise<readonly Row[]> {
  const columns = sql.join(key.map((column) => sql.ref(column)));
  const after = last ? sql`where (${columns}) > (${sql.join(key.map((column) => last[column]))})` : sql``;
  const { rows } =
    await sql<Row>`select * from ${sql.table(table)} ${after} order by ${columns} limit ${PAGE}`.execute(
      from,
    );
  return rows.map((row) => ({ ...row }));
}
