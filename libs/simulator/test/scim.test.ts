import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Simulator, SimulatorOptions } from '../src/index.js';
import { startSimulator } from '../src/index.js';
import { ScimServer } from './scim-server.js';

const token = 'token-of-acme';

describe('pushing by SCIM', () => {
  let simulator: Simulator;
  let server: ScimServer;

  const start = async (options: SimulatorOptions = {}) => {
    simulator = await startSimulator({
      log: false,
      personality: 'entra',
      directories: [{ organization: 'Acme', baseUrl: `${server.baseUrl}/`, token }],
      ...options,
    });
  };
  const send = (method: string, path: string, body: unknown = {}) =>
    fetch(simulator.url + path, {
      method,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  const form = (path: string, fields: Record<string, string>) =>
    fetch(simulator.url + path, { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual' });
  const page = async (path = '/') => (await fetch(simulator.url + path)).text();

  beforeEach(async () => {
    server = await ScimServer.start();
    await start();
  });
  afterEach(async () => {
    await simulator.close();
    await server.close();
  });

  it('tells everybody of the organization and nobody else, then their groups, and a second time nothing', async () => {
    expect(await simulator.scim.push('Acme')).toMatchObject({ delivered: true, dialect: 'Entra ID' });
    const asked = server.take();
    expect(asked.filter((one) => one === 'POST /Users')).toHaveLength(4);
    expect(asked.filter((one) => one === 'POST /Groups')).toHaveLength(2);
    expect(asked.join()).not.toContain('globex');
    expect(await simulator.scim.push('Acme')).toMatchObject({ delivered: true, exchanges: [] });
  });

  it('sends the token, and shows it nowhere', async () => {
    await simulator.scim.push('Acme');
    expect(new Set(server.received.map(({ headers }) => headers['authorization']))).toEqual(
      new Set([`Bearer ${token}`]),
    );
    const shown = [await page(), await page('/api/directories'), await page('/api/pushes')];
    expect(shown.join()).not.toContain(token);
  });

  it('a first edit tells how things stood before it, so that what it takes was there', async () => {
    await send('PATCH', '/api/people/alice?push=now', { groups: [] });
    const bodies = JSON.stringify(server.received.map(({ body }) => body));
    expect(bodies.indexOf('"Add"')).toBeGreaterThan(0);
    expect(bodies.indexOf('"Remove"')).toBeGreaterThan(bodies.lastIndexOf('"Add"'));
  });

  it('sends only what differs from what it said before', async () => {
    await simulator.scim.push('Acme');
    server.take();
    simulator.people.edit('alice', { groups: ['Finance'], department: 'Ops' });
    await simulator.scim.pushPerson('alice');
    expect(server.take().map((one) => one.replace(/id-\d+/, 'id'))).toEqual([
      'PATCH /Users/id',
      'PATCH /Groups/id',
      'PATCH /Groups/id',
    ]);
  });

  it('pushes edits by itself where the directory is automatic, else when asked, and says so on the page', async () => {
    await send('PATCH', '/api/people/alice', { groups: [] });
    expect(server.take()).toEqual([]);
    await send('PUT', '/api/directories/Acme/automatic', { automatic: true });
    expect(server.take().length).toBeGreaterThan(0);
    await send('PATCH', '/api/people/alice', { groups: ['Finance'] });
    expect(server.take().map((one) => one.replace(/id-\d+/, 'id'))).toEqual(['PATCH /Groups/id']);
    await send('POST', '/api/people', { login: 'grace' });
    expect(server.take()).toContain('POST /Users');
    const saved = await form('/people/grace', { email: 'grace@acme.test', groups: 'Finance' });
    expect(saved.headers.get('location')).toContain('pushed=yes');
    const shown = await page(saved.headers.get('location')!);
    expect(shown).toContain('Saved and pushed by SCIM: 1 request, all taken.');
    expect(shown).toContain('&quot;op&quot;: &quot;Add&quot;');
  });

  it('deactivates, reactivates and deletes a person by the page', async () => {
    await simulator.scim.push('Acme');
    server.take();
    await form('/people/alice/deactivate', {});
    expect(simulator.people.get('alice').active).toBe(false);
    expect(JSON.stringify(server.received[0]?.body)).toContain('"False"');
    await form('/people/alice/reactivate', {});
    expect(JSON.stringify(server.received[1]?.body)).toContain('"True"');
    server.take();
    await form('/people/alice/delete', {});
    expect(server.take().map((one) => one.replace(/id-\d+/, 'id'))).toEqual([
      'PATCH /Users/id',
      'DELETE /Users/id',
    ]);
    expect(simulator.people.find('alice')).toBeUndefined();
  });

  it('keeps the ids of the server, and who was deleted, over a restart', async () => {
    await simulator.close();
    const dataDir = await mkdtemp(join(tmpdir(), 'idp-roles-simulator-scim-'));
    await start({ dataDir });
    await simulator.scim.push('Acme');
    await send('DELETE', '/api/people/bob?push=now');
    await simulator.close();
    server.take();
    await start({ dataDir });
    expect(simulator.people.find('bob')).toBeUndefined();
    expect(await simulator.scim.push('Acme')).toMatchObject({ delivered: true, exchanges: [] });
    await rm(dataDir, { recursive: true });
  });

  it('takes up people and groups that the directory has already, and makes anew what it lost', async () => {
    server.put('/Users/theirs', { id: 'theirs', userName: 'alice@acme.test' });
    server.put('/Groups/ours', { id: 'ours', displayName: 'Engineering' });
    await simulator.scim.push('Acme');
    const asked = server.take();
    expect(asked).toContain('PATCH /Users/theirs');
    expect(asked).toContain('PATCH /Groups/ours');
    server.drop('/Users/theirs');
    simulator.people.edit('alice', { department: 'Ops' });
    expect(await simulator.scim.pushPerson('alice')).toMatchObject({ delivered: true });
    expect(server.take()).toEqual([
      'PATCH /Users/theirs',
      'GET /Users?filter=userName eq "alice@acme.test"',
      'POST /Users',
      'PATCH /Groups/ours',
    ]);
  });

  it('goes on with others where one is refused, and tries that one again at the next push', async () => {
    server.answer = ({ body }) =>
      (body as { userName?: string } | undefined)?.userName === 'bob@acme.test' ? 409 : undefined;
    expect(await simulator.scim.push('Acme')).toMatchObject({ delivered: false });
    expect(server.take().filter((one) => one === 'POST /Users')).toHaveLength(4);
    server.answer = () => undefined;
    expect(await simulator.scim.push('Acme')).toMatchObject({ delivered: true });
    expect(server.take()).toContain('POST /Users');
  });

  it('stops at a directory that does not know it or does not answer, keeps the edit, and says why', async () => {
    server.answer = () => 401;
    expect((await send('PATCH', '/api/people/alice?push=now', { groups: ['Finance'] })).status).toBe(200);
    expect(simulator.people.get('alice').groups).toEqual(['Finance']);
    expect(server.take()).toHaveLength(1);
    await server.close();
    const push = await simulator.scim.pushPerson('alice');
    expect(push).toMatchObject({ delivered: false, exchanges: [{ status: 0 }] });
    expect(await page()).toContain('no answer');
  });

  it('one push after the other, whoever asks', async () => {
    await Promise.all(['alice', 'bob', 'carol'].map((login) => simulator.scim.pushPerson(login)));
    expect(server.take().filter((one) => one === 'POST /Users')).toHaveLength(4);
  });

  it('sets a directory by the page, and another base URL begins anew', async () => {
    await simulator.scim.push('Acme');
    await form('/directories', { organization: 'Acme', baseUrl: server.baseUrl, token: 'rotated' });
    server.take();
    expect(await simulator.scim.push('Acme')).toMatchObject({ exchanges: [] });
    await form('/directories', {
      organization: 'Acme',
      baseUrl: `${server.baseUrl}/other`,
      token: 'rotated',
    });
    await form('/directories/Acme/push', {});
    expect(server.take().length).toBeGreaterThan(4);
  });

  it.each([
    ['PUT', '/api/directories/Acme', {}, 422, 'directory-invalid'],
    ['PUT', '/api/directories/Acme', { baseUrl: 'file:///x', token: 't' }, 422, 'directory-invalid'],
    ['PUT', '/api/directories/Acme', { baseUrl: 'http://x/?a', token: 't' }, 422, 'directory-invalid'],
    ['PUT', '/api/directories/Acme', { baseUrl: 'http://x', token: 'a\nb' }, 422, 'directory-invalid'],
    ['PUT', '/api/directories/Acme/automatic', { automatic: 'yes' }, 422, 'directory-invalid'],
    ['PUT', '/api/directories/Nobody/automatic', { automatic: true }, 404, 'directory-unknown'],
    ['POST', '/api/directories/Nobody/push', {}, 404, 'directory-unknown'],
    ['POST', '/api/people/erin/push', {}, 404, 'directory-unknown'],
    ['POST', '/api/people/nobody/push', {}, 404, 'person-unknown'],
    ['PATCH', '/api/people/alice?push=now', { active: 'no' }, 422, 'person-invalid'],
  ])('%s %s %j is %s %s', async (method, path, body, status, code) => {
    const before = await page('/api/directories');
    const response = await send(method, path, body);
    expect([response.status, await response.json()]).toMatchObject([status, { code }]);
    if (method === 'PUT') expect(await page('/api/directories')).toBe(before);
  });

  it('escapes what directories say', async () => {
    simulator.people.edit('alice', { name: '<img src=x>' });
    await simulator.scim.push('Acme');
    expect(await page()).not.toContain('<img src=x>');
  });
});
