import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startAdmin, type AdminHost } from './admin-host.js';
import { expectProblem, prepare, type Prepared } from './prepared.js';

let host: AdminHost;
let at: Prepared;
beforeAll(async () => {
  host = await startAdmin();
  at = await prepare(host);
});
afterAll(() => host.close());

const create = (body: object) => host.post(`${at.org}/roles`, body);
const auditor = { slug: 'custom-auditor', name: 'Auditor', permissions: ['invoice:view'] };

describe('roles', () => {
  it('are the model’s in their order, then the organization’s own', async () => {
    await create(auditor).expect(201);
    const { data } = (await host.get(`${at.org}/roles`)).body;
    expect(data.map(({ slug }: { slug: string }) => slug)).toEqual([
      'org-admin',
      'org-owner',
      'org-member',
      'org-billing',
      'workspace-admin',
      'project-editor',
      'custom-auditor',
    ]);
    expect(data[0]).toEqual({
      slug: 'org-admin',
      name: 'org-admin',
      on: 'organization',
      permissions: ['organization:manage', 'workspace:view'],
      idpGrantable: true,
      keepLastHolder: true,
      origin: 'model',
    });
    expect((await host.get(`${at.other}/roles`)).body.data).toHaveLength(6);
  });

  it('A9: of the organization are made, changed, assigned and deleted with what they gave', async () => {
    const { status, body } = await create({ ...auditor, slug: 'custom-a', on: 'workspace' });
    expect([status, body]).toEqual([
      201,
      {
        ...auditor,
        slug: 'custom-a',
        on: 'workspace',
        idpGrantable: true,
        keepLastHolder: false,
        origin: 'tenant',
      },
    ]);
    const path = `${at.org}/roles/custom-a`;
    const changed = await host.patch(path, { permissions: ['workspace:view'], idpGrantable: false });
    expect(changed.body).toMatchObject({
      name: 'Auditor',
      permissions: ['workspace:view'],
      idpGrantable: false,
    });
    expect((await host.get(path)).body).toEqual(changed.body);
    const assignments = `${at.org}/members/${at.alice}/role-assignments`;
    const resource = { type: 'workspace', id: 'platform' };
    await host.post(assignments, { role: 'custom-a', resource }).expect(201);
    await host.delete(path).expect(204);
    expect((await host.get(assignments)).body).toEqual({ data: [] });
    expectProblem(await host.get(path), 404, 'role-not-found');
  });

  it('A9: of the model are not changed here', async () => {
    expectProblem(await host.patch(`${at.org}/roles/org-member`, { name: 'x' }), 422, 'invalid');
    expectProblem(await host.delete(`${at.org}/roles/org-member`), 422, 'invalid');
  });

  it('have one slug each', async () => {
    await create({ ...auditor, slug: 'custom-once' }).expect(201);
    expectProblem(await create({ ...auditor, slug: 'custom-once' }), 409, 'slug-taken');
  });

  it('of wrong shape are a 400, of no sense a 422', async () => {
    const answer = await create({ slug: 'custom-x', permissions: 'all', on: 7 });
    expect(expectProblem(answer, 400, 'body-invalid')).toEqual({
      name: 'required',
      permissions: 'mistyped',
      on: 'mistyped',
    });
    const none = await create({ slug: 'auditor', name: 'x', on: 'planet', permissions: ['moon:walk'] });
    expect(Object.keys(expectProblem(none, 422, 'invalid'))).toEqual(expect.arrayContaining(['slug', 'on']));
  });

  it('D2: of another organization are a 404', async () => {
    await create({ ...auditor, slug: 'custom-mine' }).expect(201);
    const path = `${at.other}/roles/custom-mine`;
    expectProblem(await host.get(path), 404, 'role-not-found');
    expectProblem(await host.patch(path, { name: 'x' }), 404, 'role-not-found');
    expectProblem(await host.delete(path), 404, 'role-not-found');
    expectProblem(await host.get('/organizations/org_0000000000000000/roles'), 404, 'organization-not-found');
    expectProblem(
      await host.post('/organizations/org_0000000000000000/roles', auditor),
      404,
      'organization-not-found',
    );
  });
});
