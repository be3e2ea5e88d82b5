import { strict as assert } from 'node:assert';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import {
  defineAccess,
  DirectoryService,
  IdpRolesModule,
  openStore,
  OrganizationService,
  RoleMappingService,
  setupIdpRoles,
  type Store,
} from '@idp-roles/nestjs';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Client } from 'pg';
import type { ImportReport, ImportRequest } from './p11-client.ts';
import { times, type Row } from './row.ts';

/** `npm run bench -- import=100000` is the whole of P11. */
const users = Number(
  /^import=(\d+)$/.exec(process.argv.find((argument) => argument.startsWith('import=')) ?? '')?.[1] ?? 10_000,
);
const groups = users / 100;
const membersEach = 100;
/** Of the groups: each of these gives a role. */
const mappedEvery = 10;
const perSecondOnPostgres = 1_000;
const secret = 'a secret that is used by the benchmarks only';

const access = defineAccess({
  resources: {},
  roles: { 'org-member': { permissions: ['organization:view'] } },
});

/** P11: a company that arrives over HTTP, 16 requests at a time, sent from a thread of its own; every answer is a commit on disk. */
export async function importing(): Promise<Row[]> {
  const rows = [await imported(onSqlite)];
  const url = process.env['TEST_DATABASE_URL'];
  if (url === undefined) console.log('P11 on PostgreSQL is left out, for want of it (set TEST_DATABASE_URL)');
  else rows.push(await imported(() => onPostgres(url)));
  return rows;
}

interface Home {
  readonly name: string;
  readonly store: Store;
  readonly drop: () => Promise<void>;
}

async function onSqlite(): Promise<Home> {
  const folder = mkdtempSync(join(tmpdir(), 'idp-roles-bench-'));
  const drop = () => Promise.resolve(rmSync(folder, { recursive: true, force: true }));
  return { name: 'SQLite', store: await openStore({ folder }, { secretKeys: [secret] }), drop };
}

async function onPostgres(url: string): Promise<Home> {
  const schema = `bench_${randomUUID().replaceAll('-', '')}`;
  const store = await openStore({ url, schema, poolSize: 16 }, { secretKeys: [secret] });
  const drop = async () => {
    const client = new Client(url);
    await client.connect();
    await client.query(`drop schema ${schema} cascade`);
    await client.end();
  };
  return { name: 'PostgreSQL', store, drop };
}

async function imported(open: () => Promise<Home>): Promise<Row> {
  const home = await open();
  const module = IdpRolesModule.forRoot({
    access,
    store: home.store,
    secret,
    publicUrl: 'http://localhost:3000',
    scim: { requestsPerSecond: 1_000_000 },
  });
  class Host {}
  const app = await NestFactory.create<NestExpressApplication>(
    { module: Host, imports: [module] },
    { logger: ['error', 'warn'] },
  );
  try {
    setupIdpRoles(app);
    await app.listen(0, '127.0.0.1');
    const { port } = app.getHttpServer().address() as { port: number };
    const { id: organization } = await app.get(OrganizationService).create({ name: 'Acme' });
    const directories = app.get(DirectoryService);
    const { id: directory } = await directories.create(organization, { name: 'Acme Entra' });
    const { token } = await directories.issueToken({ organization, directory });
    const mappings = app.get(RoleMappingService);
    for (let number = 0; number < groups; number += mappedEvery) {
      const value = `Group ${number}`;
      const mapping = { source: { directory }, claim: 'groups', value, role: 'org-member' };
      await mappings.create(organization, mapping);
    }
    const heap: number[] = [];
    const watched = watch(heap);
    const before = process.cpuUsage();
    const report = await send({ port, directory, token, users, groups, membersEach });
    const { user, system } = process.cpuUsage(before);
    watched.abort();
    await assertArrived(home.store, organization, directory);
    return rowOf(home.name, report, heap, (user + system) / 1_000 / users);
  } finally {
    await app.close();
    await home.store.close();
    await home.drop();
  }
}

/** `processor`: milliseconds of it that one user took, groups and the client included; it says more than the rate where the machine has other work. */
function rowOf(
  name: string,
  { tenths, groupsTook }: ImportReport,
  heap: readonly number[],
  processor: number,
): Row {
  const tenth = users / tenths.length;
  const took = tenths.reduce((sum, one) => sum + one, 0);
  const perSecond = users / (took / 1_000);
  // The first tenth warms up.
  const early = ((tenths[1] ?? 0) + (tenths[2] ?? 0)) / 2;
  const late = ((tenths.at(-1) ?? 0) + (tenths.at(-2) ?? 0)) / 2;
  const growth = late / early;
  const memory = `${heap.at(Math.floor(heap.length / 4))?.toFixed(0)} → ${heap.at(-1)?.toFixed(0)} MB`;
  return {
    op: `P11 first import over HTTP of ${users} users and ${groups} groups of ${membersEach}, on ${name}`,
    ours: `${perSecond.toFixed(0)} users/s (last tenth ${(tenth / ((tenths.at(-1) ?? 0) / 1_000)).toFixed(0)}/s), groups ${(groups / (groupsTook / 1_000)).toFixed(0)}/s, ${processor.toFixed(2)} ms of Node each, resident ${memory}`,
    peer: 'none publishes one',
    ratio: '–',
    growth: times(growth),
    goal: name === 'PostgreSQL' ? `≥ ${perSecondOnPostgres} users/s; growth ≤ 1.5` : 'growth ≤ 1.5',
    reached: growth <= 1.5 && (name !== 'PostgreSQL' || perSecond >= perSecondOnPostgres),
  };
}

async function send(request: ImportRequest): Promise<ImportReport> {
  const worker = new Worker(new URL('./p11-client.ts', import.meta.url), { workerData: request });
  const [report] = (await Promise.race([
    once(worker, 'message'),
    once(worker, 'error').then(([error]) => Promise.reject(error as Error)),
  ])) as [ImportReport];
  await worker.terminate();
  return report;
}

/** Megabytes of the whole process, its client included, as long as it is not stopped. */
function watch(into: number[]): AbortController {
  const stopped = new AbortController();
  const look = async () => {
    while (!stopped.signal.aborted) {
      into.push(process.memoryUsage().rss / 1e6);
      await pause(500);
    }
  };
  void look();
  return stopped;
}

/** The oracle: everybody is there, and who is in a mapped group has the role by it. */
async function assertArrived(store: Store, organization: string, directory: string): Promise<void> {
  const { directoryUsers, directoryGroups, grants } = store.read;
  const all = await directoryGroups.query(organization, directory, { count: 1, total: true });
  assert.equal(await directoryUsers.count(organization, directory), users);
  assert.equal(all.total, groups);
  for (const number of [0, membersEach, (mappedEvery + 1) * membersEach - 1]) {
    const key = { externalId: `00u${number}` };
    const [user] = await directoryUsers.byKey(organization, directory, key);
    assert(user);
    const held = await grants.ofMember(organization, user.member);
    const mapped = Math.floor(number / membersEach) % mappedEvery === 0;
    assert.deepEqual(
      held.map(({ role }) => role),
      mapped ? ['org-member'] : [],
    );
  }
}
