import { createHash } from 'node:crypto';
import { sql, type RawBuilder, type SqlBool } from 'kysely';
import type { DirectoryFilter, DirectoryPage, DirectoryQuery } from '../ports/directory-query.js';
import { StoreError } from '../ports/store.js';
import { conditionOf, isNarrow, unsupported, type Attributes } from './directory-filters.js';
import { directoryCount } from './directory-counts.js';
import type { Executor } from './executor.js';
import { ofDirectory } from './of-directory.js';

export interface Paged<Attribute extends string, Row, T> {
  readonly table: 'directory_users' | 'directory_groups';
  readonly attributes: Attributes<Attribute>;
  /** A text of which rows have much or little. */
  readonly bulk?: string;
  readonly toItem: (row: Row) => T;
}

interface Place {
  readonly first: string | number;
  readonly id: string;
}

const LARGEST = 1_000;
/** Of so few rows nobody asks how large they are. */
const FEW = 8;
/** A page ends with the row that reaches so many bytes of `bulk`: an answer is held in memory several times over. */
const BYTES = 2 * 1024 * 1024;
const INSTANTS = new Set(['created_at', 'updated_at']);
const NUMBERS = new Set(['active', ...INSTANTS]);
/** No two rows of a directory share one. */
const ALONE = new Set(['id', 'user_name_key']);

/**
 * A page costs what it shows, whatever the directory holds: where the filter has an index, and short of a far `startIndex`. It may have
 * fewer rows than were asked for, with more to follow (RFC 7644, section 3.4.2.4).
 */
export async function directoryPage<Attribute extends string, Row extends { readonly id: string }, T>(
  on: Executor,
  { table, attributes, bulk, toItem }: Paged<Attribute, Row, T>,
  organization: string,
  directory: string,
  query: DirectoryQuery<Attribute>,
): Promise<DirectoryPage<T>> {
  const sortBy = query.sortBy ?? (asksWhatChanged(query.filter) ? 'meta.lastModified' : 'meta.created');
  const column = orderOf(attributes, sortBy);
  const narrow = query.filter !== undefined && isNarrow(attributes, query.filter);
  const size = Math.min(LARGEST, Math.max(0, Math.trunc(query.count) || 0));
  const after = placeOf(query, column);
  const offset = after ? 0 : Math.max(0, Math.trunc((query.startIndex ?? 1) - 1) || 0);
  const within = [
    sql<SqlBool>`organization = ${organization}`,
    narrow ? ofDirectory(directory) : sql<SqlBool>`directory = ${directory}`,
    ...(query.filter
      ? [conditionOf({ home: on.home, organization, directory }, attributes, query.filter)]
      : []),
  ];
  const rows =
    size === 0
      ? []
      : await read<Row & Found>(on, table, within, {
          column,
          narrow,
          query,
          after,
          offset,
          bulk,
          limit: size + 1,
        });
  const shown = rows.slice(0, size);
  const more = (shown[0]?.rows_found ?? rows.length) > shown.length;
  const last = shown.at(-1);
  const next =
    more && last ? cursorOf(query, last[column as keyof Row] as string | number, last.id) : undefined;
  const known = !after && !more && (shown.length > 0 || (offset === 0 && size > 0));
  const total = async () => {
    if (known) return offset + shown.length;
    if (!query.filter) return directoryCount(on, table, organization, directory);
    return counted(on, table, within);
  };
  return {
    data: shown.map(toItem),
    ...(query.total && { total: await total() }),
    ...(next !== undefined && { next }),
  };
}

/** Where a page is limited by bytes: how many rows there were but for that. */
interface Found {
  readonly rows_found?: number;
}

interface Reading {
  readonly bulk: string | undefined;
  readonly column: string;
  readonly narrow: boolean;
  readonly query: { readonly descending?: boolean };
  readonly after: Place | undefined;
  readonly offset: number;
  readonly limit: number;
}

