import { setTimeout as pause } from 'node:timers/promises';
import { openStore } from '@idp-roles/store';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Ledger } from './ledger.js';
import { canKillPostgres, ownPostgres, type OwnPostgres } from './own-servers.js';
import { bundled, type Bundled } from './processes.js';
import { makeSetting, secretKeys } from './setting.js';
import { expectWhole } from './whole.js';

const WRITERS = 8;
const KILLS = 20;
const LONGEST_MS = 5_000;

describe.skipIf(!canKillPostgres)('S12, D6: PostgreSQL', () => {
  let server: OwnPostgres;
  let load: Bundled;
  beforeAll(async () => {
    [server, load] = await Promise.all([ownPostgres(), bundled('load')]);
  });
  afterAll(async () => {
    await server.remove();
    await load.remove();
  });

  it(
    `killed ${KILLS} times under a load that goes on: what was acknowledged is there, nothing half, nothing hangs`,
    { timeout: 120_000 },
    async () => {
      const location = { url: server.url };
      const store = await openStore(location, { secretKeys });
      const setting = await makeSetting(store, location, WRITERS);
      await store.close();
      const ledger = new Ledger(WRITERS);
      const child = load.start(JSON.stringify(setting), 'r');
      const written = ledger.keep(child);
      for (let round = 0; round < KILLS; round++) {
        // The same process goes on: it found the server again after the last kill.
        const before = ledger.acknowledged;
        const end = Date.now() + 10_000;
        while (ledger.acknowledged < before + 50 && Date.now() < end) await pause(5);
        expect(ledger.acknowledged, `after kill ${round}`).toBeGreaterThanOrEqual(before + 50);
        await pause(Math.random() * 100);
        if (round % 2 === 0) {
          server.killAll();
          await pause(Math.random() * 200);
          await server.start();
        } else await server.killOne();
        await server.untilReady();
      }
      child.kill('SIGKILL');
      await written;
      await expectWhole(setting, ledger);
      expect(ledger.refusals).toBeGreaterThan(0);
      expect(ledger.longestMs).toBeLessThan(LONGEST_MS);
      console.log(
        `PostgreSQL killed ${KILLS} times: ${ledger.acknowledged} changes acknowledged, ${ledger.refusals} answered \`store-unavailable\`, none lost, none half; slowest answer ${ledger.longestMs.toFixed(0)} ms`,
      );
    },
  );
});
