import { setTimeout as pause } from 'node:timers/promises';
import { CompiledQuery, type DatabaseConnection, type Driver } from 'kysely';
import { StoreError } from '../../ports/store.js';
import { Turns } from './turns.js';
import { SqliteConnection, type SqliteFile } from './sqlite-connection.js';
import { isBusy, isPlainError, translated } from './sqlite-error.js';

/** How long another process may hold the write lock. Waited for off the event loop, unlike SQLite's own timeout. */
const PATIENCE_MS = 5_000;

/** One connection, one queue: `begin immediate`, so that no transaction fails halfway for a lock it could have asked for first. */
export class SqliteDriver implements Driver {
  readonly #turns = new Turns();

  constructor(readonly file: SqliteFile) {}

  init(): Promise<void> {
    return Promise.resolve();
  }

  async acquireConnection(): Promise<SqliteConnection> {
    await this.#turns.take();
    return new SqliteConnection(this.file);
  }

  async beginTransaction(connection: DatabaseConnection): Promise<void> {
    const until = performance.now() + PATIENCE_MS;
    const lent = connection as SqliteConnection;
    for (let wait = 1; ; wait = Math.min(wait * 2, 20)) {
      try {
        lent.run(CompiledQuery.raw('begin immediate'));
        return;
      } catch (error) {
        if (!isBusy(error) || performance.now() > until) throw translated(error);
        await pause(wait * (0.5 + Math.random()));
      }
    }
  }

  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('commit'));
  }

  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    try {
      (connection as SqliteConnection).run(CompiledQuery.raw('rollback'));
    } catch (error) {
      // A full disk and the like end the transaction before we do.
      if (!isPlainError(error)) throw translated(error);
    }
  }

  releaseConnection(connection: DatabaseConnection): Promise<void> {
    (connection as SqliteConnection).release();
    this.#turns.pass();
    return Promise.resolve();
  }

  async destroy(): Promise<void> {
    await this.#turns.take();
    try {
      this.file.database.close();
    } catch (cause) {
      throw new StoreError('store-unavailable', 'the database file could not be closed', { cause });
    } finally {
      this.#turns.pass();
    }
  }
}
