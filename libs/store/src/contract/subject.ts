import { expect } from 'vitest';
import type { Store, StoreErrorCode, StoreTransaction } from '../ports/store.js';

/** What the contract opens a store with. */
export interface OpenOptions {
  readonly secretKeys: readonly string[];
  readonly clock: () => number;
  readonly onStatement: (text: string) => void;
  /** `run` where absent. */
  readonly migrations?: 'run' | 'check' | 'off';
}

/** One database of its own, which may be opened more than once, at the same time too. */
export interface DatabaseUnderTest {
  /**
   * A deviation, and the only one: with one writer at a time, every transaction waits for the one before it, whatever
   * they write. What such a home promises instead is tested in its place.
   */
  readonly writers: 'one' | 'many';
  open(options: OpenOptions): Promise<Store>;
  /** Called once every store of it is closed. */
  dispose(): Promise<void>;
}

export const START = Date.UTC(2026, 0, 1);
export const SECRET_KEYS = ['the contract suite seals with this one'];

/** The store that all parts of the suite share; each test makes organizations of its own in it. */
export class Subject {
  #store: Store | undefined;
  #database: DatabaseUnderTest | undefined;
  #statements = 0;
  now = START;

  async start(database: DatabaseUnderTest): Promise<void> {
    this.#database = database;
    this.#store = await this.open();
  }

  async stop(): Promise<void> {
    await this.#store?.close();
    await this.#database?.dispose();
  }

  get store(): Store {
    if (!this.#store) throw new Error('the store was not opened');
    return this.#store;
  }

  get writers(): DatabaseUnderTest['writers'] {
    return this.#database?.writers ?? 'one';
  }

  /** Another store over the same database. */
  async open(secretKeys: readonly string[] = SECRET_KEYS): Promise<Store> {
    if (!this.#database) throw new Error('there is no database to open');
    const onStatement = (text: string) => {
      if (!/^(begin|start|commit|rollback)\b/i.test(text)) this.#statements++;
    };
    return this.#database.open({ secretKeys, clock: () => this.now, onStatement });
  }

  write<T>(work: (tx: StoreTransaction) => Promise<T>): Promise<T> {
    return this.store.transaction(work);
  }

  /** How many statements `work` ran, those that begin and end transactions apart. */
  async statementsOf(work: () => Promise<unknown>): Promise<number> {
    const before = this.#statements;
    await work();
    return this.#statements - before;
  }
}

export async function expectRefusal(promise: Promise<unknown>, code: StoreErrorCode): Promise<void> {
  await expect(promise).rejects.toMatchObject({ name: 'StoreError', code });
}
