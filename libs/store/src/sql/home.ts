import type { Kysely, Transaction } from 'kysely';
import type { Tables } from './tables.js';

/** The words of a `create table` that the two homes spell differently. Text keys compare by bytes in both (D1). */
export interface ColumnTypes {
  readonly text: string;
  readonly integer: string;
  /** What follows the closing parenthesis. */
  readonly suffix: string;
}

/**
 * Where the schema lives. Everything that differs between SQLite and PostgreSQL is behind this;
 * the noun files next to it are written once.
 */
export interface Home {
  readonly types: ColumnTypes;
  /** Whether `for update` exists: where there is one writer, nothing needs it. */
  readonly rowLocks: boolean;
  /** Sees the latest commit, never waits for an open transaction. */
  readonly reading: Kysely<Tables>;
  /** Commits when `work` resolves, rolls back when it rejects. Transactions of one home with one writer queue up. */
  transaction<T>(work: (trx: Transaction<Tables>) => Promise<T>): Promise<T>;
  /** Serialises whoever takes the same key in the same organization, until the transaction ends. */
  lock(trx: Kysely<Tables>, organization: string, key: string): Promise<void>;
  hasTable(trx: Kysely<Tables>, name: string): Promise<boolean>;
  /** After new migrations, in their transaction. */
  migrated(trx: Kysely<Tables>): Promise<void>;
  /** Whether another process has committed since the last time this was asked. */
  changedElsewhere(): Promise<boolean>;
  /** Waits for what runs, then lets go of everything. */
  close(): Promise<void>;
}
