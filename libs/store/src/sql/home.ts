import type { Expression, Kysely, RawBuilder, SqlBool, Transaction } from 'kysely';
import type { Touched } from '../changes/touched.js';
import type { GrantChanges } from '../ports/grants.js';
import type { NextInIndex } from './next-in-index.js';
import type { Tables } from './tables.js';

/** The words of a `create table` that the two homes spell differently. Text keys compare by bytes in both (D1). */
export interface ColumnTypes {
  readonly text: string;
  readonly integer: string;
  /** What follows the closing parenthesis. */
  readonly suffix: string;
  /** The statements that make what the home's commit log is kept in. */
  readonly commitLog: readonly string[];
}

/** How an organization's commits are numbered. */
export interface CommitLog {
  /** The version that the rest of a statement reads this organization at; null before its first. */
  versionOf(organization: string): RawBuilder<number | null>;
  /** As the last thing of a transaction: the new version of each organization touched, none for one that is gone. */
  record(trx: Kysely<Tables>, touched: Touched): Promise<ReadonlyMap<string, number>>;
}

/**
 * Where the schema lives. Everything that differs between SQLite and PostgreSQL is behind this;
 * the noun files next to it are written once.
 */
export interface Home {
  readonly types: ColumnTypes;
  /** Whether `for update` exists: where there is one writer, nothing needs it. */
  readonly rowLocks: boolean;
  /** The function that says where in a text another begins, counted from 1; 0 where it does not. */
  readonly positionOf: 'instr' | 'strpos';
  /** What tells apart transactions that run at the same time, cheaply: a number below 64, seldom shared by two. */
  readonly slot: RawBuilder<number>;
  /** Sees the latest commit, never waits for an open transaction. */
  readonly reading: Kysely<Tables>;
  readonly commits: CommitLog;
  /**
   * Commits when `work` resolves, rolls back when it rejects. Transactions of one home with one writer queue up; where
   * there are several, `work` runs again from its start after a deadlock.
   */
  transaction<T>(work: (trx: Transaction<Tables>) => Promise<T>): Promise<T>;
  /** A transaction that may take its time. */
  migrating<T>(work: (trx: Transaction<Tables>) => Promise<T>): Promise<T>;
  /**
   * Serialises whoever takes the same key in the same organization, until the transaction ends; `shared` ones only wait
   * for those that are not, and nobody overtakes who waits. A `shared` one resolves at once: the transaction's next statement
   * runs once it is held.
   */
  lock(trx: Kysely<Tables>, organization: string, key: string, mode?: 'shared'): Promise<void>;
  /** Waits for nobody: answers those of the keys that it locked, until the transaction ends. */
  lockFree(trx: Kysely<Tables>, organization: string, keys: readonly string[]): Promise<readonly string[]>;
  /**
   * As many locks as there are keys, the `shared` ones first, taken in one order by everybody: give few, the server has room for some
   * thousands. Resolves at once: the next statement runs once they are held. Shared as for `lock`.
   */
  lockEach(
    trx: Kysely<Tables>,
    organization: string,
    keys: readonly string[],
    shared?: readonly string[],
  ): Promise<void>;
  /** Whether the column's value is one of these: one text of a statement for any number of them. */
  among(column: Expression<string | null>, values: readonly string[]): RawBuilder<SqlBool>;
  /** Rows of texts, for a `from`: one text of a statement for any number of them. */
  rows<Column extends string>(
    columns: readonly Column[],
    rows: readonly Readonly<Record<NoInfer<Column>, string | null>>[],
  ): RawBuilder<unknown>;
  /**
   * Whether the column's value is among what a query of one column finds. `few`: so few that they are looked up one by
   * one; otherwise they are compared with, row by row.
   */
  amongFound(
    column: Expression<string | null>,
    query: RawBuilder<unknown>,
    few: boolean,
  ): RawBuilder<SqlBool>;
  /**
   * That all columns but the last equal these values, and the last is above its own: read from the index that they stand in
   * side by side, in its order, and from no other.
   */
  nextInIndex(table: string, columns: readonly string[], values: readonly RawBuilder<unknown>[]): NextInIndex;
  /** That all columns equal these values, likewise. */
  sameInIndex(table: string, columns: readonly string[], values: readonly RawBuilder<unknown>[]): NextInIndex;
  /**
   * A user with their addresses, counted. `taken`: another user of the directory has the userName, nothing was written.
   * `awaited`: some membership waits for one of their names.
   */
  insertDirectoryUser(
    trx: Kysely<Tables>,
    user: Tables['directory_users'],
    emails: readonly Tables['directory_user_emails'][],
  ): Promise<{ readonly taken: boolean; readonly awaited: boolean }>;
  /** `GrantWriter.apply`, where there is something to change. */
  applyGrants(trx: Kysely<Tables>, organization: string, changes: GrantChanges): Promise<void>;
  /** Makes what tables are made in. */
  makeSchema(trx: Kysely<Tables>): Promise<void>;
  hasTable(trx: Kysely<Tables>, name: string): Promise<boolean>;
  /** After new migrations, in their transaction. */
  migrated(trx: Kysely<Tables>): Promise<void>;
  /** Waits for what runs, then lets go of everything. */
  close(): Promise<void>;
}
