import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { StoreError } from '../ports/store.js';
import type { EmbeddedLocation } from '../sql/open-store.js';

/**
 * Writes the embedded database as it is at one instant into a new file (0600), while apps go on using it. To restore,
 * stop the app, remove `idp-roles.db-wal` and `-shm`, and put the file in the folder as `idp-roles.db`.
 * Throws `StoreError`: `store-misused` where the file exists, `store-unavailable`.
 */
export async function backUp({ folder }: EmbeddedLocation, file: string): Promise<void> {
  const { DatabaseSync } = await import('node:sqlite');
  const made = await open(file, 'wx', 0o600).catch((cause: unknown) => {
    throw new StoreError('store-misused', `\`${file}\` cannot be made; name a file that does not exist`, {
      cause,
    });
  });
  await made.close();
  try {
    const database = new DatabaseSync(join(folder, 'idp-roles.db'), { readOnly: true });
    try {
      database.prepare('vacuum into ?').run(file);
    } finally {
      database.close();
    }
  } catch (cause) {
    throw new StoreError('store-unavailable', `the database in \`${folder}\` cannot be copied`, { cause });
  }
}
