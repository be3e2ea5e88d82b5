import { EmbeddedFeed } from '../changes/embedded-feed.js';
import type { HomeFeed } from '../changes/home-feed.js';
import { PostgresFeed } from '../changes/postgres-feed.js';
import type { Store } from '../ports/store.js';
import { KeyRing } from '../secrets/key-ring.js';
import { EmbeddedHome } from './embedded/embedded-home.js';
import type { Home } from './home.js';
import { migrate, type MigrationMode } from './migrations/migrate.js';
import { PostgresHome, type PostgresLocation } from './postgres/postgres-home.js';
import { SqlStore } from './sql-store.js';

/** The embedded database: a file in this folder, both made where they are not there. */
export interface EmbeddedLocation {
  readonly folder: string;
}

export interface StoreOptions {
  /** Random strings of 32 characters or more: the first seals secrets, all of them open (D5). */
  readonly secretKeys: readonly string[];
  /** `run` by default. */
  readonly migrations?: MigrationMode;
  /** Milliseconds since the epoch; `Date.now` by default. */
  readonly clock?: () => number;
  /** Called with the text of each statement, never with its values. */
  readonly onStatement?: (text: string) => void;
}

/**
 * Opens the store, with its schema up to date as `migrations` says. Close it: it holds files or connections open.
 * Throws `StoreError` `store-unavailable`, `secret-key-missing`, `migration-needed`, `migration-newer`.
 */
export async function openStore(
  location: EmbeddedLocation | PostgresLocation,
  options: StoreOptions,
): Promise<Store> {
  const keys = new KeyRing(options.secretKeys);
  const { home, feed } = await openHome(location, options.onStatement ?? (() => undefined));
  try {
    await migrate(home, options.migrations ?? 'run');
    return await SqlStore.over(home, feed, keys, options.clock ?? Date.now);
  } catch (error) {
    await feed.close();
    await home.close();
    throw error;
  }
}

async function openHome(
  location: EmbeddedLocation | PostgresLocation,
  onStatement: (text: string) => void,
): Promise<{ readonly home: Home; readonly feed: HomeFeed }> {
  if ('url' in location) {
    const home = await PostgresHome.open(location, onStatement);
    return { home, feed: new PostgresFeed({ url: location.url, schema: home.schema }, home.commits) };
  }
  const home = await EmbeddedHome.open(location.folder, onStatement);
  return { home, feed: new EmbeddedFeed(home.commits) };
}
