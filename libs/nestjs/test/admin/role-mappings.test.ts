import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startAdmin, type AdminHost } from './admin-host.js';
import { oidc } from './identity-provider.js';
import { expectProblem, prepare, type Prepared } from './prepared.js';

let host: AdminHost;
let at: Prepared;
let source: { connection: string };
beforeAll(async () => {
  host = await startAdmin();
  at = await prepare(host);
  source = { connection: at.connection };
});
afterAll(() => host.close());

const create = (body: object) => host.post(`${at.org}/role-mappings`, { source, ...body });
const engineering = { claim: 'groups', value: 'Engineering', role: 'org-member' };

describe('a role mapping', () => {
  it('M1: is created with its role as a slug, read, listed by source and deleted', async () => {
    const also = [{ claim: 'department', value: 'Design', split: ';' }];
    const { status, body } = await create({ ...engineering, syncMode: 'import', also, note: 'n' });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      id: expect.any(String),
      source,
      ...engineering,
      syncMode: 'import',
      also,
      note: 'n',
    });
    expect(body.warnings).toEqual([]);
    const { warnings: _, ...shown } = body;
    const path = `${at.org}/role-mappings/${body.id}`;
    expect((await host.get(path)).body).toEqual(shown);
    expect((await host.get(`${at.org}/role-mappings?connection=${at.connection}`)).body.data).toContainEqual(
      shown,
    );
    expect((await host.get(`${at.org}/role-mappings?connection=con_another`)).body).toEqual({ data: [] });
    await host.delete(path).expect(204);
    expectProblem(await host.get(path), 404, 'mapping-not-found');
    expectProblem(await host.delete(path), 404, 'mapping-not-found');
  });

  it('M9: of a claim that the connection has never sent carries a warning', async () => {
    await host.store.transaction((tx) => tx.connections.addClaimsSeen(at.acme, at.connection, ['groups'], 0));
    const { status, body } = await create({ ...engineering, claim: 'gruops' });
    expect([status, body.warnings]).toEqual([
      201,
      [{ code: 'claim-never-seen', message: expect.any(String) }],
    ]);
  });

  it('M8, M13, M5: of no sense is a 422', async () => {
    expectProblem(await create({ ...engineering, role: 'org-nothing' }), 422, 'role-missing');
    expectProblem(await create({ ...engineering, role: 'org-owner' }), 422, 'role-not-grantable');
    expect((await create({ ...engineering, role: 'workspace-admin' })).status).toBe(422);
    const resource = { type: 'workspace', id: 'platform' };
    expect((await create({ ...engineering, role: 'workspace-admin', resource })).status).toBe(422);
    const domain = { claim: 'email', value: '@globex.test', role: 'org-member' };
    expectProblem(await create(domain), 422, 'domain-unproven');
    expect((await create({ claim: 'groups', role: 'org-member' })).status).toBe(422);
    expect((await create({ ...engineering, match: 'present' })).status).toBe(422);
    expect((await create({ ...engineering, source: { connection: 'con_gone' } })).status).toBe(422);
    expect((await create({ ...engineering, source: { directory: 'dir_gone' } })).status).toBe(422);
  });

  it('of wrong shape is a 400 with every path', async () => {
    const answer = await create({
      source: 'x',
      claim: 1,
      value: ['a'],
      match: 'regex',
      id: 'map_1',
      also: {},
    });
    expect(expectProblem(answer, 400, 'body-invalid')).toEqual({
      source: 'mistyped',
      claim: 'mistyped',
      value: 'mistyped',
      match: 'mistyped',
      role: 'required',
      also: 'mistyped',
      id: 'unknown-property',
    });
  });

  it('changes what is given, and forgets what is null', async () => {
    const { body } = await create({ ...engineering, note: 'n', caseInsensitive: true });
    const path = `${at.org}/role-mappings/${body.id}`;
    const changed = await host.patch(path, { value: 'Finance', role: 'org-billing', note: null });
    expect(changed.status).toBe(200);
    expect(changed.body).toMatchObject({
      value: 'Finance',
      role: 'org-billing',
      caseInsensitive: true,
      warnings: [],
    });
    expect(changed.body).not.toHaveProperty('note');
    expect((await host.patch(path, { enabled: false })).body.enabled).toBe(false);
    expectProblem(await host.patch(path, { role: 'org-owner', enabled: true }), 422, 'role-not-grantable');
    expectProblem(await host.patch(path, { source }), 400, 'body-invalid');
    expect((await host.get(path)).body).toMatchObject({ role: 'org-billing', enabled: false });
  });

  it('D2: of another organization is a 404, and so is its connection for another organization', async () => {
    const { body } = await create(engineering);
    const path = `${at.other}/role-mappings/${body.id}`;
    expectProblem(await host.get(path), 404, 'mapping-not-found');
    expectProblem(await host.patch(path, { enabled: false }), 404, 'mapping-not-found');
    expectProblem(await host.delete(path), 404, 'mapping-not-found');
    const foreign = await host.post(`${at.other}/role-mappings`, { ...engineering, source });
    expect(foreign.status).toBe(422);
    expect((await host.get(`${at.other}/role-mappings`)).body).toEqual({ data: [] });
    const nowhere = '/organizations/org_0000000000000000/role-mappings';
    expectProblem(await host.get(nowhere), 404, 'organization-not-found');
    expectProblem(await host.post(nowhere, { ...engineering, source }), 404, 'organization-not-found');
  });
});

