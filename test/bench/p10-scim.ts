import { strict as assert } from 'node:assert';
import { randomUUID } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import {
  AccessService,
  defineAccess,
  DirectoryService,
  IdpRolesModule,
  openStore,
  OrganizationService,
  RoleMappingService,
  setupIdpRoles,
} from '@idp-roles/nestjs';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Client } from 'pg';
import { median } from './measure.ts';
import { duration, times, type Row } from './row.ts';

const removals = 500;
const bound = 50e6;
const userSchema = 'urn:ietf:params:scim:schemas:core:2.0:User';
const groupSchema = 'urn:ietf:params:scim:schemas:core:2.0:Group';
const patchSchema = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
const secret = 'a secret that is used by the benchmarks only';

const access = defineAccess({
  resources: {},
  roles: { 'org-member': { permissions: ['organization:view'] } },
});
const question = { role: 'org-member' } as const;

/** P10: a person taken out of a group over HTTP on one instance, from the 2xx until another refuses; beside the request itself. */
export async function removing(): Promise<Row[]> {
  const url = process.env['TEST_DATABASE_URL'];
  if (url === undefined) {
    console.log('P10 by SCIM is left out, for want of PostgreSQL (set TEST_DATABASE_URL)');
    return [];
  }
  const schema = `bench_${randomUUID().replaceAll('-', '')}`;
  const [here, there] = [await instance(url, schema), await instance(url, schema)];
  try {
    const { staleHere, refused, requests } = await removeOften(here, there);
    const [ours, request] = [at(refused, 0.99), at(requests, 0.99)];
    return [
      {
        op: `P10 SCIM PATCH out of a group answered by one instance → refused by another, p99 of ${removals} (median ${duration(median(refused))}); answers of the same instance that were old: ${staleHere}`,
        ours: duration(ours),
        peer: `the PATCH itself, sent → answered, p99 ${duration(request)} (median ${duration(median(requests))})`,
        ratio: times(request / ours),
        goal: '≤ 50 ms; 0 old on the same instance',
        reached: ours <= bound && staleHere === 0,
      },
    ];
  } finally {
    await here.close();
    await there.close();
    const client = new Client(url);
    await client.connect();
    await client.query(`drop schema ${schema} cascade`);
    await client.end();
  }
}

type Instance = Awaited<ReturnType<typeof instance>>;

async function removeOften(here: Instance, there: Instance) {
  const [refused, requests]: [number[], number[]] = [[], []];
  let staleHere = 0;
  const { who, scim } = await here.directory();
  const { id: user } = await scim('POST', '/Users', { schemas: [userSchema], userName: 'alice@acme.test' });
  const members = [{ value: user }];
  const { id: group } = await scim('POST', '/Groups', {
    schemas: [groupSchema],
    displayName: 'Engineering',
    members,
  });
  const patch = (operation: object) =>
    scim('PATCH', `/Groups/${group}`, { schemas: [patchSchema], Operations: [operation] });
  const asked = { organization: who.organization, member: await here.memberOf(who, user) };
  for (let turn = 0; turn < removals; turn++) {
    assert.equal((await here.asked.check(asked, question)).allowed, true);
    while (!(await there.asked.check(asked, question)).allowed) await setImmediate();
    const sentAt = process.hrtime.bigint();
    await patch({ op: 'remove', path: `members[value eq "${user}"]` });
    const answeredAt = process.hrtime.bigint();
    if ((await here.asked.check(asked, question)).allowed) staleHere++;
    while ((await there.asked.check(asked, question)).allowed) await setImmediate();
    refused.push(Number(process.hrtime.bigint() - answeredAt));
    requests.push(Number(answeredAt - sentAt));
    await patch({ op: 'add', path: 'members', value: members });
  }
  return { staleHere, refused, requests };
}

interface InDirectory {
  readonly organization: string;
  readonly directory: string;
}

/** An app over the library, as a host makes it, with a pool and a listening connection of its own. */
async function instance(url: string, schema: string) {
  const store = await openStore({ url, schema }, { secretKeys: [secret] });
  class Host {}
  const module = IdpRolesModule.forRoot({ access, store, secret, publicUrl: 'http://localhost:3000' });
  const app = await NestFactory.create<NestExpressApplication>(
    { module: Host, imports: [module] },
    { logger: ['error', 'warn'] },
  );
  setupIdpRoles(app);
  await app.listen(0, '127.0.0.1');
  const { port } = app.getHttpServer().address() as { port: number };
  const asked: AccessService<typeof access> = app.get(AccessService);
  return {
    asked,
    async directory() {
      const { id: organization } = await app.get(OrganizationService).create({ name: 'Acme' });
      const directories = app.get(DirectoryService);
      const { id: directory } = await directories.create(organization, { name: 'Acme Entra' });
      const { token } = await directories.issueToken({ organization, directory });
      const mapping = { source: { directory }, claim: 'groups', value: 'Engineering', role: 'org-member' };
      await app.get(RoleMappingService).create(organization, mapping);
      const scim = (method: string, path: string, body: object) =>
        send(method, `http://127.0.0.1:${port}/scim/v2/${directory}${path}`, token, body);
      return { who: { organization, directory }, scim };
    },
    async memberOf({ organization, directory }: InDirectory, user: string): Promise<string> {
      const found = await store.read.directoryUsers.get(organization, directory, user);
      assert(found);
      return found.member;
    },
    async close() {
      await app.close();
      await store.close();
    },
  };
}

async function send(method: string, url: string, token: string, body: object): Promise<{ id: string }> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/scim+json' };
  const response = await fetch(url, { method, headers, body: JSON.stringify(body) });
  const text = await response.text();
  assert(response.ok, text);
  return text === '' ? { id: '' } : (JSON.parse(text) as { id: string });
}

function at(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.ceil(sorted.length * share) - 1] ?? Number.NaN;
}
