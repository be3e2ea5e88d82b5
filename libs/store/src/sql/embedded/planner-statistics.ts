import { sql, type Kysely } from 'kysely';
import type { Tables } from '../tables.js';

/** Rows of a table, of one organization in it, and of one value of each further column of an index. */
const ROWS = 1_000_000;
const OF_ORGANIZATION = 10_000;
const NARROWER = 100;
/** A directory is as large as its organization. */
const AS_WIDE = 'directory';

interface IndexColumn {
  readonly table_name: string;
  readonly index_name: string;
  readonly is_unique: number;
  /** Names, with commas in between. */
  readonly columns: string;
}

/**
 * Tells SQLite's planner that organizations are large. Without statistics it takes any indexed column to leave ten
 * rows, and so reads a whole organization by the primary key where an index would find one member.
 * Made up instead of measured: a plan never depends on how much was there when somebody measured.
 * https://www.sqlite.org/fileformat2.html#the_sqlite_stat1_table
 */
export async function seedPlannerStatistics(trx: Kysely<Tables>): Promise<void> {
  // Makes the table, and what it holds so far is of no interest.
  await sql`analyze`.execute(trx);
  await sql`delete from sqlite_stat1`.execute(trx);
  const { rows } = await sql<IndexColumn>`
    select tables.name as table_name, 
      case indexes.origin when 'pk' then tables.name else indexes.name end as index_name,
      indexes."unique" as is_unique,
      (select group_concat(name) from (select name from pragma_index_info(indexes.name) order by seqno)) as columns
    from sqlite_schema tables, pragma_index_list(tables.name) indexes
    where tables.type = 'table' and tables.name not like 'sqlite_%'`.execute(trx);
  // Without a row id, a table is its primary key's index, and that goes by the table's name.
  for (const row of rows) {
    await sql`insert into sqlite_stat1 (tbl, idx, stat) values (${row.table_name}, ${row.index_name}, ${statisticOf(row)})`.execute(
      trx,
    );
  }
  // Read into this connection; every other one does so because the schema has changed.
  await sql`analyze sqlite_schema`.execute(trx);
}

function statisticOf({ is_unique, columns }: IndexColumn): string {
  const names = columns.split(',');
  let left = OF_ORGANIZATION * NARROWER;
  const each = names.map((name, place) => {
    if (name !== AS_WIDE) left /= NARROWER;
    return is_unique === 1 && place === names.length - 1 ? 1 : Math.max(2, Math.ceil(left));
  });
  return [ROWS, ...each].join(' ');
}
