import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import {
  RawNode,
  SelectQueryNode,
  type CompiledQuery,
  type DatabaseConnection,
  type QueryResult,
} from 'kysely';
import { StoreError } from '../../ports/store.js';
import { translated } from './sqlite-error.js';

const KEPT_STATEMENTS = 256;

/** One opened file and the statements prepared on it. */
export class SqliteFile {
  readonly #statements = new Map<string, StatementSync>();

  constructor(
    readonly database: DatabaseSync,
    readonly onStatement: (text: string) => void,
  ) {}

  prepare(text: string): StatementSync {
    const known = this.#statements.get(text);
    if (known) return known;
    const statement = this.database.prepare(text);
    if (this.#statements.size >= KEPT_STATEMENTS) this.#statements.clear();
    this.#statements.set(text, statement);
    return statement;
  }
}

/** Lent to one transaction, or for one query; after `release` it runs nothing more, so that a forgotten `await` cannot write outside its transaction. */
export class SqliteConnection implements DatabaseConnection {
  #released = false;

  constructor(readonly file: SqliteFile) {}

  release(): void {
    this.#released = true;
  }

  executeQuery<R>(compiled: CompiledQuery): Promise<QueryResult<R>> {
    try {
      return Promise.resolve(this.run<R>(compiled));
    } catch (error) {
      return Promise.reject(translated(error));
    }
  }

  run<R>(compiled: CompiledQuery): QueryResult<R> {
    if (this.#released)
      throw new StoreError('store-misused', 'the transaction has ended; await what it runs');
    const { sql: text, parameters, query } = compiled;
    this.file.onStatement(text);
    const statement = this.file.prepare(text);
    const values = parameters as readonly SQLInputValue[];
    const answersRows = SelectQueryNode.is(query) || RawNode.is(query) || 'returning' in query;
    if (answersRows) return { rows: statement.all(...values) as R[] };
    return { rows: [], numAffectedRows: BigInt(statement.run(...values).changes) };
  }

  // oxlint-disable-next-line require-yield
  async *streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new StoreError('store-misused', 'the embedded store does not stream');
  }
}
