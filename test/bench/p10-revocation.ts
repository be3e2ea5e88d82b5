import { strict as assert } from 'node:assert';
import { randomUUID } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import {
  AccessService,
  AssignmentService,
  defineAccess,
  IdpRolesModule,
  MemberService,
  openStore,
  OrganizationService,
} from '@idp-roles/nestjs';
import { NestFactory } from '@nestjs/core';
import { Client } from 'pg';
import { duration, times, type Row } from './row.ts';

const revocations = 1_000;
const bound = 50e6;

const access = defineAccess({
  resources: { project: { parent: 'organization' } },
  roles: {
    'org-member': { permissions: ['project:view'] },
    'project-editor': { on: 'project', permissions: ['project:edit'] },
  },
});
const question = { role: 'org-member' } as const;

/** P10: a revocation by API on one instance until another refuses, beside a notification alone on the same server. */
export async function revoking(): Promise<Row[]> {
  const url = process.env['TEST_DATABASE_URL'];
  if (url === undefined) {
    console.log('P10 is left out, for want of PostgreSQL (set TEST_DATABASE_URL)');
    return [];
  }
  const schema = `bench_${randomUUID().replaceAll('-', '')}`;
  const bare = await notifications(url, schema);
  const [here, there] = [await instance(url, schema), await instance(url, schema)];
  try {
    const { staleHere, refused, notified } = await revokeOften(here, there, bare.notify);
    const [ours, peer] = [at(refused, 0.99), at(notified, 0.99)];
    return [
      {
        op: `P10 role revoked on one instance → refused by another, p99 of ${revocations} (median ${duration(at(refused, 0.5))}); answers of the same instance that were old: ${staleHere}`,
        ours: duration(ours),
        peer: `LISTEN/NOTIFY alone, sent → heard, p99 ${duration(peer)} (median ${duration(at(notified, 0.5))})`,
        ratio: times(peer / ours),
        goal: '≤ 50 ms; 0 old on the same instance',
        reached: ours <= bound && staleHere === 0,
      },
    ];
  } finally {
    await here.close();
    await there.close();
    await bare.end();
  }
}

type Instance = Awaited<ReturnType<typeof instance>>;

async function revokeOften(here: Instance, there: Instance, notify: () => Promise<number>) {
  const [refused, notified]: [number[], number[]] = [[], []];
  let staleHere = 0;
  const who = await here.member();
  for (let turn = 0; turn < revocations; turn++) {
    const { grant } = await here.assignments.assign({ ...who, role: 'org-member' });
    assert.equal((await here.asked.check(who, question)).allowed, true);
    while (!(await there.asked.check(who, question)).allowed) await setImmediate();
    await here.assignments.revoke({ ...who, assignment: grant.id });
    const revokedAt = process.hrtime.bigint();
    if ((await here.asked.check(who, question)).allowed) staleHere++;
    while ((await there.asked.check(who, question)).allowed) await setImmediate();
    refused.push(Number(process.hrtime.bigint() - revokedAt));
    notified.push(await notify());
  }
  return { staleHere, refused, notified };
}

/** An app over the library, as a host makes it, with a pool and a listening connection of its own. */
async function instance(url: string, schema: string) {
  const secret = 'a secret that is used by the benchmarks only';
  const store = await openStore({ url, schema }, { secretKeys: [secret] });
  class Host {}
  const module = IdpRolesModule.forRoot({ access, store, secret, publicUrl: 'http://localhost:3000' });
  const app = await NestFactory.createApplicationContext(
    { module: Host, imports: [module] },
    { logger: ['error', 'warn'] },
  );
  const asked: AccessService<typeof access> = app.get(AccessService);
  const assignments: AssignmentService<typeof access> = app.get(AssignmentService);
  return {
    asked,
    assignments,
    async member() {
      const { id: organization } = await app.get(OrganizationService).create({ name: 'Acme' });
      const { id: member } = await app.get(MemberService).invite({ organization, email: 'alice@acme.test' });
      // As their first sign-in does.
      await store.transaction(async (tx) => {
        const invited = await tx.members.lock(organization, member);
        assert(invited);
        await tx.members.update({ ...invited, status: 'active' });
        await tx.changes.touch(organization, [member]);
      });
      return { organization, member };
    },
    async close() {
      await app.close();
      await store.close();
    },
  };
}

/** The least that one instance can do to reach another: nanoseconds from sending a notification until it is heard. */
async function notifications(url: string, schema: string) {
  const [speaking, hearing] = [new Client(url), new Client(url)];
  await Promise.all([speaking.connect(), hearing.connect()]);
  await hearing.query(`listen ${schema}_bare`);
  return {
    async notify() {
      const heard = new Promise<bigint>((resolve) =>
        hearing.once('notification', () => resolve(process.hrtime.bigint())),
      );
      const sentAt = process.hrtime.bigint();
      await speaking.query('select pg_notify($1, $2)', [`${schema}_bare`, 'x'.repeat(100)]);
      return Number((await heard) - sentAt);
    },
    async end() {
      await speaking.query(`drop schema if exists "${schema}" cascade`);
      await Promise.all([speaking.end(), hearing.end()]);
    },
  };
}

function at(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.ceil(sorted.length * share) - 1] ?? Number.NaN;
}
