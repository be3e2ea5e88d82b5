import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { defineAccess } from '@idp-roles/access';
import { newId, newOrganizationId, openStore, type Store } from '@idp-roles/store';
import { Logger } from '@nestjs/common';
import { Client } from 'pg';
import { build, defaultServerConditions } from 'vite';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { aFrozenLink } from '../../../../test/servers/frozen-link.js';
import { LiveAccess } from '../../src/live/live-access.js';

const model = defineAccess({
  resources: { project: { parent: 'organization' } },
  roles: { 'org-member': { permissions: ['project:view'] } },
});
const secretKeys = ['a key that is used by the tests of live access'];
const databaseUrl = process.env['TEST_DATABASE_URL'];
Logger.overrideLogger(false);

async function onPostgres() {
  const schema = `test_${randomUUID().replaceAll('-', '')}`;
  const url = databaseUrl ?? '';
  const drop = async () => {
    const client = new Client(url);
    await client.connect();
    await client.query(`drop schema "${schema}" cascade`);
    await client.end();
  };
  return { open: (to = url) => openStore({ url: to, schema }, { secretKeys }), drop };
}

async function onOneFile() {
  const folder = await mkdtemp(join(tmpdir(), 'idp-roles-live-'));
  return {
    folder,
    open: () => openStore({ folder }, { secretKeys }),
    drop: () => rm(folder, { recursive: true }),
  };
}

/** Closed, last first, when the test is over. */
function closing() {
  const ends: (() => unknown)[] = [];
  onTestFinished(async () => {
    for (const end of ends.toReversed()) await end();
  });
  return ends;
}

async function instance(store: Store, ends: (() => unknown)[]) {
  const live = new LiveAccess(model, store);
  ends.push(
    () => store.close(),
    () => live.close(),
  );
  return live;
}

async function alice(store: Store) {
  const organization = newOrganizationId();
  const [member, id] = [newId('mem', organization), newId('gra', organization)];
  const common = { organization, createdAt: 1 };
  const grant = {
    ...common,
    id,
    member,
    role: 'org-member',
    source: 'api',
    basis: 'api',
    assignedBy: 'host',
    evidence: [],
  } as const;
  await store.transaction(async (tx) => {
    await tx.organizations.insert({
      id: organization,
      name: 'Acme',
      roleSource: 'directory',
      roleSelection: 'all',
      keepClaims: true,
      createdAt: 1,
      updatedAt: 1,
    });
    await tx.members.insert({
      ...common,
      id: member,
      status: 'active',
      emailLinks: false,
      sessionsValidFrom: 0,
      createdVia: 'api',
      updatedAt: 1,
    });
  });
  const apply = (add: readonly (typeof grant)[], remove: readonly string[]) =>
    store.transaction(async (tx) => {
      await tx.grants.apply(organization, { add, remove, evidence: [] });
      await tx.changes.touch(organization, [member]);
    });
  const holds = async (live: LiveAccess) =>
    (await live.member(organization, member))?.prepared.grants.length === 1;
  return { organization, member, id, give: () => apply([grant], []), revoke: () => apply([], [id]), holds };
}

/** As another process can run it. */
async function bundled(ends: (() => unknown)[]): Promise<string> {
  const outDir = await mkdtemp(join(tmpdir(), 'idp-roles-live-child-'));
  ends.push(() => rm(outDir, { recursive: true }));
  const conditions = ['@idp-roles/source', ...defaultServerConditions];
  await build({
    configFile: false,
    logLevel: 'error',
    build: {
      ssr: true,
      outDir,
      rolldownOptions: { input: fileURLToPath(new URL('./revoke-elsewhere.ts', import.meta.url)) },
    },
    resolve: { conditions },
    ssr: { noExternal: true, resolve: { conditions } },
  });
  return join(outDir, 'revoke-elsewhere.js');
}

describe('A7: what one instance revokes', () => {
  it.each([
    ['one file', onOneFile, true],
    ['PostgreSQL', onPostgres, Boolean(databaseUrl)],
  ] as const)('is refused by it at once and by others soon, on %s', async (where, make, runs) => {
    if (!runs) return;
    const ends = closing();
    const { open, drop } = await make();
    ends.push(drop);
    const store = await open();
    const [here, there] = [await instance(store, ends), await instance(await open(), ends)];
    const who = await alice(store);
    for (let round = 0; round < 20; round++) {
      await who.give();
      expect(await who.holds(here)).toBe(true);
      await vi.waitFor(async () => expect(await who.holds(there)).toBe(true), { interval: 1 });
      await who.revoke();
      expect(await who.holds(here)).toBe(false);
      if (where === 'one file') {
        // The file is asked once a millisecond.
        await pause(2);
        expect(await who.holds(there)).toBe(false);
      } else await vi.waitFor(async () => expect(await who.holds(there)).toBe(false), { interval: 1 });
    }
  });

  it('is refused at the next question by another process on the same file', async () => {
    const ends = closing();
    const { folder, open, drop } = await onOneFile();
    ends.push(drop);
    const store = await open();
    const here = await instance(store, ends);
    const who = await alice(store);
    await who.give();
    expect(await who.holds(here)).toBe(true);
    const script = await bundled(ends);
    const child = spawn(process.execPath, [script, folder, who.organization, who.member, who.id], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    ends.push(() => child.kill('SIGKILL'));
    expect(await who.holds(here)).toBe(true);
    await once(child.stdout, 'data');
    expect(await who.holds(here)).toBe(false);
  });

  it.runIf(databaseUrl)(
    'is refused by one whose way to the store fell silent: from memory for a moment, then with an error, then from the store',
    async () => {
      const ends = closing();
      const { open, drop } = await onPostgres();
      const link = await aFrozenLink(databaseUrl ?? '');
      ends.push(drop);
      const store = await open();
      const here = await instance(store, ends);
      const who = await alice(store);
      await who.give();
      const there = await instance(await open(link.url), ends);
      ends.push(() => link.close());
      expect(await who.holds(there)).toBe(true);
      link.freeze();
      await who.revoke();
      const revokedAt = performance.now();
      expect(await who.holds(here)).toBe(false);
      const answers: { readonly at: number; readonly holds: boolean | string }[] = [];
      while (performance.now() - revokedAt < 3_000) {
        const answered = who.holds(there).catch((error: { code?: string }) => error.code ?? String(error));
        void answered.then((holds) => answers.push({ at: performance.now() - revokedAt, holds }));
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      await vi.waitFor(() => expect(answers.some(({ holds }) => holds === 'store-unavailable')).toBe(true), {
        timeout: 5_000,
      });
      expect(answers.filter(({ at, holds }) => holds === true && at > 2_000)).toEqual([]);
      expect(answers.filter(({ holds }) => holds === false)).toEqual([]);
      link.thaw();
      await vi.waitFor(async () => expect(await who.holds(there)).toBe(false), { timeout: 5_000 });
    },
  );
});
