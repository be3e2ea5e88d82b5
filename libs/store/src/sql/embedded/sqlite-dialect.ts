import {
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type DatabaseIntrospector,
  type Dialect,
  type Kysely,
} from 'kysely';
import type { SqliteFile } from './sqlite-connection.js';
import { SqliteDriver } from './sqlite-driver.js';

/** The driver queues by itself, fairly; Kysely's own mutex wakes everyone who waits. */
class QueuedAdapter extends SqliteAdapter {
  override get supportsMultipleConnections(): boolean {
    return true;
  }
}

/** SQLite over `node:sqlite`. Kysely's own dialect begins deferred, which loses transactions to `database is locked` between two processes. */
export class NodeSqliteDialect implements Dialect {
  constructor(readonly file: SqliteFile) {}

  createDriver() {
    return new SqliteDriver(this.file);
  }

  createQueryCompiler() {
    return new SqliteQueryCompiler();
  }

  createAdapter() {
    return new QueuedAdapter();
  }

  createIntrospector(db: Kysely<unknown>): DatabaseIntrospector {
    return new SqliteIntrospector(db);
  }
}
