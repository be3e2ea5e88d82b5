import { randomUUID } from 'node:crypto';
import { openEphemeralStore } from '@idp-roles/store';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ConnectionService, ResourceService, type IdpRolesOptions } from '../../src/index.js';
import { Browser } from '../sign-in/browser.js';
import { startIdp } from '../sign-in/host-app.js';
import { startScim, type ScimHost, type Tenant } from './scim-host.js';

type Idp = Awaited<ReturnType<typeof startIdp>>;

let idp: Idp;
beforeAll(async () => {
  idp = await startIdp();
});
afterAll(() => idp?.close());

const ENGINEERING = { claim: 'groups', value: 'Engineering', role: 'org-member' };

/** Alice, provisioned and in Engineering; signed in nowhere yet. */
async function provisioned(host: ScimHost) {
  const acme = await host.tenant();
  await host.admin('patch', acme.org, { domains: ['acme.test'] }).expect(200);
  const connection = await connected(host, acme);
  const mapping = { ...ENGINEERING, source: { directory: acme.id } };
  await host.admin('post', `${acme.org}/role-mappings`, mapping).expect(201);
  const emails = [{ value: 'alice@acme.test', type: 'work', primary: true }];
  const alice = await acme.user({ userName: 'alice@acme.test', externalId: 'alice-1', emails });
  const group = await acme.group('Engineering', [alice]);
  return { ...acme, connection, alice, group, member: await memberOf(host, acme) };
}

async function connected({ app }: ScimHost, { organization }: Tenant): Promise<string> {
  const connections = app.get(ConnectionService);
  const clientId = `client-${organization}`;
  const { id } = await connections.create(organization, {
    name: 'Acme',
    protocol: 'oidc',
    oidc: { issuer: idp.oidc.issuer, clientId, clientSecret: 'secret' },
  });
  idp.oidc.registerClient({ clientId, clientSecret: 'secret', redirectUris: [connections.redirectUri(id)] });
  return id;
}

async function memberOf(host: ScimHost, { org }: Tenant): Promise<string> {
  const { body } = await host.admin('get', `${org}/members?email=alice@acme.test`).expect(200);
  return (body as { data: { id: string }[] }).data[0]!.id;
}

describe('a session that is open', () => {
  let host: ScimHost;
  beforeAll(async () => {
    host = await startScim();
  });
  afterAll(() => host?.close());

  it('A7: is judged by the new roles from the next request on, and keeps what the product gave', async () => {
    const acme = await provisioned(host);
    await host.app.get(ResourceService).upsert(acme.organization, { type: 'workspace', id: 'platform' });
    const parent = { type: 'workspace', id: 'platform' };
    await host.app.get(ResourceService).upsert(acme.organization, { type: 'project', id: 'api', parent });
    const assigned = { role: 'project-editor', resource: { type: 'project', id: 'api' } };
    await host.admin('post', `${acme.org}/members/${acme.member}/role-assignments`, assigned).expect(201);
    const alice = new Browser();
    expect((await alice.signIn(host.url, acme.connection, idp, 'alice')).status).toBe(303);
    const status = async (path: string) => (await alice.get(host.url + path)).status;
    for (let i = 0; i < 5; i++) {
      expect([await status('/me'), await status('/projects/api')]).toEqual([200, 200]);
      const remove = { op: 'remove', path: `members[value eq "${acme.alice}"]` };
      await acme.patch(`/Groups/${acme.group}`, remove).expect(204);
      expect([await status('/me'), await status('/projects/api')]).toEqual([403, 200]);
      const add = { op: 'add', path: 'members', value: [{ value: acme.alice }] };
      await acme.patch(`/Groups/${acme.group}`, add).expect(204);
    }
    await acme.scim('delete', `/Groups/${acme.group}`).expect(204);
    expect([await status('/me'), await status('/projects/api')]).toEqual([403, 200]);
    await host.admin('delete', acme.org).expect(204);
  });

  it('S8: that began before a deactivation is dead for good, also after the return', async () => {
    const acme = await provisioned(host);
    const alice = new Browser();
    await alice.signIn(host.url, acme.connection, idp, 'alice');
    const me = async (who = alice) => (await who.get(`${host.url}/me`)).status;
    expect(await me()).toBe(200);
    const active = (value: unknown) =>
      acme.patch(`/Users/${acme.alice}`, { op: 'Replace', value: { active: value } });
    await active('False').expect(200);
    expect(await me()).toBe(401);
    const refused = await new Browser().signIn(host.url, acme.connection, idp, 'alice');
    expect(refused.status).toBe(403);
    await active('True').expect(200);
    expect(await me()).toBe(401);
    const back = new Browser();
    expect((await back.signIn(host.url, acme.connection, idp, 'alice')).status).toBe(303);
    expect([await me(back), await me()]).toEqual([200, 401]);

    await acme.scim('delete', `/Users/${acme.alice}`).expect(204);
    expect(await me(back)).toBe(401);
    expect((await new Browser().signIn(host.url, acme.connection, idp, 'alice')).status).toBe(403);
    await host.admin('delete', acme.org).expect(204);
  });
});

