import { open, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { StoreError } from '../ports/store.js';
import { DATABASE_FILE } from '../sql/embedded/embedded-home.js';
import type { EmbeddedLocation } from '../sql/open-store.js';
import { checkHasDatabase } from './home-at.js';

/**
 * Writes the embedded database as it is at one instant into a new file (0600), while apps go on using it. Once it
 * resolves the file is on disk; where it rejects there is none. To restore, stop the app, remove `idp-roles.db-wal` and
 * `-shm`, and put the file in the folder as `idp-roles.db`.
 * Throws `StoreError`: `store-misused` where there is no database, the file exists or its folder does not,
 * `store-unavailable`.
 */
export async function backUp({ folder }: EmbeddedLocation, file: string): Promise<void> {
  const { DatabaseSync } = await import('node:sqlite');
  await checkHasDatabase(folder);
  await make(file);
  try {
    const database = new DatabaseSync(join(folder, DATABASE_FILE), { readOnly: true });
    try {
      database.prepare('vacuum into ?').run(file);
    } finally {
      database.close();
    }
    await sync(file);
  } catch (cause) {
    // That it cannot be removed says less than why it is not whole.
    await rm(file, { force: true }).catch(() => undefined);
    throw new StoreError('store-unavailable', `the database in \`${folder}\` cannot be copied`, { cause });
  }
}

async function make(file: string): Promise<void> {
  try {
    await (await open(file, 'wx', 0o600)).close();
  } catch (cause) {
    const missing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    throw new StoreError(
      'store-misused',
      missing
        ? `there is no folder \`${dirname(file)}\` to back up into; make it first`
        : `\`${file}\` cannot be made; name a file that does not exist`,
      { cause },
    );
  }
}

async function sync(file: string): Promise<void> {
  const written = await open(file, 'r+');
  try {
    await written.sync();
  } finally {
    await written.close();
  }
}
