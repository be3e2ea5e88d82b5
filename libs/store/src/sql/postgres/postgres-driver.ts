import type { Pool } from 'pg';
import type { DatabaseConnection, Driver, TransactionSettings } from 'kysely';
import { StoreError } from '../../ports/store.js';
import { PostgresConnection } from './postgres-connection.js';
import { unavailable } from './postgres-error.js';
import type { StatementNames } from './statement-names.js';

export interface Lending {
  readonly pool: Pool;
  readonly names: StatementNames;
  readonly onStatement: (text: string) => void;
  /** Milliseconds an answer may take; the pool's limit where absent. */
  readonly answerWithin?: number;
}

/** Over a pool that its home opens and closes. */
export class PostgresDriver implements Driver {
  constructor(readonly lending: Lending) {}

  init(): Promise<void> {
    return Promise.resolve();
  }

  async acquireConnection(): Promise<PostgresConnection> {
    const { pool, names, onStatement, answerWithin } = this.lending;
    if (pool.ending) throw new StoreError('store-closed', 'the store is closed');
    try {
      return new PostgresConnection(await pool.connect(), names, onStatement, answerWithin);
    } catch (cause) {
      // Refused, not found, too late, or all of them lent: there is none.
      throw unavailable(cause);
    }
  }

  async beginTransaction(connection: DatabaseConnection, settings: TransactionSettings): Promise<void> {
    (connection as PostgresConnection).begin(settings.isolationLevel ?? 'read committed');
  }

  commitTransaction(connection: DatabaseConnection): Promise<void> {
    return (connection as PostgresConnection).commit();
  }

  rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    return (connection as PostgresConnection).rollback();
  }

  releaseConnection(connection: DatabaseConnection): Promise<void> {
    return (connection as PostgresConnection).release();
  }

  destroy(): Promise<void> {
    return Promise.resolve();
  }
}
