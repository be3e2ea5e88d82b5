import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { openStore } from '@idp-roles/store';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { aSchema, databaseUrl } from '../../libs/store/test/postgres-database.js';
import { Ledger } from './ledger.js';
import { bundled, type Bundled } from './processes.js';
import { makeSetting, secretKeys, type Location } from './setting.js';
import { expectWhole } from './whole.js';

const KILLS = 8;

let opening: Bundled;
beforeAll(async () => void (opening = await bundled('open-and-die')));
afterAll(() => opening.remove());

const homes: readonly (readonly [string, () => Promise<Location>])[] = [
  ['the embedded store', aFolder],
  ['PostgreSQL', aSchemaOfItsOwn],
];

describe.each(homes)('D1: a migration of %s', (home, locate) => {
  it.skipIf(home === 'PostgreSQL' && databaseUrl === undefined)(
    `killed at ${KILLS} of its statements, from the first to the last: nothing of it is there, and the next start makes it whole`,
    { timeout: 60_000 },
    async () => {
      const unharmed = await locate();
      const { ran } = await open(unharmed, Number.POSITIVE_INFINITY);
      expect(ran).toBeGreaterThan(KILLS);
      const expected = await schemaOf(unharmed);
      expect(expected.length).toBeGreaterThan(20);
      for (let kill = 0; kill < KILLS; kill++) {
        const location = await locate();
        const last = Math.max(2, Math.ceil((ran * (kill + 1)) / KILLS));
        expect((await open(location, last)).signal).toBe('SIGKILL');
        const made = await schemaOf(location);
        // Killed after its commit, it is whole; before, there is nothing.
        if (made.length > 0) expect(made).toEqual(expected);
        const store = await openStore(location, { secretKeys });
        expect(await schemaOf(location)).toEqual(expected);
        const setting = await makeSetting(store, location, 1);
        await store.close();
        await expectWhole(setting, new Ledger(1));
      }
    },
  );
});

async function open(location: Location, last: number): Promise<{ ran: number; signal: string | null }> {
  const child = opening.start(JSON.stringify(location), String(last));
  let said = '';
  child.stdout?.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const [, signal] = (await once(child, 'close')) as [number | null, string | null];
  return { ran: Number(said), signal };
}

/** Every table and index with what it says of itself. */
async function schemaOf(location: Location): Promise<readonly unknown[]> {
  if ('folder' in location) {
    const database = new DatabaseSync(join(location.folder, 'idp-roles.db'));
    try {
      const rows = database.prepare('select name, sql from sqlite_schema order by name').all();
      return rows.map((row) => ({ ...row }));
    } finally {
      database.close();
    }
  }
  const client = new Client(location.url);
  await client.connect();
  try {
    const schema = location.schema ?? 'idp_roles';
    const { rows } = await client.query<{ said: string }>(
      `select table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable as said
         from information_schema.columns where table_schema = $1
       union all select replace(indexdef, $1 || '.', '') from pg_indexes where schemaname = $1 order by 1`,
      [schema],
    );
    return rows.map(({ said }) => said);
  } finally {
    await client.end();
  }
}

async function aFolder(): Promise<Location> {
  const folder = await mkdtemp(join(tmpdir(), 'idp-roles-migration-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return { folder };
}

async function aSchemaOfItsOwn(): Promise<Location> {
  const { location, drop } = await aSchema();
  onTestFinished(drop);
  return location;
}
