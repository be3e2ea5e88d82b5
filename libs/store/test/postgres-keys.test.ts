import { readFile } from 'node:fs/promises';
import { Client } from 'pg';
import { beforeAll, describe, expect, it } from 'vitest';
import { openStore } from '../src/sql/open-store.js';
import { secretKeys } from './folder.js';
import { aSchema, databaseUrl } from './postgres-database.js';

interface Index {
  readonly table: string;
  readonly kind: 'primary' | 'unique' | 'plain';
  readonly partial: boolean;
  readonly columns: string;
}

/** D2: small, and asked for across organizations. */
const GLOBAL = new Set(['organizations', 'domains', 'service_keys', 'migrations']);
/** Of the heartbeat and of whoever works on jobs, not of a request. */
const OF_NO_REQUEST = new Set(['changes: tx', 'changes: at', 'jobs: created_at, id']);

async function indexes(): Promise<readonly Index[]> {
  const { location, schema, drop } = await aSchema();
  await (await openStore(location, { secretKeys })).close();
  const client = new Client(location.url);
  await client.connect();
  const { rows } = await client.query<Index>(
    `select tables.relname as table, indpred is not null as partial,
       case when indisprimary then 'primary' when indisunique then 'unique' else 'plain' end as kind,
       (select string_agg(attname, ', ' order by place)
        from unnest(indkey) with ordinality as keys (number, place)
        join pg_attribute on attrelid = indrelid and attnum = keys.number) as columns
     from pg_index join pg_class tables on tables.oid = indrelid
     where tables.relnamespace = $1::regnamespace`,
    [schema],
  );
  await client.end();
  await drop();
  return rows;
}

function byTable(one: { readonly table: string }, other: { readonly table: string }): number {
  return one.table < other.table ? -1 : 1;
}

describe.runIf(databaseUrl)('keys (D2)', () => {
  let all: readonly Index[];
  beforeAll(async () => {
    all = await indexes();
  });

  it('start with the organization, but for those of the global tables', () => {
    const others = all.filter(
      ({ table, columns }) =>
        !columns.startsWith('organization,') &&
        !GLOBAL.has(table) &&
        !OF_NO_REQUEST.has(`${table}: ${columns}`),
    );
    expect(others).toEqual([]);
  });

  it('are those that docs/storage.md shows', async () => {
    const page = await readFile(new URL('../../../docs/storage.md', import.meta.url), 'utf8');
    // The first is the head of the table.
    const shown = [...page.matchAll(/^\| ([a-z_]+) +\| ([a-z_, ]+?) +\| ([a-z_, ]*?) +\| .*\|$/gm)].map(
      ([, table = '', primary = '', unique = '']) => ({
        table,
        primary,
        unique: unique.replace(/, where .*/, ''),
      }),
    );
    const uniqueOf = (table: string) => all.find((one) => one.table === table && one.kind === 'unique');
    const held = all
      .filter(({ kind }) => kind === 'primary')
      .map(({ table, columns }) => ({ table, primary: columns, unique: uniqueOf(table)?.columns ?? '' }));
    expect(shown.slice(1).toSorted(byTable)).toEqual(held.toSorted(byTable));
  });
});