describe.each([
  ['one file', onOneFile],
  ...(process.env['TEST_DATABASE_URL'] ? ([['PostgreSQL', onPostgres]] as const) : []),
])('two instances on %s', (_, home) => {
  let first: ScimHost;
  let second: ScimHost;
  let drop = async () => {};
  beforeAll(async () => {
    const { options, folder, drop: cleared } = await home();
    drop = cleared;
    const settings = { options: { ...options, ephemeral: await openEphemeralStore({}) }, folder };
    first = await startScim(settings);
    second = await startScim(settings);
  });
  afterAll(async () => {
    await first?.close();
    await second?.close();
    await drop();
  });

  it('A7: the other one knows it too', async () => {
    const acme = await provisioned(first);
    const alice = new Browser();
    await alice.signIn(first.url, acme.connection, idp, 'alice');
    const there = async () => (await alice.get(`${second.url}/me`)).status;
    expect(await there()).toBe(200);
    for (let i = 0; i < 5; i++) {
      const remove = { op: 'remove', path: `members[value eq "${acme.alice}"]` };
      await acme.patch(`/Groups/${acme.group}`, remove).expect(204);
      await vi.waitFor(async () => expect(await there()).toBe(403), { timeout: 2_000, interval: 5 });
      const add = { op: 'add', path: 'members', value: [{ value: acme.alice }] };
      await acme.patch(`/Groups/${acme.group}`, add).expect(204);
      await vi.waitFor(async () => expect(await there()).toBe(200), { timeout: 2_000, interval: 5 });
    }
    await acme.patch(`/Users/${acme.alice}`, { op: 'replace', value: { active: false } }).expect(200);
    await vi.waitFor(async () => expect(await there()).toBe(401), { timeout: 2_000, interval: 5 });
    await acme.patch(`/Users/${acme.alice}`, { op: 'replace', value: { active: true } }).expect(200);
    expect(await there()).toBe(401);
  });

  it('S9: a job that one made is done by whichever comes first', async () => {
    const acme = await second.tenant({ state: 'staging' });
    const ids = [];
    for (let i = 0; i < 30; i++) ids.push(await acme.user({ userName: `u${i}` }));
    await acme.group('Engineering', ids);
    const mapping = { ...ENGINEERING, source: { directory: acme.id } };
    await first.admin('post', `${acme.org}/role-mappings`, mapping).expect(201);
    const at = `${acme.org}/directories/${acme.id}`;
    const impact = await second.admin('post', `${at}/impact`).expect(200);
    expect(impact.body.gains).toHaveLength(30);
    await first.admin('patch', at, { state: 'active' }).expect(200);
    await vi.waitFor(
      async () => {
        const { body } = await second.admin('get', `${acme.org}/jobs?directory=${acme.id}`);
        expect(body.data).toMatchObject([{ state: 'done', done: 30, total: 30 }]);
      },
      { timeout: 4_000, interval: 50 },
    );
    const { body } = await second.admin('get', `${acme.org}/members?limit=200`).expect(200);
    const roles = (body as { data: { roles: { role: string }[] }[] }).data.flatMap((member) => member.roles);
    expect(roles.map(({ role }) => role)).toEqual(Array(30).fill('org-member'));
  });
});

async function onOneFile() {
  const { mkdtemp, rm } = await import('node:fs/promises');
  const { tmpdir } = await import('node:os');
  const { join } = await import('node:path');
  const folder = await mkdtemp(join(tmpdir(), 'idp-roles-scim-'));
  return { folder, options: {}, drop: () => rm(folder, { recursive: true, force: true }) };
}

async function onPostgres() {
  const schema = `test_${randomUUID().replaceAll('-', '')}`;
  const url = process.env['TEST_DATABASE_URL']!;
  const options: Partial<IdpRolesOptions> = { store: { url, schema } };
  const drop = async () => {
    const client = new Client(url);
    await client.connect();
    await client.query(`drop schema "${schema}" cascade`);
    await client.end();
  };
  return { folder: undefined, options, drop };
}
