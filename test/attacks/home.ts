import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Client } from 'pg';
import { aSchema, databaseUrl } from '../../libs/store/test/postgres-database.js';

/** What a refused answer may leave behind, which is looked at by itself: its trace, and the counters that a commit moves. */
const LEFT_OUT = new Set(['sign_in_traces', 'organization_versions', 'changes', 'migrations']);

/** Grow with the catalogue alone, so their versions stand for their rows. */
const SETTINGS = new Set(['connections', 'role_mappings']);

export type Rows = ReadonlyMap<string, readonly string[]>;

interface TraceRow {
  readonly outcome: string;
  readonly code: string | null;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** Where the app under attack keeps what it knows, read behind its back. */
export interface Database {
  readonly location: { readonly folder: string } | { readonly url: string; readonly schema: string };
  /** Every row of every table, as text. */
  rows(): Promise<Rows>;
  /** Of one connection, the newest first. */
  traces(connection: string): Promise<TraceRow[]>;
  drop(): Promise<void>;
}

export interface Home {
  readonly name: string;
  open(): Promise<Database>;
}

type Row = Readonly<Record<string, unknown>>;
type Query = (text: string, values?: readonly string[]) => Promise<Row[]>;

function database(
  location: Database['location'],
  tables: () => Promise<string[]>,
  query: Query,
  drop: () => Promise<void>,
): Database {
  let known: string[] = [];
  return {
    location,
    drop,
    async rows() {
      if (known.length === 0) known = (await tables()).filter((table) => !LEFT_OUT.has(table));
      const found = await Promise.all(
        known.map((table) =>
          query(
            SETTINGS.has(table)
              ? `select count(*) as n, sum(version) as versions, max(updated_at) as latest from ${table}`
              : `select * from ${table}`,
          ),
        ),
      );
      return new Map(
        known.map((table, index) => [table, found[index]!.map((row) => JSON.stringify(row)).toSorted()]),
      );
    },
    async traces(connection) {
      const found = await query(
        'select outcome, code, detail from sign_in_traces where connection = $1 order by at desc, id desc',
        [connection],
      );
      return found.map((row) => ({ ...row, detail: JSON.parse(String(row['detail'])) }) as TraceRow);
    },
  };
}

const embedded: Home = {
  name: 'embedded',
  open: () => {
    const folder = mkdtempSync(join(tmpdir(), `idp-roles-attacks-${randomUUID()}`));
    let file: DatabaseSync | undefined;
    const query: Query = async (text, values = []) => {
      file ??= new DatabaseSync(join(folder, 'idp-roles.db'), { readOnly: true });
      return file.prepare(text.replace('$1', '?')).all(...values) as Row[];
    };
    const tables = async () =>
      (await query("select name from sqlite_schema where type = 'table' and name not like 'sqlite_%'")).map(
        ({ name }) => String(name),
      );
    const drop = async () => {
      file?.close();
      rmSync(folder, { recursive: true, force: true });
    };
    return Promise.resolve(database({ folder }, tables, query, drop));
  },
};

const postgres: Home = {
  name: 'PostgreSQL',
  open: async () => {
    const { location, schema, drop } = await aSchema();
    const client = new Client(location.url);
    await client.connect();
    await client.query(`set search_path to "${schema}"`);
    const query: Query = async (text, values = []) => (await client.query<Row>(text, [...values])).rows;
    const tables = async () =>
      (await query('select tablename from pg_tables where schemaname = $1', [schema])).map(({ tablename }) =>
        String(tablename),
      );
    return database(location, tables, query, async () => {
      await client.end();
      await drop();
    });
  },
};

/** The embedded store always, PostgreSQL where there is one. */
export const homes: readonly Home[] = databaseUrl === undefined ? [embedded] : [embedded, postgres];

/** What came or went between two looks, by table. */
export function difference(before: Rows, after: Rows): Map<string, { came: number; went: number }> {
  const found = new Map<string, { came: number; went: number }>();
  for (const [table, rows] of after) {
    const [old, now] = [new Set(before.get(table)), new Set(rows)];
    const came = rows.filter((row) => !old.has(row)).length;
    const went = [...old].filter((row) => !now.has(row)).length;
    if (came + went > 0) found.set(table, { came, went });
  }
  return found;
}
