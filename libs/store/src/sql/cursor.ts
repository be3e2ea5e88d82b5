import { sql, type RawBuilder, type SqlBool } from 'kysely';
import type { Page, PageRequest } from '../ports/page.js';
import { StoreError } from '../ports/store.js';

/** The last row a page held, by what the list is ordered by. */
export type Cursor<First extends string | number> = readonly [first: First, id: string];

/** Throws `StoreError` `cursor-invalid`: cursors come back from clients. */
export function cursorOf<F extends 'string' | 'number'>(
  request: PageRequest,
  first: F,
): Cursor<F extends 'number' ? number : string> | undefined {
  if (request.after === undefined) return undefined;
  const value = decode(request.after);
  if (!Array.isArray(value) || value.length !== 2 || !isKey(value[0], first) || !isKey(value[1], 'string'))
    throw new StoreError(
      'cursor-invalid',
      `no page follows \`${inWords(request.after)}\`; start again without it`,
    );
  return value as unknown as Cursor<F extends 'number' ? number : string>;
}

/** Whether a database can compare with it: PostgreSQL keeps no NUL, nothing a lone surrogate, and our numbers are whole. */
export function isKey(value: unknown, type: 'string' | 'number'): boolean {
  if (typeof value === 'string') return type === 'string' && value.isWellFormed() && !value.includes('\0');
  return type === 'number' && Number.isSafeInteger(value);
}

/** What a page of a list in the order of `created_at`, then `id`, begins after; everything where it is the first. */
export function createdAfter(cursor: Cursor<number> | undefined): RawBuilder<SqlBool> {
  return cursor === undefined ? sql`true` : sql`(created_at, id) > (${cursor[0]}, ${cursor[1]})`;
}

/** How many rows to ask for: one more than the page holds, which says whether more follows. */
export function rowsFor(request: PageRequest): number {
  return size(request) + 1;
}

export function pageOf<Row, T>(
  rows: readonly Row[],
  request: PageRequest,
  toItem: (row: Row) => T,
  toCursor: (row: Row) => Cursor<string | number>,
): Page<T> {
  const shown = rows.slice(0, size(request));
  const last = shown.at(-1);
  const data = shown.map(toItem);
  if (!last || rows.length <= shown.length) return { data };
  return { data, after: encode(toCursor(last)) };
}

export function encode(cursor: Cursor<string | number>): string {
  return Buffer.from(JSON.stringify(cursor)).toString('base64url');
}

function size(request: PageRequest): number {
  return Math.min(200, Math.max(1, Math.trunc(request.limit) || 1));
}

/** Whatever a host's query parser made of it. */
function inWords(after: unknown): string {
  return typeof after === 'string' ? after.slice(0, 100) : typeof after;
}

function decode(after: unknown): unknown {
  if (typeof after !== 'string') return undefined;
  try {
    return JSON.parse(Buffer.from(after, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}
