import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startAdmin, type AdminHost } from './admin-host.js';
import { expectProblem, prepare, type Prepared } from './prepared.js';

let host: AdminHost;
let at: Prepared;
let alice: string;
beforeAll(async () => {
  host = await startAdmin();
  at = await prepare(host);
  alice = `${at.org}/members/${at.alice}`;
});
afterAll(() => host.close());

const platform = { type: 'workspace', id: 'platform' };

describe('members', () => {
  it('are invited, read and found by e-mail in any case', async () => {
    const { status, body } = await host.post(`${at.org}/members`, { email: 'Bob@acme.test', name: 'Bob' });
    expect(status).toBe(201);
    expect(body).toEqual({
      id: expect.stringMatching(new RegExp(`^mem_${at.acme.slice(4)}_`)),
      status: 'invited',
      email: 'Bob@acme.test',
      name: 'Bob',
      roles: [],
    });
    expect((await host.get(`${at.org}/members/${body.id}`)).body).toEqual(body);
    expect((await host.get(`${at.org}/members?email=bob@ACME.test`)).body).toEqual({ data: [body] });
    expect((await host.get(`${at.org}/members?email=nobody@acme.test`)).body).toEqual({ data: [] });
  });

  it('are invited once for an e-mail', async () => {
    expectProblem(await host.post(`${at.org}/members`, { email: 'ALICE@acme.test' }), 409, 'email-taken');
  });

  it('of wrong shape are a 400, of no sense a 422', async () => {
    const answer = await host.post(`${at.org}/members`, { mail: 'x@acme.test', name: '' });
    expect(expectProblem(answer, 400, 'body-invalid')).toEqual({
      email: 'required',
      name: 'mistyped',
      mail: 'unknown-property',
    });
    const none = await host.post(`${at.org}/members`, { email: 'x@y@acme.test' });
    expect(expectProblem(none, 422, 'invalid')).toEqual({ email: 'invalid' });
    expectProblem(await host.get(`${at.org}/members?emial=x`), 400, 'query-invalid');
    expectProblem(await host.get(`${at.org}/members?email=a&email=b`), 400, 'query-invalid');
  });

  it('are listed page by page', async () => {
    for (const name of ['p1', 'p2', 'p3']) {
      await host.post(`${at.org}/members`, { email: `${name}@acme.test` }).expect(201);
    }
    const first = await host.get(`${at.org}/members?limit=2`);
    expect(first.body.data).toHaveLength(2);
    const rest = await host.get(`${at.org}/members?limit=200&after=${encodeURIComponent(first.body.after)}`);
    const ids = [...first.body.data, ...rest.body.data].map(({ id }: { id: string }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(rest.body).not.toHaveProperty('after');
  });

  it('D2: of another organization are a 404 on every route', async () => {
    const foreign = `${at.other}/members/${at.alice}`;
    for (const route of ['', '/role-assignments', '/explain', '/sessions', '/sessions/x']) {
      expectProblem(await host.get(foreign + route), 404, 'member-not-found');
    }
    expectProblem(
      await host.post(`${foreign}/role-assignments`, { role: 'org-member' }),
      404,
      'member-not-found',
    );
    expectProblem(await host.delete(`${foreign}/role-assignments/x`), 404, 'member-not-found');
    expectProblem(await host.delete(`${foreign}/sessions/x`), 404, 'member-not-found');
    expectProblem(await host.post(`${foreign}/check`, { role: 'org-member' }), 404, 'member-not-found');
    expect((await host.get(`${at.other}/members`)).body).toEqual({ data: [] });
    expectProblem(
      await host.get('/organizations/org_0000000000000000/members'),
      404,
      'organization-not-found',
    );
  });
});

describe('role assignments', () => {
  const assign = (body: object) => host.post(`${alice}/role-assignments`, body);

  it('are made once: 201, then 200 with the same one', async () => {
    const { status, body } = await assign({ role: 'workspace-admin', resource: platform });
    expect(status).toBe(201);
    expect(body).toEqual({
      id: expect.any(String),
      role: 'workspace-admin',
      resource: platform,
      source: 'api',
      basis: 'api',
    });
    const again = await assign({ role: 'workspace-admin', resource: platform });
    expect([again.status, again.body]).toEqual([200, body]);
    expect((await host.get(`${alice}/role-assignments`)).body).toEqual({ data: [body] });
    expect((await host.get(alice)).body.roles).toEqual([body]);
  });

  it('A10: end at an instant, which is told as it was given', async () => {
    const { body } = await assign({ role: 'org-billing', expiresAt: '2999-01-31T08:00:00+01:00' });
    expect(body.expiresAt).toBe('2999-01-31T07:00:00.000Z');
    expect((await host.get(`${alice}/role-assignments`)).body.data).toContainEqual(body);
  });

  it('of wrong shape are a 400 with every path', async () => {
    for (const expiresAt of [
      'tomorrow',
      '2999-01-01T00:00:00',
      '2999-02-30T00:00:00Z',
      1_900_000_000,
      null,
    ]) {
      expect(expectProblem(await assign({ role: 'org-member', expiresAt }), 400, 'body-invalid')).toEqual({
        expiresAt: 'mistyped',
      });
    }
    const answer = await assign({ role: 1, resource: { type: 'workspace', id: '' } });
    expect(expectProblem(answer, 400, 'body-invalid')).toEqual({
      role: 'mistyped',
      'resource.id': 'mistyped',
    });
  });

  it('of no sense are a 422', async () => {
    expectProblem(await assign({ role: 'org-nothing' }), 422, 'role-missing');
    expectProblem(await assign({ role: 'workspace-admin' }), 422, 'invalid');
    expectProblem(await assign({ role: 'org-member', resource: platform }), 422, 'invalid');
    const gone = { type: 'workspace', id: 'gone' };
    expectProblem(await assign({ role: 'workspace-admin', resource: gone }), 422, 'resource-missing');
    expectProblem(await assign({ role: 'org-member', expiresAt: '2001-01-01T00:00:00Z' }), 422, 'invalid');
  });

  it('are taken away: 204, then 404', async () => {
    const { body } = await assign({ role: 'org-member' });
    await host.delete(`${alice}/role-assignments/${body.id}`).expect(204, '');
    expectProblem(await host.delete(`${alice}/role-assignments/${body.id}`), 404, 'assignment-not-found');
  });

  it('S11: of the last holder are a 409 and stay', async () => {
    await activate(at.alice);
    const { body } = await assign({ role: 'org-admin' });
    expectProblem(await host.delete(`${alice}/role-assignments/${body.id}`), 409, 'last-holder');
    expect((await host.get(`${alice}/role-assignments`)).body.data).toContainEqual(body);
  });

  it('are written in the name of the key', async () => {
    const { body } = await assign({ role: 'project-editor', resource: { type: 'project', id: 'api' } });
    const stored = await host.store.read.grants.get(at.acme, body.id);
    expect(stored?.assignedBy).toBe('service-key:configured');
    const { data } = await host.store.read.history.auditEvents(at.acme, { limit: 200, member: at.alice });
    expect(data.every(({ actor }) => actor.kind === 'service-key' && actor.id === 'configured')).toBe(true);
    expect(data.length).toBeGreaterThan(0);
  });
});

describe('a check', () => {
  const check = (body: object) => host.post(`${alice}/check`, body);
  const api = { type: 'project', id: 'api' };

  it('A2, A7: answers as the guards would, at once after a change', async () => {
    await activate(at.alice);
    await host.post(`${alice}/role-assignments`, { role: 'workspace-admin', resource: platform });
    const held = await check({ role: 'workspace-admin', resource: platform });
    expect([held.status, held.body]).toEqual([200, { allowed: true, decisionId: expect.any(String) }]);
    expect((await check({ permission: 'workspace:manage', resource: api })).body.allowed).toBe(true);
    expect((await check({ permission: 'invoice:view', resource: api })).body).toEqual({
      allowed: true,
      decisionId: expect.any(String),
    });
    const { data } = (await host.get(`${alice}/role-assignments`)).body;
    const admin = data.find(({ role }: { role: string }) => role === 'workspace-admin');
    await host.delete(`${alice}/role-assignments/${admin.id}`).expect(204);
    expect((await check({ role: 'workspace-admin', resource: platform })).body.allowed).toBe(false);
    expect((await check({ permission: 'workspace:manage', resource: api })).body.allowed).toBe(false);
  });

  it('of what does not exist: a resource is a 404, a role or permission a 422', async () => {
    const gone = { type: 'workspace', id: 'gone' };
    expectProblem(await check({ permission: 'workspace:view', resource: gone }), 404, 'resource-not-found');
    expect(expectProblem(await check({ role: 'org-nothing' }), 422, 'role-unknown')).toHaveProperty('role');
    expectProblem(await check({ role: 'workspace-admin' }), 422, 'role-unknown');
    expectProblem(await check({ permission: 'moon:walk' }), 422, 'permission-unknown');
  });

  it('D2: of a resource of another organization is a 404', async () => {
    const foreign = { type: 'workspace', id: 'of-globex' };
    await host.store.transaction((tx) =>
      tx.resources.put({ organization: at.globex, ...foreign, createdAt: 0 }),
    );
    expectProblem(
      await check({ permission: 'workspace:view', resource: foreign }),
      404,
      'resource-not-found',
    );
  });

  it('asks for one thing', async () => {
    expectProblem(await check({}), 400, 'body-invalid');
    expectProblem(await check({ role: 'org-member', permission: 'workspace:view' }), 400, 'body-invalid');
    expectProblem(await check({ role: 'org-member', resource: 'workspace/platform' }), 400, 'body-invalid');
  });
});

describe('sessions', () => {
  const session = (id: string, expiresAt: number) => ({
    organization: at.acme,
    id,
    member: at.alice,
    connection: at.connection,
    issuer: 'i',
    format: 'sub',
    subject: 's',
    beganAt: 1_000,
    expiresAt,
  });

  it('L9: that are open are listed, read and ended', async () => {
    await host.store.transaction(async (tx) => {
      await tx.sessions.insert(session('open', Date.now() + 60_000));
      await tx.sessions.insert(session('over', Date.now() - 60_000));
    });
    const { body } = await host.get(`${alice}/sessions`);
    expect(body.data).toEqual([
      {
        id: 'open',
        source: `sso:${at.connection}`,
        beganAt: '1970-01-01T00:00:01.000Z',
        expiresAt: expect.stringMatching(/^2\d{3}-/),
      },
    ]);
    expect((await host.get(`${alice}/sessions/open`)).body).toEqual(body.data[0]);
    const bob = (await host.post(`${at.org}/members`, { email: 'carol@acme.test' })).body.id;
    expectProblem(await host.delete(`${at.org}/members/${bob}/sessions/open`), 404, 'session-not-found');
    await host.delete(`${alice}/sessions/open`).expect(204);
    expect((await host.get(`${alice}/sessions`)).body).toEqual({ data: [] });
    expectProblem(await host.get(`${alice}/sessions/open`), 404, 'session-not-found');
    expectProblem(await host.delete(`${alice}/sessions/open`), 404, 'session-not-found');
  });
});

async function activate(id: string): Promise<void> {
  await host.store.transaction(async (tx) => {
    const member = await tx.members.get(at.acme, id);
    if (member) await tx.members.update({ ...member, status: 'active' });
    await tx.changes.touch(at.acme, [id]);
  });
}
