import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore } from '@idp-roles/store';
import { storeContract } from '@idp-roles/store/contract';

storeContract('SQLite', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'idp-roles-'));
  return {
    writers: 'one',
    open: (options) => openStore({ folder }, options),
    dispose: () => rm(folder, { recursive: true }),
  };
});
