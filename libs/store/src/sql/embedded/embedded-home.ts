import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { Kysely, sql, type Expression, type RawBuilder, type SqlBool, type Transaction } from 'kysely';
import type { GrantChanges } from '../../ports/grants.js';
import { StoreError } from '../../ports/store.js';
import type { ColumnTypes, Home } from '../home.js';
import type { NextInIndex } from '../next-in-index.js';
import type { Tables } from '../tables.js';
import { applyGrants } from './apply-grants.js';
import { insertDirectoryUser } from './insert-directory-user.js';
import { OrganizationVersions } from './organization-versions.js';
import { seedPlannerStatistics } from './planner-statistics.js';
import { SqliteFile } from './sqlite-connection.js';
import { NodeSqliteDialect } from './sqlite-dialect.js';

/** In the folder of a store. */
export const DATABASE_FILE = 'idp-roles.db';

/** A file in a folder of the app: one connection that writes, one that reads, in WAL mode with every commit synced to disk. */
export class EmbeddedHome implements Home {
  readonly types: ColumnTypes = {
    text: 'text',
    integer: 'integer',
    suffix: 'strict, without rowid',
    commitLog: [
      `create table organization_versions (
        organization text not null primary key references organizations (id) on delete cascade,
        version integer not null
      ) strict, without rowid`,
    ],
  };
  readonly rowLocks = false;
  readonly positionOf = 'instr';
  readonly slot = sql<number>`0`;
  readonly reading: Kysely<Tables>;
  readonly commits: OrganizationVersions;
  readonly #writing: Kysely<Tables>;
  #dataVersion: number;

  private constructor(
    readonly writer: DatabaseSync,
    reader: DatabaseSync,
    onStatement: (text: string) => void,
  ) {
    this.#writing = new Kysely({ dialect: new NodeSqliteDialect(new SqliteFile(writer, onStatement)) });
    this.reading = new Kysely({ dialect: new NodeSqliteDialect(new SqliteFile(reader, onStatement)) });
    this.commits = new OrganizationVersions(this.reading, () => this.#changedElsewhere());
    this.#dataVersion = dataVersion(writer);
  }

  /** Makes the folder (0700) and the file (0600) where they are not there. Throws `StoreError` `store-unavailable`. */
  static async open(folder: string, onStatement: (text: string) => void): Promise<EmbeddedHome> {
    // Here and not above: whoever only imports this package, on PostgreSQL or without node:sqlite, loads nothing.
    const { DatabaseSync } = await import('node:sqlite');
    const path = join(folder, DATABASE_FILE);
    const opened: DatabaseSync[] = [];
    const connect = (readOnly: boolean, pragmas: readonly string[]) => {
      const database = new DatabaseSync(path, { readOnly });
      opened.push(database);
      for (const pragma of pragmas) database.exec(`pragma ${pragma}`);
      return database;
    };
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await (await open(path, 'a', 0o600)).close();
      const writer = connect(false, [
        'busy_timeout = 5000',
        'journal_mode = wal',
        'synchronous = full',
        'foreign_keys = on',
        'busy_timeout = 0',
      ]);
      return new EmbeddedHome(writer, connect(true, ['busy_timeout = 5000']), onStatement);
    } catch (cause) {
      for (const database of opened) database.close();
      throw new StoreError('store-unavailable', `the database in \`${folder}\` cannot be opened`, { cause });
    }
  }

  transaction<T>(work: (trx: Transaction<Tables>) => Promise<T>): Promise<T> {
    return this.#writing.transaction().execute(work);
  }

  migrating<T>(work: (trx: Transaction<Tables>) => Promise<T>): Promise<T> {
    return this.transaction(work);
  }

  /** One writer: whoever is in a transaction holds every lock there is. */
  lock(): Promise<void> {
    return Promise.resolve();
  }

  lockEach(): Promise<void> {
    return Promise.resolve();
  }

  among(column: Expression<string | null>, values: readonly string[]): RawBuilder<SqlBool> {
    return sql`${column} in (select value from json_each(${JSON.stringify(values)}))`;
  }

  rows<Column extends string>(
    columns: readonly Column[],
    rows: readonly Readonly<Record<NoInfer<Column>, string | null>>[],
  ): RawBuilder<unknown> {
    const values = JSON.stringify(rows.map((row) => columns.map((column) => row[column])));
    const selected = columns.map(
      (column, place) => sql`json_extract(value, ${sql.lit(`$[${place}]`)}) as ${sql.ref(column)}`,
    );
    return sql`(select ${sql.join(selected)} from json_each(${values}))`;
  }

  amongFound(column: Expression<string | null>, query: RawBuilder<unknown>): RawBuilder<SqlBool> {
    return sql`${column} in (${query})`;
  }

  /** The statistics are made up, and say that each further column of an index leaves fewer rows. */
  nextInIndex(
    table: string,
    columns: readonly string[],
    values: readonly RawBuilder<unknown>[],
  ): NextInIndex {
    const all = columns.map((column) => sql.ref(`${table}.${column}`));
    const last = all.length - 1;
    const equal = all.slice(0, last).map((column, at) => sql`${column} = ${values[at]}`);
    const condition = sql<SqlBool>`${sql.join(equal, sql` and `)} and ${all[last]} > ${values[last]}`;
    return { condition, order: sql`${all[last]}` };
  }

  sameInIndex(
    table: string,
    columns: readonly string[],
    values: readonly RawBuilder<unknown>[],
  ): NextInIndex {
    const same = columns.map((column, at) => sql`${sql.ref(`${table}.${column}`)} = ${values[at]}`);
    return {
      condition: sql<SqlBool>`${sql.join(same, sql` and `)}`,
      order: sql.ref(`${table}.${columns[0]}`),
    };
  }

  insertDirectoryUser(
    trx: Kysely<Tables>,
    user: Tables['directory_users'],
    emails: readonly Tables['directory_user_emails'][],
  ): Promise<{ readonly taken: boolean; readonly awaited: boolean }> {
    return insertDirectoryUser(trx, user, emails);
  }

  lockFree(_trx: Kysely<Tables>, _organization: string, keys: readonly string[]): Promise<readonly string[]> {
    return Promise.resolve(keys);
  }

  applyGrants(trx: Kysely<Tables>, organization: string, changes: GrantChanges): Promise<void> {
    return applyGrants(trx, organization, changes);
  }

  /** The file is all there is. */
  makeSchema(): Promise<void> {
    return Promise.resolve();
  }

  async hasTable(trx: Kysely<Tables>, name: string): Promise<boolean> {
    const { rows } = await sql`select 1 from sqlite_schema where type = 'table' and name = ${name}`.execute(
      trx,
    );
    return rows.length > 0;
  }

  migrated(trx: Kysely<Tables>): Promise<void> {
    return seedPlannerStatistics(trx);
  }

  /** `data_version` of the writing connection moves with the commits of every connection but itself: https://www.sqlite.org/pragma.html#pragma_data_version */
  #changedElsewhere(): boolean {
    const now = dataVersion(this.writer);
    const changed = now !== this.#dataVersion;
    this.#dataVersion = now;
    return changed;
  }

  async close(): Promise<void> {
    // The one that writes goes last: it folds the log into the file.
    for (const db of [this.reading, this.#writing]) {
      // Kysely closes nothing it has not used.
      await db.connection().execute(() => Promise.resolve());
      await db.destroy();
    }
  }
}

function dataVersion(database: DatabaseSync): number {
  const row = database.prepare('pragma data_version').get();
  return Number(row?.['data_version']);
}
