import type { PoolClient } from 'pg';
import { CompiledQuery, type DatabaseConnection, type QueryResult } from 'kysely';
import { StoreError } from '../../ports/store.js';
import { UniqueViolation } from '../unique-violation.js';
import {
  endsSession,
  isOutdatedPlan,
  TransactionConflict,
  translated,
  unavailable,
} from './postgres-error.js';
import type { StatementNames } from './statement-names.js';

const WRITES = new Set(['INSERT', 'UPDATE', 'DELETE', 'MERGE']);

/**
 * Lent to one transaction, or for one query. Runs one statement after the other, in the order they were given; after
 * `end` it takes no more, so that a forgotten `await` cannot write outside its transaction.
 */
export class PostgresConnection implements DatabaseConnection {
  #last: Promise<unknown> = Promise.resolve();
  #begun = false;
  #ended = false;
  #broken = false;
  #failure: unknown;
  /** Between two statements nobody else hears of it. */
  readonly #lost = (error: Error): void => {
    this.#broken = true;
    this.#failure ??= unavailable(error);
  };

  constructor(
    readonly client: PoolClient,
    readonly names: StatementNames,
    readonly onStatement: (text: string) => void,
    /** Milliseconds an answer may take; the pool's limit where absent. */
    readonly answerWithin?: number,
  ) {
    client.on('error', this.#lost);
  }

  executeQuery<R>(compiled: CompiledQuery): Promise<QueryResult<R>> {
    if (this.#ended)
      return Promise.reject(new StoreError('store-misused', 'the transaction has ended; await what it runs'));
    return this.#enqueue<R>(compiled);
  }

  async begin(level: string): Promise<void> {
    this.#begun = true;
    await this.#enqueue(CompiledQuery.raw(`begin isolation level ${level}`));
  }

  /** `commit` or `rollback`, behind what was given before. A transaction in which anything failed cannot commit. */
  async end(text: 'commit' | 'rollback'): Promise<void> {
    this.#ended = true;
    await this.#last;
    if (text === 'rollback') {
      if (this.#broken) return;
      this.#failure = undefined;
    }
    await this.#enqueue(CompiledQuery.raw(text));
  }

  async release(): Promise<void> {
    this.#ended = true;
    await this.#last;
    this.client.off('error', this.#lost);
    this.client.release(this.#broken);
  }

  // oxlint-disable-next-line require-yield
  async *streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new StoreError('store-misused', 'the store does not stream');
  }

  #enqueue<R>(compiled: CompiledQuery): Promise<QueryResult<R>> {
    const answer = this.#last.then(() => this.#run<R>(compiled));
    this.#last = answer.catch(() => undefined);
    return answer;
  }

  async #run<R>({ sql: text, parameters }: CompiledQuery): Promise<QueryResult<R>> {
    if (this.#failure !== undefined) throw afterwards(this.#failure);
    this.onStatement(text);
    try {
      return await this.#ask<R>(text, parameters);
    } catch (error) {
      if (endsSession(error)) this.#broken = true;
      throw (this.#failure = translated(error));
    }
  }

  async #ask<R>(text: string, parameters: readonly unknown[]): Promise<QueryResult<R>> {
    const name = this.names.of(text);
    try {
      const { command, rowCount, rows } = await this.client.query({
        text,
        values: [...parameters],
        ...(name !== undefined && { name }),
        ...(this.answerWithin !== undefined && { query_timeout: this.answerWithin }),
      });
      return {
        rows: (rows ?? []) as R[],
        ...(WRITES.has(command) && { numAffectedRows: BigInt(rowCount ?? 0) }),
      };
    } catch (error) {
      if (name === undefined || !isOutdatedPlan(error)) throw error;
      this.names.renew();
      // The failure has ended the transaction: it begins again.
      if (this.#begun) throw new TransactionConflict(error);
      return this.#ask<R>(text, parameters);
    }
  }
}

/** What a statement is told that comes after one that failed: the server would say no more than that one did. */
function afterwards(failure: unknown): unknown {
  if (failure instanceof StoreError || failure instanceof TransactionConflict) return failure;
  // Another transaction came first since the work looked: from its start it will see that one.
  if (failure instanceof UniqueViolation) return new TransactionConflict(failure);
  return new StoreError('store-misused', 'a statement of this transaction has failed; let its error pass', {
    cause: failure,
  });
}
