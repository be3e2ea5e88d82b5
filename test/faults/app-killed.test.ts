import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { openStore } from '@idp-roles/store';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { aSchema, databaseUrl } from '../../libs/store/test/postgres-database.js';
import { Ledger } from './ledger.js';
import { bundled, type Bundled } from './processes.js';
import { makeSetting, secretKeys, type Location } from './setting.js';
import { expectWhole } from './whole.js';

const WRITERS = 8;
const KILLS = 10;

let load: Bundled;
beforeAll(async () => void (load = await bundled('load')));
afterAll(() => load.remove());

const homes: readonly (readonly [string, () => Promise<Location>])[] = [
  ['the embedded store', aFolder],
  ['PostgreSQL', aSchemaOfItsOwn],
];

describe.each(homes)('S12: the app on %s', (home, locate) => {
  it.skipIf(home === 'PostgreSQL' && databaseUrl === undefined)(
    `killed ${KILLS} times amid sign-ins, assignments and mapping edits: what it acknowledged is there, and nothing half`,
    { timeout: 60_000 },
    async () => {
      const location = await locate();
      const store = await openStore(location, { secretKeys });
      const setting = await makeSetting(store, location, WRITERS);
      await store.close();
      const ledger = new Ledger(WRITERS);
      let open = 0;
      for (let round = 0; round < KILLS; round++) {
        const before = ledger.acknowledged;
        const child = load.start(JSON.stringify(setting), `r${round}`);
        const written = ledger.keep(child);
        const end = Date.now() + 20_000;
        while (ledger.acknowledged < before + 30 && Date.now() < end) await pause(5);
        await pause(Math.random() * 100);
        child.kill('SIGKILL');
        await written;
        open += ledger.entries.filter((entry) => entry.open !== undefined).length;
        await expectWhole(setting, ledger);
      }
      expect(ledger.refusals).toBe(0);
      expect(ledger.acknowledged).toBeGreaterThanOrEqual(KILLS * 30);
      console.log(
        `app killed ${KILLS} times on ${home}: ${ledger.acknowledged} changes acknowledged, ${open} cut off, none lost, none half; slowest ${ledger.longestMs.toFixed(0)} ms`,
      );
    },
  );
});

async function aFolder(): Promise<Location> {
  const folder = await mkdtemp(join(tmpdir(), 'idp-roles-killed-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return { folder };
}

async function aSchemaOfItsOwn(): Promise<Location> {
  const { location, drop } = await aSchema();
  onTestFinished(drop);
  return location;
}
