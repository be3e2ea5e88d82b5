import type { PoolClient } from 'pg';
import { CompiledQuery, type DatabaseConnection, type QueryResult } from 'kysely';
import { StoreError } from '../../ports/store.js';
import { isUnanswered } from '../unanswered.js';
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
 * Lent to one transaction, or for one query. The server runs one statement after the other, in the order they were given, each
 * seeing what the one before did. After `end` it takes no more, so that a forgotten `await` cannot write outside its transaction.
 */
export class PostgresConnection implements DatabaseConnection {
  #last: Promise<unknown> = Promise.resolve();
  #begun = false;
  #ended = false;
  #broken = false;
  #failure: unknown;
  #untold = false;
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
    if (!this.#begun || !isUnanswered(compiled.sql)) return this.#enqueue<R>(compiled);
    this.#send(compiled);
    return Promise.resolve({ rows: [] });
  }

  /** Where it fails, so does what follows. */
  begin(level: string): void {
    this.#begun = true;
    this.#send(CompiledQuery.raw(`begin isolation level ${level}`));
  }

  /** Behind what was given before. The server commits nothing of a transaction in which anything failed, and this throws. */
  async commit(): Promise<void> {
    this.#ended = true;
    await this.#enqueue(CompiledQuery.raw('commit'));
    if (this.#failure !== undefined) throw this.#following(this.#failure);
  }

  async rollback(): Promise<void> {
    this.#ended = true;
    await this.#last;
    if (this.#broken) return;
    this.#failure = undefined;
    await this.#enqueue(CompiledQuery.raw('rollback'));
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

  /** Nobody waits for it: that it failed is told to whoever comes next. */
  #send(compiled: CompiledQuery): void {
    this.#enqueue(compiled, true).catch(() => undefined);
  }

  /** What a statement is told that comes after one that failed. */
  #following(failure: unknown): unknown {
    const first = this.#untold;
    this.#untold = false;
    return first ? failure : afterwards(failure);
  }

  #enqueue<R>(compiled: CompiledQuery, unheard = false): Promise<QueryResult<R>> {
    const before = this.#last;
    const answer = this.#run<R>(compiled, unheard);
    this.#last = answer.then(
      () => before,
      () => before,
    );
    return answer;
  }

  async #run<R>({ sql: text, parameters }: CompiledQuery, unheard: boolean): Promise<QueryResult<R>> {
    if (this.#failure !== undefined) throw this.#following(this.#failure);
    this.onStatement(text);
    try {
      return await this.#ask<R>(text, parameters);
    } catch (error) {
      if (endsSession(error)) this.#broken = true;
      // Answers come in order: this one was sent before the failure of another was known.
      if (this.#failure !== undefined) throw this.#following(this.#failure);
      this.#untold = unheard;
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

/** The server would say no more than that one did. */
function afterwards(failure: unknown): unknown {
  if (failure instanceof StoreError || failure instanceof TransactionConflict) return failure;
  // Another transaction came first since the work looked: from its start it will see that one.
  if (failure instanceof UniqueViolation) return new TransactionConflict(failure);
  return new StoreError('store-misused', 'a statement of this transaction has failed; let its error pass', {
    cause: failure,
  });
}
