import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Simulator } from '../src/index.js';
import { startSimulator } from '../src/index.js';

describe('pages and API', () => {
  let simulator: Simulator;

  beforeAll(async () => {
    simulator = await startSimulator({ log: false });
  });
  afterAll(() => simulator.close());

  const json = { 'content-type': 'application/json' };
  const send = (method: string, path: string, body: unknown, headers: Record<string, string> = json) =>
    fetch(`${simulator.url}${path}`, { method, headers, body: JSON.stringify(body), redirect: 'manual' });
  const form = (path: string, fields: [string, string][], headers: Record<string, string> = {}) =>
    fetch(`${simulator.url}${path}`, {
      method: 'POST',
      headers,
      body: new URLSearchParams(fields),
      redirect: 'manual',
    });
  const page = async (path = '/') => (await fetch(`${simulator.url}${path}`)).text();

  it('reads and edits a person', async () => {
    const edited = await send('PATCH', '/api/people/alice', { groups: ['Finance'], department: 'Ops' });
    expect(edited.status).toBe(200);
    const read = await fetch(`${simulator.url}/api/people/alice`);
    expect(await read.json()).toMatchObject({ login: 'alice', groups: ['Finance'], department: 'Ops' });
    expect(simulator.people.get('alice')).toMatchObject({ groups: ['Finance'], email: 'alice@acme.test' });
    await send('PATCH', '/api/people/alice', { department: null });
    expect(simulator.people.get('alice').department).toBeUndefined();
  });

  it('adds a person, once', async () => {
    expect((await send('POST', '/api/people', { login: 'grace', groups: ['Engineering'] })).status).toBe(201);
    expect(simulator.people.get('grace')).toMatchObject({ email: 'grace@acme.test', emailVerified: true });
    const again = await send('POST', '/api/people', { login: 'grace' });
    expect(again.status).toBe(409);
    expect(await again.json()).toMatchObject({ code: 'person-exists' });
  });

  it('vouches for who belongs to which organization, in both protocols; a newcomer to that of their domain', async () => {
    simulator.people.add({ login: 'gus', email: 'gus@globex.test' });
    simulator.people.add({ login: 'otto', email: 'otto@elsewhere.test' });
    simulator.people.edit('gus', { email: 'gus@acme.test' });
    const organizations = ['alice', 'erin', 'gus', 'otto'].map(
      (login) => simulator.people.get(login).organization,
    );
    expect(organizations).toEqual(['Acme', 'Globex', 'Globex', undefined]);
    const sent = (await page()).match(/data-person="erin"[\s\S]*?<\/li>/)?.[0];
    expect(sent).toContain('&quot;organization&quot;: &quot;Globex&quot;');
    expect(sent).toContain('&quot;name&quot;: &quot;organization&quot;');
    expect((await send('PATCH', '/api/people/erin', { organization: 'Acme' })).status).toBe(422);
  });

  it('switches the personality, and refuses one it does not know', async () => {
    expect((await send('PUT', '/api/personality', { personality: 'guids' })).status).toBe(200);
    expect(simulator.personality).toBe('guids');
    const unknown = await send('PUT', '/api/personality', { personality: 'toString' });
    expect([unknown.status, await unknown.json()]).toMatchObject([422, { code: 'personality-unknown' }]);
    simulator.personality = 'array';
  });

  it('registers applications, and never shows a client secret', async () => {
    const client = { clientSecret: 'hidden-secret', redirectUris: ['http://app.test/callback'] };
    expect((await send('PUT', '/api/clients/app', client)).status).toBe(200);
    const serviceProvider = { entityId: 'http://app.test', acsUrl: 'http://app.test/acs' };
    expect((await send('POST', '/api/service-providers', serviceProvider)).status).toBe(201);
    const listed = await page('/api/clients');
    expect(listed).toContain('http://app.test/callback');
    expect(listed).not.toContain('hidden-secret');
    expect(await page()).not.toContain('hidden-secret');
    expect(await page('/api/service-providers')).toContain('http://app.test/acs');
  });

  it.each([
    ['PATCH', '/api/people/nobody', { groups: [] }, 404, 'person-unknown'],
    ['PATCH', '/api/people/alice', { groups: 'Finance' }, 422, 'person-invalid'],
    ['PATCH', '/api/people/alice', { groups: ['a\u0000b'] }, 422, 'person-invalid'],
    ['PATCH', '/api/people/alice', { groups: ['\ud800'] }, 422, 'person-invalid'],
    ['PATCH', '/api/people/alice', { email: 5 }, 422, 'person-invalid'],
    ['PATCH', '/api/people/alice', { subject: 'other' }, 422, 'person-invalid'],
    ['PATCH', '/api/people/alice', [], 400, 'body-invalid'],
    ['POST', '/api/people', {}, 422, 'person-invalid'],
    ['POST', '/api/people', { login: '../x' }, 422, 'person-invalid'],
    [
      'PUT',
      '/api/clients/x',
      { clientSecret: 's', redirectUris: ['javascript:alert(1)'] },
      422,
      'client-invalid',
    ],
    [
      'POST',
      '/api/service-providers',
      { entityId: 'x', acsUrl: 'javascript:alert(1)' },
      422,
      'service-provider-invalid',
    ],
    ['POST', '/api/service-providers', {}, 422, 'service-provider-invalid'],
  ])('%s %s %j is %i %s and changes nothing', async (method, path, body, status, code) => {
    const before = JSON.stringify([simulator.people.list(), await page('/api/service-providers')]);
    const response = await send(method, path, body);
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toContain('application/problem+json');
    expect(await response.json()).toMatchObject({ code, status });
    expect(JSON.stringify([simulator.people.list(), await page('/api/service-providers')])).toBe(before);
  });

  it('answers broken JSON with 400', async () => {
    const options = { method: 'PATCH', headers: json, body: '{' };
    expect((await fetch(`${simulator.url}/api/people/alice`, options)).status).toBe(400);
  });

  it('edits through the page: what is ticked stays, what is typed is added', async () => {
    simulator.people.edit('bob', { groups: ['Finance', 'Sales'], department: 'Money' });
    const saved = await form('/people/bob', [
      ['groups', 'Finance'],
      ['newGroup', 'A, B'],
      ['department', ''],
      ['email', 'bob@globex.test'],
    ]);
    expect(saved.status).toBe(303);
    expect(simulator.people.get('bob')).toMatchObject({
      groups: ['Finance', 'A, B'],
      department: undefined,
      email: 'bob@globex.test',
      emailVerified: false,
    });
  });

  it('adds people, registers applications and switches through the page', async () => {
    await form('/people', [['login', 'heidi']]);
    await form('/personality', [['personality', 'joined']]);
    await form('/clients', [
      ['clientId', 'c2'],
      ['clientSecret', 's'],
      ['redirectUri', 'http://c2.test/'],
    ]);
    await form('/service-providers', [
      ['entityId', 'http://sp2.test'],
      ['acsUrl', 'http://sp2.test/acs'],
    ]);
    expect(simulator.people.get('heidi').email).toBe('heidi@acme.test');
    expect(simulator.personality).toBe('joined');
    const shown = await page();
    for (const text of ['heidi', 'c2', 'http://sp2.test/acs']) expect(shown).toContain(text);
  });

  it('escapes what people are called', async () => {
    simulator.people.add({ login: 'mallory', name: '<script>alert(1)</script>', groups: ['"><img src=x>'] });
    simulator.people.edit('mallory', { department: "' onfocus='x", email: '<i>@x' });
    for (const shown of [await page(), await page('/?saved=%3Cimg%20src=y%3E')]) {
      expect(shown).not.toMatch(/<script>|<img|<i>|' onfocus/);
      expect(shown).toContain('&lt;script&gt;');
    }
  });

  it('refuses a form of another site, and JSON sent as a form', async () => {
    const before = simulator.people.get('alice');
    const foreign = [
      await form('/people/alice', [['email', 'x@x']], { origin: 'http://evil.test' }),
      await form('/people/alice', [['email', 'x@x']], { origin: 'null' }),
      await form('/people/alice', [['email', 'x@x']], { 'sec-fetch-site': 'same-site' }),
      await send('PATCH', '/api/people/alice', { email: 'x@x' }, { ...json, origin: 'http://evil.test' }),
    ];
    expect(foreign.map(({ status }) => status)).toEqual([403, 403, 403, 403]);
    const plain = await send(
      'PATCH',
      '/api/people/alice',
      { email: 'x@x' },
      { 'content-type': 'text/plain' },
    );
    expect(plain.status).toBe(415);
    expect(simulator.people.get('alice')).toBe(before);
  });

  it('sends pages that no other site can frame and that run no script of their own', async () => {
    const { headers } = await fetch(simulator.url);
    expect(headers.get('content-security-policy')).toMatch(/default-src 'none'.*frame-ancestors 'none'/);
    expect(await page()).not.toMatch(/<script>|style="/);
  });

  it('loads nothing from elsewhere', async () => {
    expect(await page()).not.toMatch(/(src|href)="https?:/);
  });
});