describe('a preview', () => {
  let own: { connection: string };
  let mapping: string;
  const preview = (body: object) => host.post(`${at.org}/role-mappings/preview`, { source: own, ...body });
  beforeAll(async () => {
    const made = await host.post(`${at.org}/connections`, { name: 'Preview', protocol: 'oidc', oidc });
    own = { connection: made.body.id };
    mapping = (await create({ ...engineering, source: own })).body.id;
  });

  it('M10: says what a sign-in would give, from which value, and why not', async () => {
    const { status, body } = await preview({ claims: { groups: ['Engineering', 'x'] } });
    expect(status).toBe(200);
    expect(body).toEqual({
      grants: [
        {
          role: 'org-member',
          basis: 'force',
          evidence: [{ mapping, claim: 'groups', value: 'Engineering', name: 'groups', via: 'name' }],
        },
      ],
      warnings: [],
      incomplete: false,
      whyNot: [],
    });
    const near = await preview({ claims: { groups: 'engineering' } });
    expect(near.body.grants).toEqual([]);
    expect(near.body.whyNot).toMatchObject([{ mapping, code: 'case-mismatch', nearly: 'engineering' }]);
  });

  it('tries a draft beside what is stored, or in its place, and stores nothing', async () => {
    const draft = { claim: 'groups', value: 'Finance', role: 'org-billing' };
    const claims = { groups: ['Engineering', 'Finance'] };
    const roles = ({ body }: { body: { grants: { role: string }[] } }) =>
      body.grants.map(({ role }) => role).toSorted();
    expect(roles(await preview({ claims, draft }))).toEqual(['org-billing', 'org-member']);
    expect(roles(await preview({ claims, draft: { ...draft, id: mapping } }))).toEqual(['org-billing']);
    expect(roles(await preview({ claims }))).toEqual(['org-member']);
    const owner = await preview({ claims, draft: { ...draft, role: 'org-owner' } });
    expect(expectProblem(owner, 422, 'role-not-grantable')).toHaveProperty('draft.role');
  });

  it('M3: takes claims of every JSON type, and names like __proto__', async () => {
    const text = `{"source":{"connection":"${own.connection}"},"claims":{"__proto__":["a"],"constructor":5,"groups":[1,true,null,{"a":1},["Engineering"]],"x":null}}`;
    const { status } = await host.post(`${at.org}/role-mappings/preview`).send(JSON.parse(text));
    expect(status).toBe(200);
    const raw = await host
      .anonymous()
      .post(`${host.base}${at.org}/role-mappings/preview`)
      .set('authorization', `Bearer a-service-key-of-the-options`)
      .set('content-type', 'application/json')
      .send(text);
    expect(raw.status).toBe(200);
    const groups = Array.from({ length: 5_000 }, (_, index) => `group ${index}`);
    expect((await preview({ claims: { groups } })).status).toBe(200);
  });

  it('of nobody’s connection or member is a 404, of wrong shape a 400', async () => {
    const foreign = host.post(`${at.other}/role-mappings/preview`, { source: own, claims: {} });
    expectProblem(await foreign, 404, 'connection-not-found');
    expectProblem(await preview({ claims: {}, member: 'mem_gone' }), 404, 'member-not-found');
    expect(expectProblem(await preview({ claims: [], draft: { role: 1 } }), 400, 'body-invalid')).toEqual({
      claims: 'mistyped',
      'draft.role': 'mistyped',
      'draft.claim': 'required',
    });
  });
});
