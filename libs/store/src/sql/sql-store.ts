import { AsyncLocalStorage } from 'node:async_hooks';
import type { Kysely } from 'kysely';
import type { HomeFeed } from '../changes/home-feed.js';
import { Touched } from '../changes/touched.js';
import type { Change } from '../ports/access.js';
import { StoreError, type Store, type StoreReader, type StoreTransaction } from '../ports/store.js';
import type { KeyRing } from '../secrets/key-ring.js';
import { accessReader } from './access.js';
import { connectionReader, connectionWriter } from './connections.js';
import { directoryReader, directoryWriter } from './directories.js';
import { directoryGroupReader, directoryGroupWriter } from './directory-groups.js';
import { directoryUserReader, directoryUserWriter } from './directory-users.js';
import type { Executor } from './executor.js';
import { grantReader, grantWriter } from './grants.js';
import { historyReader, historyWriter } from './history.js';
import type { Home } from './home.js';
import { jobReader, jobWriter } from './jobs.js';
import { memberReader, memberWriter } from './members.js';
import { organizationReader, organizationWriter } from './organizations.js';
import { replayWriter } from './replays.js';
import { resourceReader, resourceWriter } from './resources.js';
import { roleMappingReader, roleMappingWriter } from './role-mappings.js';
import { roleReader, roleWriter } from './roles.js';
import { serviceKeyReader, serviceKeyWriter } from './service-keys.js';
import { sessionReader, sessionWriter } from './sessions.js';
import type { Tables } from './tables.js';

/** A transaction's life, also seen by everything that was started inside it. */
interface Scope {
  open: boolean;
}

/** Every port over one home. */
export class SqlStore implements Store {
  readonly read: StoreReader;
  readonly #inside = new AsyncLocalStorage<Scope>();
  #closing: Promise<void> | undefined;

  private constructor(
    readonly home: Home,
    readonly changes: HomeFeed,
    readonly keys: KeyRing,
    readonly now: () => number,
  ) {
    this.read = reader(this.#executor(() => this.#usable(home.reading)));
  }

  /** Closing the store closes both. */
  static async over(home: Home, feed: HomeFeed, keys: KeyRing, now: () => number): Promise<SqlStore> {
    await feed.open();
    return new SqlStore(home, feed, keys, now);
  }

  async transaction<T>(work: (tx: StoreTransaction) => Promise<T>): Promise<T> {
    this.#usable(undefined);
    const { result, changes } = await this.home.transaction((trx) => this.#attempt(trx, work));
    this.changes.committed(changes);
    return result;
  }

  async ping(): Promise<void> {
    await this.#usable(this.home.reading).selectFrom('organizations').select('id').limit(1).execute();
  }

  async close(): Promise<void> {
    if (this.#inside.getStore()?.open)
      throw new StoreError('store-misused', 'the store cannot be closed inside one of its transactions');
    this.#closing ??= this.#close();
    await this.#closing;
  }

  async #close(): Promise<void> {
    // What runs may still commit, and is announced.
    await this.home.close();
    await this.changes.close();
  }

  #executor(db: () => Kysely<Tables>): Executor {
    const { home, keys, now } = this;
    return {
      get db() {
        return db();
      },
      home,
      keys,
      now,
    };
  }

  /** The embedded home has one writer: waiting for it inside its own transaction would never end. */
  #usable<T>(what: T): T {
    if (this.#closing) throw new StoreError('store-closed', 'the store is closed');
    if (this.#inside.getStore()?.open)
      throw new StoreError(
        'store-misused',
        'the store was used inside a transaction; use the transaction passed in',
      );
    return what;
  }

  /** The home may run it again: nothing of one attempt is left to the next. */
  async #attempt<T>(
    trx: Kysely<Tables>,
    work: (tx: StoreTransaction) => Promise<T>,
  ): Promise<{ readonly result: T; readonly changes: readonly Change[] }> {
    const scope: Scope = { open: true };
    const touched = new Touched();
    try {
      const executor = this.#executor(() => live(trx, scope));
      const result = await this.#inside.run(scope, () => work(writer(executor, touched)));
      scope.open = false;
      return { result, changes: touched.changes(await this.home.commits.record(trx, touched)) };
    } finally {
      scope.open = false;
    }
  }
}

function live(trx: Kysely<Tables>, scope: Scope): Kysely<Tables> {
  if (!scope.open) throw new StoreError('store-misused', 'the transaction has ended; await what it runs');
  return trx;
}

function reader(on: Executor): StoreReader {
  return {
    organizations: organizationReader(on),
    connections: connectionReader(on),
    directories: directoryReader(on),
    directoryUsers: directoryUserReader(on),
    directoryGroups: directoryGroupReader(on),
    mappings: roleMappingReader(on),
    roles: roleReader(on),
    members: memberReader(on),
    grants: grantReader(on),
    resources: resourceReader(on),
    sessions: sessionReader(on),
    history: historyReader(on),
    jobs: jobReader(on),
    serviceKeys: serviceKeyReader(on),
    access: accessReader(on),
  };
}

function writer(on: Executor, touched: Touched): StoreTransaction {
  return {
    organizations: organizationWriter(on),
    connections: connectionWriter(on),
    directories: directoryWriter(on),
    directoryUsers: directoryUserWriter(on),
    directoryGroups: directoryGroupWriter(on),
    mappings: roleMappingWriter(on),
    roles: roleWriter(on),
    members: memberWriter(on),
    grants: grantWriter(on),
    resources: resourceWriter(on),
    sessions: sessionWriter(on),
    replays: replayWriter(on),
    history: historyWriter(on),
    jobs: jobWriter(on),
    serviceKeys: serviceKeyWriter(on),
    changes: {
      async touch(organization, members) {
        // Says so where the transaction has ended.
        void on.db;
        touched.touch(organization, members);
      },
    },
  };
}
