import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { openStore } from '@idp-roles/store';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { Ledger } from './ledger.js';
import { bundled, type Bundled } from './processes.js';
import { makeSetting, secretKeys } from './setting.js';
import { expectWhole } from './whole.js';

const WRITERS = 8;
const KILLS = 5;

let load: Bundled;
beforeAll(async () => void (load = await bundled('load')));
afterAll(() => load.remove());

it(
  `S12: two processes on one embedded file, one of them killed ${KILLS} times: the other goes on, nothing lost, nothing half`,
  { timeout: 60_000 },
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'idp-roles-two-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const store = await openStore({ folder }, { secretKeys });
    const setting = await makeSetting(store, { folder }, WRITERS);
    await store.close();
    const [staying, dying] = [new Ledger(WRITERS), new Ledger(WRITERS)];
    const start = (run: string, writers: string) => load.start(JSON.stringify(setting), run, writers);
    const stays = start('s', '0,1,2,3');
    const kept = staying.keep(stays);
    for (let round = 0; round < KILLS; round++) {
      const [before, others] = [dying.acknowledged, staying.acknowledged];
      const dies = start(`d${round}`, '4,5,6,7');
      const written = dying.keep(dies);
      await until(() => dying.acknowledged > before + 20 && staying.acknowledged > others + 20);
      dies.kill('SIGKILL');
      await written;
      const sinceKill = staying.acknowledged;
      await until(() => staying.acknowledged > sinceKill + 20);
    }
    stays.kill('SIGKILL');
    await kept;
    expect(staying.defects).toEqual([]);
    for (const writer of [4, 5, 6, 7]) staying.entries[writer] = dying.entries[writer]!;
    expect(dying.defects).toEqual([]);
    await expectWhole(setting, staying);
    expect(Math.max(staying.longestMs, dying.longestMs)).toBeLessThan(5_000);
    console.log(
      `two processes on one file, one killed ${KILLS} times: ${staying.acknowledged} and ${dying.acknowledged} changes acknowledged, ${staying.refusals + dying.refusals} refused, none lost, none half; slowest ${Math.max(staying.longestMs, dying.longestMs).toFixed(0)} ms`,
    );
  },
);

async function until(isSo: () => boolean): Promise<void> {
  const end = Date.now() + 15_000;
  while (!isSo()) {
    if (Date.now() > end) throw new Error('waited 15 s for the load');
    await pause(5);
  }
}
