import { EmbeddedHome } from '../sql/embedded/embedded-home.js';
import type { Home } from '../sql/home.js';
import type { EmbeddedLocation } from '../sql/open-store.js';
import { PostgresHome, type PostgresLocation } from '../sql/postgres/postgres-home.js';

export type StoreLocation = EmbeddedLocation | PostgresLocation;

/** Runs `work` over the store there, and closes it whatever happens. */
export async function withHome<T>(location: StoreLocation, work: (home: Home) => Promise<T>): Promise<T> {
  const home = await openHomeAt(location);
  try {
    return await work(home);
  } finally {
    await home.close();
  }
}

function openHomeAt(location: StoreLocation): Promise<Home> {
  const silent = () => undefined;
  return 'url' in location ? PostgresHome.open(location, silent) : EmbeddedHome.open(location.folder, silent);
}
