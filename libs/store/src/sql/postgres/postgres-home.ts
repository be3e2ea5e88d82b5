import { setImmediate, setTimeout as pause } from 'node:timers/promises';
import { Kysely, sql, type Expression, type RawBuilder, type SqlBool, type Transaction } from 'kysely';
import type { Pool } from 'pg';
import type { GrantChanges } from '../../ports/grants.js';
import { StoreError } from '../../ports/store.js';
import type { ColumnTypes, Home } from '../home.js';
import type { NextInIndex } from '../next-in-index.js';
import { runShaped } from '../shaped.js';
import type { Tables } from '../tables.js';
import { unanswered } from '../unanswered.js';
import { applyGrants } from './apply-grants.js';
import { ChangeLog, changesTable } from './change-log.js';
import { PooledPostgresDialect } from './postgres-dialect.js';
import { isConflict, unavailable } from './postgres-error.js';
import { insertDirectoryUser } from './insert-directory-user.js';
import { seedPlannerStatistics } from './planner-statistics.js';
import { openPool } from './postgres-pool.js';
import { PLANNED_EACH_TIME, StatementNames } from './statement-names.js';

/** PostgreSQL 14 or newer. */
export interface PostgresLocation {
  /** `postgres://user:password@host:port/database`, with the parameters that `pg` knows. */
  readonly url: string;
  /** Where the tables live: small letters, digits and `_`. `idp_roles` by default. Also the channel of NOTIFY. */
  readonly schema?: string;
  /** Connections at once; 10 by default. */
  readonly poolSize?: number;
}

/** Of more values than these, the plan depends on how many. */
const FEW = 50;
const ATTEMPTS = 6;
/** After which no new attempt begins. */
const PATIENCE_MS = 2_000;
/** What a migration, and waiting for another process's, may take. */
const MIGRATION_MS = 10 * 60 * 1_000;

/** A schema of its own in a PostgreSQL database, through a pool of its own. */
export class PostgresHome implements Home {
  readonly types: ColumnTypes = {
    text: 'text collate "C"',
    integer: 'bigint',
    suffix: '',
    commitLog: changesTable,
  };
  readonly rowLocks = true;
  readonly positionOf = 'strpos';
  /** Of its connection: two transactions of one do not run at the same time. */
  readonly slot = sql<number>`(pg_backend_pid() % 64)`;
  readonly reading: Kysely<Tables>;
  readonly commits: ChangeLog;
  readonly #migrating: Kysely<Tables>;
  /** Private, as its type is: a host of ours need not have the types of `pg`. */
  readonly #pool: Pool;
  readonly #running = new Set<Promise<unknown>>();

  private constructor(
    pool: Pool,
    readonly schema: string,
    onStatement: (text: string) => void,
  ) {
    this.#pool = pool;
    const names = new StatementNames();
    const over = (answerWithin?: number) =>
      new Kysely<Tables>({
        dialect: new PooledPostgresDialect({
          pool,
          names,
          onStatement,
          ...(answerWithin && { answerWithin }),
        }),
      });
    this.reading = over();
    this.#migrating = over(MIGRATION_MS);
    this.commits = new ChangeLog(this.reading, schema);
  }

  /** Connects, so that a wrong address stops the start. Throws `StoreError` `store-unavailable`, `store-misused`. */
  static async open(
    { url, schema = 'idp_roles', poolSize = 10 }: PostgresLocation,
    onStatement: (text: string) => void,
  ): Promise<PostgresHome> {
    if (!/^(?!pg_)[a-z_][a-z0-9_]{0,62}$/.test(schema))
      throw new StoreError(
        'store-misused',
        `\`${schema}\` cannot be the schema; use small letters, digits and \`_\`, and no \`pg_\` in front`,
      );
    const home = new PostgresHome(await openPool(url, schema, poolSize), schema, onStatement);
    try {
      await sql`select 1`.execute(home.reading);
      return home;
    } catch (error) {
      await home.close();
      throw error;
    }
  }

  transaction<T>(work: (trx: Transaction<Tables>) => Promise<T>): Promise<T> {
    return this.#run(() => this.#again(work));
  }

