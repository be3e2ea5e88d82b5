import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, defaultServerConditions } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from '../src/ports/page.js';
import { newOrganizationId } from '../src/ids.js';
import { openStore } from '../src/sql/open-store.js';
import { member, organization } from '../src/contract/specimens.js';
import { aFolder, secretKeys } from './folder.js';

const conditions = ['@idp-roles/source', ...defaultServerConditions];
let built: string;

const input = {
  'count-up': fileURLToPath(new URL('./processes/count-up.ts', import.meta.url)),
  acknowledge: fileURLToPath(new URL('./processes/acknowledge.ts', import.meta.url)),
};

/** Bundled once: a process then starts in a moment, from the sources as they are. */
beforeAll(async () => {
  built = await mkdtemp(join(tmpdir(), 'idp-roles-processes-'));
  await build({
    configFile: false,
    logLevel: 'error',
    build: { ssr: true, outDir: built, rolldownOptions: { input } },
    resolve: { conditions },
    ssr: { noExternal: true, resolve: { conditions } },
  });
});
afterAll(() => rm(built, { recursive: true }));

function start(script: keyof typeof input, ...args: readonly string[]) {
  return spawn(process.execPath, [join(built, `${script}.js`), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

describe('several processes on one file', () => {
  it('D1: open it at once, the schema is made once, and of 400 read-then-write transactions none is lost', async () => {
    const folder = await aFolder();
    const first = await openStore({ folder }, { secretKeys });
    const id = newOrganizationId();
    const who = member(id, { name: '0' });
    await first.transaction(async (tx) => {
      await tx.organizations.insert(organization({ id }));
      await tx.members.insert(who);
    });
    const both = [1, 2].map(() => start('count-up', folder, id, who.id, '200'));
    const ends = await Promise.all(both.map((child) => once(child, 'exit')));
    expect(ends).toEqual([
      [0, null],
      [0, null],
    ]);
    expect((await first.read.members.get(id, who.id))?.name).toBe('400');
    await first.close();
  });

  it('open a new file at once', async () => {
    const folder = await aFolder();
    const many = [1, 2, 3, 4].map(() => start('count-up', folder, 'org_x', 'mem_x', '0'));
    const ends = await Promise.all(many.map((child) => once(child, 'exit')));
    expect(ends.map(([code]) => code)).toEqual([0, 0, 0, 0]);
    await (await openStore({ folder }, { secretKeys, migrations: 'check' })).close();
  });

  it('S12: killed at any moment, leave every acknowledged transaction, and none torn', async () => {
    const folder = await aFolder();
    const id = newOrganizationId();
    const before = await openStore({ folder }, { secretKeys });
    await before.transaction((tx) => tx.organizations.insert(organization({ id })));
    await before.close();
    const child = start('acknowledge', folder, id);
    let said = '';
    child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
    while (said.split('\n').length < 50) await once(child.stdout, 'data');
    child.kill('SIGKILL');
    await once(child, 'close');
    const acknowledged = said.slice(0, said.lastIndexOf('\n')).split('\n').length;
    const store = await openStore({ folder }, { secretKeys });
    const members = await countAll((after) => store.read.members.list(id, { limit: 200, after }));
    const events = await countAll((after) => store.read.history.auditEvents(id, { limit: 200, after }));
    expect(members).toBeGreaterThanOrEqual(acknowledged);
    expect(events).toBe(members);
    await store.close();
  });
});

async function countAll(list: (after?: string) => Promise<Page<unknown>>): Promise<number> {
  let count = 0;
  let page: Page<unknown> = { data: [], after: undefined };
  do {
    page = await list(page.after);
    count += page.data.length;
  } while (page.after !== undefined);
  return count;
}
