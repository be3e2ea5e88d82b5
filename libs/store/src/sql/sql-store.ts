import { AsyncLocalStorage } from 'node:async_hooks';
import type { Kysely } from 'kysely';
import { LocalChangeFeed } from '../changes/change-feed.js';
import { DELETED, Touched } from '../changes/touched.js';
import type { Change, ChangeFeed } from '../ports/access.js';
import { StoreError, type Store, type StoreReader, type StoreTransaction } from '../ports/store.js';
import type { KeyRing } from '../secrets/key-ring.js';
import { accessReader } from './access.js';
import { connectionReader, connectionWriter } from './connections.js';
import type { Executor } from './executor.js';
import { grantReader, grantWriter } from './grants.js';
import { historyReader, historyWriter } from './history.js';
import type { Home } from './home.js';
import { memberReader, memberWriter } from './members.js';
import { growVersions, readVersions, type OrganizationVersions } from './organization-versions.js';
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
  readonly changes: ChangeFeed;
  readonly #feed: LocalChangeFeed;
  readonly #inside = new AsyncLocalStorage<Scope>();
  readonly #known: Map<string, number>;
  #closing: Promise<void> | undefined;

  private constructor(
    readonly home: Home,
    readonly keys: KeyRing,
    readonly now: () => number,
    known: OrganizationVersions,
  ) {
    this.#known = new Map(known);
    this.#feed = new LocalChangeFeed(() => this.#poll());
    this.changes = this.#feed;
    this.read = reader(this.#executor(() => this.#usable(home.reading)));
  }

  static async over(home: Home, keys: KeyRing, now: () => number): Promise<SqlStore> {
    return new SqlStore(home, keys, now, await readVersions(home.reading));
  }

  async transaction<T>(work: (tx: StoreTransaction) => Promise<T>): Promise<T> {
    this.#usable(undefined);
    const scope: Scope = { open: true };
    const touched = new Touched();
    try {
      const done = await this.home.transaction(async (trx) => {
        const executor = this.#executor(() => live(trx, scope));
        const result = await this.#inside.run(scope, () => work(writer(executor, touched)));
        scope.open = false;
        return { result, versions: await growVersions(trx, touched.organizations) };
      });
      this.#announce(touched.changes(done.versions));
      return done.result;
    } finally {
      scope.open = false;
    }
  }

  async ping(): Promise<void> {
    await this.#usable(this.home.reading).selectFrom('organizations').select('id').limit(1).execute();
  }

  async close(): Promise<void> {
    if (this.#inside.getStore()?.open)
      throw new StoreError('store-misused', 'the store cannot be closed inside one of its transactions');
    this.#closing ??= this.home.close();
    await this.#closing;
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

  #announce(changes: readonly Change[]): void {
    for (const { organization, version } of changes)
      if (version === DELETED) this.#known.delete(organization);
      else this.#known.set(organization, Math.max(version, this.#known.get(organization) ?? 0));
    this.#feed.announce(changes);
  }

  async #poll(): Promise<void> {
    const reading = this.#usable(this.home.reading);
    if (!(await this.home.changedElsewhere())) return;
    const versions = await readVersions(reading);
    const grown = [...versions].filter(
      ([organization, version]) => version > (this.#known.get(organization) ?? 0),
    );
    const deleted = [...this.#known.keys()].filter((organization) => !versions.has(organization));
    this.#announce([
      ...grown.map(([organization, version]) => ({ organization, version, members: 'all' as const })),
      ...deleted.map((organization) => ({
        organization,
        version: DELETED,
        members: 'all' as const,
      })),
    ]);
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
    mappings: roleMappingReader(on),
    roles: roleReader(on),
    members: memberReader(on),
    grants: grantReader(on),
    resources: resourceReader(on),
    sessions: sessionReader(on),
    history: historyReader(on),
    serviceKeys: serviceKeyReader(on),
    access: accessReader(on),
  };
}

function writer(on: Executor, touched: Touched): StoreTransaction {
  return {
    organizations: organizationWriter(on),
    connections: connectionWriter(on),
    mappings: roleMappingWriter(on),
    roles: roleWriter(on),
    members: memberWriter(on),
    grants: grantWriter(on),
    resources: resourceWriter(on),
    sessions: sessionWriter(on),
    replays: replayWriter(on),
    history: historyWriter(on),
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