  migrating<T>(work: (trx: Transaction<Tables>) => Promise<T>): Promise<T> {
    return this.#run(() =>
      this.#migrating.transaction().execute(async (trx) => {
        await sql`set local statement_timeout = ${sql.lit(MIGRATION_MS)}`.execute(trx);
        return work(trx);
      }),
    );
  }

  async lock(trx: Kysely<Tables>, organization: string, key: string, mode?: 'shared'): Promise<void> {
    const name = this.#lockName(organization, key);
    const taken = () =>
      mode === 'shared'
        ? sql`select pg_advisory_xact_lock_shared(hashtextextended(${name}, 0)) ${unanswered}`
        : sql`select pg_advisory_xact_lock(hashtextextended(${name}, 0))`;
    const shape = `lock ${mode ?? 'alone'}`;
    await runShaped({ db: trx, home: this }, shape, [name], () => taken().compile(trx));
  }

  async lockEach(
    trx: Kysely<Tables>,
    organization: string,
    keys: readonly string[],
    shared: readonly string[] = [],
  ): Promise<void> {
    const named = (some: readonly string[]) =>
      [...new Set(some)].toSorted().map((key) => this.#lockName(organization, key));
    const [first, alone] = [named(shared), named(keys)];
    await runShaped({ db: trx, home: this }, 'lock each', [first.length, [...first, ...alone]], () =>
      sql`
        select case when place > ${first.length}::bigint
          then pg_advisory_xact_lock(hashtextextended(name, 0))::text
          else pg_advisory_xact_lock_shared(hashtextextended(name, 0))::text end
        from unnest(${[...first, ...alone]}::text[]) with ordinality as wanted (name, place)
        ${unanswered}`.compile(trx),
    );
  }

  among(column: Expression<string | null>, values: readonly string[]): RawBuilder<SqlBool> {
    if (values.length === 1) return sql`${column} = ${values[0]}`;
    const note = values.length > FEW ? sql.raw(PLANNED_EACH_TIME) : sql``;
    return sql`${column} = any(${note}${values}::text[])`;
  }

  rows<Column extends string>(
    columns: readonly Column[],
    rows: readonly Readonly<Record<NoInfer<Column>, string | null>>[],
  ): RawBuilder<unknown> {
    const names = sql.join(columns.map((column) => sql.ref(column)));
    const arrays = columns.map((column) => sql`${rows.map((row) => row[column])}::text[]`);
    return sql`(select * from unnest(${sql.join(arrays)}) as given (${names}))`;
  }

  /**
   * As a range of rows. A planner that knows of equal columns may take any index that ends in the right order, and reads past
   * everything else in it: before a table's first `analyze`, and for whoever holds little of much.
   */
  nextInIndex(
    table: string,
    columns: readonly string[],
    values: readonly RawBuilder<unknown>[],
  ): NextInIndex {
    const all = columns.map((column) => sql.ref(`${table}.${column}`));
    const condition = sql<SqlBool>`(${sql.join(all)}) > (${sql.join(values)})
      and (${sql.join(all.slice(0, -1))}) <= (${sql.join(values.slice(0, -1))})`;
    return { condition, order: sql.join(all) };
  }

  sameInIndex(
    table: string,
    columns: readonly string[],
    values: readonly RawBuilder<unknown>[],
  ): NextInIndex {
    const all = sql.join(columns.map((column) => sql.ref(`${table}.${column}`)));
    const condition = sql<SqlBool>`(${all}) >= (${sql.join(values)}) and (${all}) <= (${sql.join(values)})`;
    return { condition, order: all };
  }

  /** Not left to the planner: before a new table's first `analyze` it takes whole directories for one row. */
  amongFound(
    column: Expression<string | null>,
    query: RawBuilder<unknown>,
    few: boolean,
  ): RawBuilder<SqlBool> {
    return few ? sql`${column} = any(array(${query}))` : sql`(${column} in (${query})) is true`;
  }

  insertDirectoryUser(
    trx: Kysely<Tables>,
    user: Tables['directory_users'],
    emails: readonly Tables['directory_user_emails'][],
  ): Promise<{ readonly taken: boolean; readonly awaited: boolean }> {
    return insertDirectoryUser({ db: trx, home: this }, user, emails);
  }

  async lockFree(
    trx: Kysely<Tables>,
    organization: string,
    keys: readonly string[],
  ): Promise<readonly string[]> {
    const names = keys.map((key) => this.#lockName(organization, key));
    const { rows } = await sql<{ key: string }>`
      select key from unnest(${keys}::text[], ${names}::text[]) as wanted (key, name)
      where pg_try_advisory_xact_lock(hashtextextended(name, 0))`.execute(trx);
    return rows.map(({ key }) => key);
  }

  applyGrants(trx: Kysely<Tables>, organization: string, changes: GrantChanges): Promise<void> {
    return applyGrants(trx, organization, changes);
  }

  async makeSchema(trx: Kysely<Tables>): Promise<void> {
    // Asked first: where somebody else made it, we may lack the right to.
    const { rows } = await sql`select 1 from pg_namespace where nspname = ${this.schema}`.execute(trx);
    if (rows.length === 0) await sql`create schema ${sql.id(this.schema)}`.execute(trx);
  }

  async hasTable(trx: Kysely<Tables>, name: string): Promise<boolean> {
    const { rows } =
      await sql`select 1 from pg_tables where schemaname = ${this.schema} and tablename = ${name}`.execute(
        trx,
      );
    return rows.length > 0;
  }

  migrated(trx: Kysely<Tables>): Promise<void> {
    return seedPlannerStatistics(trx);
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.#running);
    // What was asked just before has then asked for its connection, and is waited for.
    await setImmediate();
    await this.#pool.end();
  }

  /** Advisory locks are one number space for a whole database. */
  #lockName(organization: string, key: string): string {
    return JSON.stringify([this.schema, organization, key]);
  }

  async #run<T>(work: () => Promise<T>): Promise<T> {
    const running = work();
    this.#running.add(running);
    try {
      return await running;
    } finally {
      this.#running.delete(running);
    }
  }

  async #again<T>(work: (trx: Transaction<Tables>) => Promise<T>): Promise<T> {
    const until = performance.now() + PATIENCE_MS;
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.reading.transaction().execute(work);
      } catch (error) {
        if (!isConflict(error)) throw error;
        if (attempt === ATTEMPTS || performance.now() > until) throw unavailable(error);
        await pause(2 ** attempt * (0.5 + Math.random()));
      }
    }
  }
}
