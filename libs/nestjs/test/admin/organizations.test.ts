import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startAdmin, type AdminHost } from './admin-host.js';
import { expectProblem } from './prepared.js';

let host: AdminHost;
beforeAll(async () => {
  host = await startAdmin();
});
afterAll(() => host.close());

describe('organizations', () => {
  it('L10: are created with domains that the service key proves', async () => {
    const answer = await host.post('/organizations', {
      name: 'Acme',
      domains: ['Acme.test', 'bücher.example'],
    });
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({
      id: expect.stringMatching(/^org_[0-9a-z]{16}$/),
      name: 'Acme',
      domains: ['acme.test', 'xn--bcher-kva.example'],
      roleSource: 'directory',
      roleSelection: 'all',
    });
    expect((await host.get(`/organizations/${answer.body.id}`)).body).toEqual(answer.body);
  });

  it('take their settings from the start, and change them one by one', async () => {
    const { body } = await host.post('/organizations', {
      name: 'B',
      roleSelection: 'highest',
      keepClaims: false,
    });
    expect(body).toMatchObject({ roleSelection: 'highest', keepClaims: false, domains: [] });
    const changed = await host.patch(`/organizations/${body.id}`, {
      roleSource: 'both',
      domains: ['b.test'],
    });
    expect(changed.status).toBe(200);
    expect(changed.body).toMatchObject({
      name: 'B',
      roleSource: 'both',
      roleSelection: 'highest',
      domains: ['b.test'],
    });
  });

  it('L10: a domain that another organization has proven is a 409', async () => {
    await host.post('/organizations', { name: 'C', domains: ['c.test'] }).expect(201);
    expectProblem(await host.post('/organizations', { name: 'D', domains: ['c.test'] }), 409, 'domain-taken');
  });

  it('of wrong shape are a 400 with every path, of no sense a 422', async () => {
    const answer = await host.post('/organizations', { domains: 'x', roleSource: 'ldap', id: 'org_1' });
    expect(expectProblem(answer, 400, 'body-invalid')).toEqual({
      name: 'required',
      domains: 'mistyped',
      roleSource: 'mistyped',
      id: 'unknown-property',
    });
    expectProblem(await host.post('/organizations', { name: 'E', domains: ['no domain'] }), 422, 'invalid');
  });

  it('are listed page by page', async () => {
    for (const name of ['1', '2', '3']) await host.post('/organizations', { name }).expect(201);
    const all = (await host.get('/organizations?limit=200')).body.data as { id: string }[];
    const seen: string[] = [];
    let after: string | undefined;
    do {
      const cursor = after === undefined ? '' : `&after=${encodeURIComponent(after)}`;
      const { body } = await host.get(`/organizations?limit=2${cursor}`).expect(200);
      expect(body.data.length).toBeLessThanOrEqual(2);
      seen.push(...body.data.map(({ id }: { id: string }) => id));
      after = body.after;
    } while (after !== undefined);
    expect(seen).toEqual(all.map(({ id }) => id));
  });

  it('a cursor or limit of somebody else’s making is a 400', async () => {
    expectProblem(await host.get('/organizations?after=nonsense'), 400, 'cursor-invalid');
    expect(expectProblem(await host.get('/organizations?limit=201'), 400, 'query-invalid')).toEqual({
      limit: 'mistyped',
    });
  });

  it('unknown ones are a 404, whatever the id looks like', async () => {
    for (const id of ['org_0000000000000000', 'x', '%00', '..%2f..', 'o'.repeat(5_000)]) {
      expectProblem(await host.get(`/organizations/${id}`), 404, 'organization-not-found');
      expectProblem(await host.patch(`/organizations/${id}`, { name: 'x' }), 404, 'organization-not-found');
      expectProblem(await host.delete(`/organizations/${id}`), 404, 'organization-not-found');
    }
  });

  it('are gone once deleted', async () => {
    const { body } = await host.post('/organizations', { name: 'F' });
    await host.delete(`/organizations/${body.id}`).expect(204, '');
    expectProblem(await host.get(`/organizations/${body.id}`), 404, 'organization-not-found');
  });
});

describe('an answer that was not foreseen', () => {
  it('D6: says nothing but a reference, a store that is away 503', async () => {
    const broken = await startAdmin();
    const { organizations } = broken.store.read;
    const list = organizations.list.bind(organizations);
    Object.assign(organizations, { list: () => Promise.reject(new Error('secret inside')) });
    const answer = await broken.get('/organizations');
    expectProblem(answer, 500, 'internal');
    expect(answer.body.reference).toMatch(/^[0-9a-f]{12}$/);
    expect(answer.text).not.toContain('secret inside');
    Object.assign(organizations, { list });
    await broken.store.close();
    const away = await broken.get('/organizations');
    expect(away.status).toBe(503);
    expect(away.body.reference).toMatch(/^[0-9a-f]{12}$/);
    await broken.close();
  });
});
