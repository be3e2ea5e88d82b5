import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, rmdirSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { openStore } from '@idp-roles/store';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { runDemo } from '../e2e/running-demo.js';
import { AdminApi } from '../e2e/visitor.js';
import { Ledger } from './ledger.js';
import { bundled, type Bundled } from './processes.js';
import { makeSetting, secretKeys } from './setting.js';
import { expectWhole } from './whole.js';

const WRITERS = 4;
const canMount = process.getuid?.() === 0 && process.platform === 'linux' && mountWorks();
if (!canMount)
  console.log('Left out, for want of it: a full disk (run as root on Linux, who may mount one).');

describe.skipIf(!canMount)('D6, S12: a full disk under the embedded store', () => {
  let load: Bundled;
  beforeAll(async () => void (load = await bundled('load')));
  afterAll(() => load.remove());

  it(
    'refuses what it cannot keep, half does nothing, and goes on once there is room',
    { timeout: 60_000 },
    async () => {
      const disk = aDisk('6m');
      const location = { folder: join(disk.folder, 'data') };
      const store = await openStore(location, { secretKeys });
      const setting = await makeSetting(store, location, WRITERS);
      await store.close();
      const ledger = new Ledger(WRITERS);
      const child = load.start(JSON.stringify(setting), 'r');
      const written = ledger.keep(child);
      try {
        for (let round = 0; round < 3; round++) {
          await until(`change ${round}`, () => ledger.acknowledged > round * 20 + 20);
          const [refused, done] = [ledger.refusals, ledger.acknowledged];
          disk.fill();
          await until(`refusal ${round}`, () => ledger.refusals > refused + 20);
          disk.free();
          await until(`recovery ${round}`, () => ledger.acknowledged > done + 40);
        }
        disk.fill();
        const refused = ledger.refusals;
        await until('the last refusal', () => ledger.refusals > refused + 20);
      } finally {
        child.kill('SIGKILL');
        await written;
      }
      disk.free();
      await expectWhole(setting, ledger);
      expect(ledger.longestMs).toBeLessThan(5_000);
      console.log(
        `disk full 4 times: ${ledger.acknowledged} changes acknowledged, ${ledger.refusals} answered \`store-unavailable\`, none lost, none half; slowest ${ledger.longestMs.toFixed(0)} ms`,
      );
    },
  );

  it(
    'over HTTP: a change is a 503 with a code, and works again once there is room',
    { timeout: 60_000 },
    async () => {
      const disk = aDisk('8m');
      const demo = await runDemo({ DATA_DIR: join(disk.folder, 'data') });
      onTestFinished(() => demo.stop());
      const admin = new AdminApi(demo);
      const { id } = await admin.call<{ id: string }>('POST', '/organizations', { name: 'before' });
      disk.fill();
      let refused = 0;
      for (let n = 0; n < 400 && refused < 10; n++) {
        const response = await fetch(`${demo.url}/idp-roles/v1/organizations`, {
          method: 'POST',
          headers: { authorization: `Bearer ${demo.serviceKey}`, 'content-type': 'application/json' },
          body: JSON.stringify({ name: `while ${n}` }),
        });
        const answer = (await response.json()) as { code?: string };
        if (response.status === 201) continue;
        expect({ status: response.status, code: answer.code }).toEqual({
          status: 503,
          code: 'store-unavailable',
        });
        refused++;
      }
      expect(refused).toBe(10);
      // What is there can be read.
      expect(await admin.call('GET', `/organizations/${id}`)).toMatchObject({ name: 'before' });
      disk.free();
      expect(await admin.call('POST', '/organizations', { name: 'after' })).toMatchObject({ name: 'after' });
    },
  );
});

/** A disk in memory, of this size; gone when the test is. */
function aDisk(size: string) {
  const folder = mkdtempSync(join(tmpdir(), 'idp-roles-disk-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder]);
  onTestFinished(() => {
    // Whoever was killed on it may need a moment to be gone.
    execFileSync('umount', ['-l', folder]);
    rmdirSync(folder);
  });
  const ballast = join(folder, 'ballast');
  return {
    folder,
    /** To the last byte. */
    fill: () => {
      const { bavail, bsize } = statfsSync(folder);
      try {
        writeFileSync(ballast, randomBytes(bavail * bsize));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
      }
    },
    free: () => rmSync(ballast),
  };
}

function mountWorks(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'idp-roles-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder], { stdio: 'ignore' });
    execFileSync('umount', [folder]);
    return true;
  } catch {
    return false;
  } finally {
    rmdirSync(folder);
  }
}

async function until(what: string, isSo: () => boolean): Promise<void> {
  const end = Date.now() + 15_000;
  while (!isSo()) {
    if (Date.now() > end) throw new Error(`waited 15 s for ${what}`);
    await pause(5);
  }
}
