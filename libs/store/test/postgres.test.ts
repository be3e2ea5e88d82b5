import { openStore } from '@idp-roles/store';
import { storeContract } from '@idp-roles/store/contract';
import { describe } from 'vitest';
import { aSchema, databaseUrl } from './postgres-database.js';

describe.runIf(databaseUrl)('with a server', () =>
  storeContract('PostgreSQL', async () => {
    const { location, drop } = await aSchema();
    return { writers: 'many', open: (options) => openStore(location, options), dispose: drop };
  }),
);