async function read<Row>(
  on: Executor,
  table: string,
  within: readonly RawBuilder<SqlBool>[],
  { column, narrow, query, after, offset, limit, bulk }: Reading,
): Promise<readonly Row[]> {
  const [direction, beyond] = query.descending ? [sql`desc`, sql`<`] : [sql`asc`, sql`>`];
  const keys = ALONE.has(column) ? [column] : [column, 'id'];
  // Put in order afterwards: the order's own index would be read from its start to find the few.
  const expressions = keys.map((key) => (narrow ? computed(key) : sql.ref(key)));
  const order = sql.join(expressions.map((expression) => sql`${expression} ${direction}`));
  const from = after && [after.first, after.id].slice(0, keys.length);
  const conditions = from
    ? [...within, sql<SqlBool>`(${sql.join(expressions)}) ${beyond} (${sql.join(from)})`]
    : within;
  const where = sql.join(conditions, sql` and `);
  const shown = sql.join(keys.map((key) => sql`${computed(key)} ${direction}`));
  // What is passed over is passed over in an index, without its rows.
  const ids = sql`select id from ${sql.table(table)} where ${where} order by ${order} limit ${limit} offset ${offset}`;
  const page =
    offset === 0
      ? sql`select * from ${sql.table(table)} where ${where} order by ${order} limit ${limit}`
      : sql`select * from ${sql.table(table)}
          where ${sql.join(within.slice(0, 2), sql` and `)} and ${on.home.amongFound(sql.ref('id'), ids, true)}
          order by ${shown}`;
  if (bulk === undefined || narrow || limit <= FEW) return (await sql<Row>`${page}`.execute(on.db)).rows;
  const bytes = sql`octet_length(${sql.ref(bulk)})`;
  // In the page's own order, so that nothing is sorted for it.
  const same = sql.join(keys.map((key) => sql`${sql.ref(key)} ${direction}`));
  const { rows } = await sql<Row>`
    select * from (
      select *, count(*) over () as rows_found,
        sum(${bytes}) over (order by ${same} rows unbounded preceding) - ${bytes} as bytes_before
      from (${page} ${offset === 0 ? sql`` : sql`limit ${limit}`}) as page
    ) as measured
    where bytes_before < ${BYTES} order by ${same}`.execute(on.db);
  return rows;
}

/** The same value, which no index is made of. */
function computed(column: string): RawBuilder<unknown> {
  return NUMBERS.has(column) ? sql`${sql.ref(column)} + 0` : sql`${sql.ref(column)} || ''`;
}

async function counted(on: Executor, table: string, within: readonly RawBuilder<SqlBool>[]): Promise<number> {
  const { rows } = await sql<{ total: number }>`
    select count(*) as total from ${sql.table(table)} where ${sql.join(within, sql` and `)}`.execute(on.db);
  return rows[0]?.total ?? 0;
}

function orderOf<Attribute extends string>(attributes: Attributes<Attribute>, sortBy: string): string {
  const searched = Object.hasOwn(attributes, sortBy) ? attributes[sortBy as Attribute] : undefined;
  const column =
    searched?.kind === 'rows' ? searched.orderColumn : searched?.order ? searched.column : undefined;
  if (column === undefined) throw unsupported(sortBy);
  return column;
}

/** Of which query a cursor is. */
function digestOf({ filter, sortBy, descending }: DirectoryQuery<string>): string {
  const text = JSON.stringify([filter ?? null, sortBy ?? null, descending ?? false]);
  return createHash('sha256').update(text).digest('base64url').slice(0, 16);
}

function cursorOf(query: DirectoryQuery<string>, first: string | number, id: string): string {
  return Buffer.from(JSON.stringify([digestOf(query), first, id])).toString('base64url');
}

/** Throws `StoreError` `cursor-invalid`: cursors come back from clients. */
function placeOf(query: DirectoryQuery<string>, column: string): Place | undefined {
  if (query.cursor === undefined) return undefined;
  const value = decoded(query.cursor);
  const [digest, first, id] = Array.isArray(value) && value.length === 3 ? (value as unknown[]) : [];
  const ordered = NUMBERS.has(column) ? Number.isSafeInteger(first) : typeof first === 'string';
  if (digest !== digestOf(query) || !ordered || typeof id !== 'string' || hasNul(first) || hasNul(id))
    throw new StoreError(
      'cursor-invalid',
      `no page of this query follows \`${query.cursor.slice(0, 100)}\`; start again without it`,
    );
  return { first: first as string | number, id };
}

/** Then they come in the order they changed in: one index answers what, and in what order. */
function asksWhatChanged(filter: DirectoryFilter<string> | undefined): boolean {
  if (!filter) return false;
  if (filter.op === 'and') return filter.filters.some(asksWhatChanged);
  return (
    'value' in filter &&
    filter.attribute === 'meta.lastModified' &&
    ['gt', 'ge', 'lt', 'le'].includes(filter.op)
  );
}

function hasNul(value: unknown): boolean {
  return typeof value === 'string' && value.includes('\0');
}

function decoded(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}
