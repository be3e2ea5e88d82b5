import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { StoreError } from '../ports/store.js';
import { DATABASE_FILE, EmbeddedHome } from '../sql/embedded/embedded-home.js';
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

/** As `withHome`, where a store is already: a folder without one is refused, and nothing is made in it. */
export async function withSource<T>(location: StoreLocation, work: (home: Home) => Promise<T>): Promise<T> {
  if ('folder' in location) await checkHasDatabase(location.folder);
  return withHome(location, work);
}

/** Throws `StoreError` `store-misused` where the folder holds no database, or is none. */
export async function checkHasDatabase(folder: string): Promise<void> {
  await access(join(folder, DATABASE_FILE)).catch((cause: unknown) => {
    const { code } = cause as NodeJS.ErrnoException;
    if (code !== 'ENOENT' && code !== 'ENOTDIR')
      throw new StoreError('store-unavailable', `the database in \`${folder}\` cannot be opened`, { cause });
    throw new StoreError('store-misused', `there is no database in \`${folder}\``, { cause });
  });
}

function openHomeAt(location: StoreLocation): Promise<Home> {
  const silent = () => undefined;
  return 'url' in location ? PostgresHome.open(location, silent) : EmbeddedHome.open(location.folder, silent);
}
