import type { Pool } from 'pg';
import { CompiledQuery, type DatabaseConnection, type Driver, type TransactionSettings } from 'kysely';
import { StoreError } from '../../ports/store.js';
import { PostgresConnection } from './postgres-connection.js';
import { unavailable } from './postgres-error.js';

export interface Lending {
  readonly pool: Pool;
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
    const { pool, onStatement, answerWithin } = this.lending;
    if (pool.ending) throw new StoreError('store-closed', 'the store is closed');
    try {
      return new PostgresConnection(await pool.connect(), onStatement, answerWithin);
    } catch (cause) {
      // Refused, not found, too late, or all of them lent: there is none.
      throw unavailable(cause);
    }
  }

  async beginTransaction(connection: DatabaseConnection, settings: TransactionSettings): Promise<void> {
    const level = settings.isolationLevel ?? 'read committed';
    await connection.executeQuery(CompiledQuery.raw(`begin isolation level ${level}`));
  }

  commitTransaction(connection: DatabaseConnection): Promise<void> {
    return (connection as PostgresConnection).end('commit');
  }

  rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    return (connection as PostgresConnection).end('rollback');
  }

  releaseConnection(connection: DatabaseConnection): Promise<void> {
    return (connection as PostgresConnection).release();
  }

  destroy(): Promise<void> {
    return Promise.resolve();
  }
}
