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

const resource = (path: string) => `${at.org}/resources/${path}`;

describe('a resource', () => {
  it('is registered, renamed, read and listed by type', async () => {
    const made = await host.put(resource('workspace/design'), { name: 'Design' });
    expect(made.status).toBe(201);
    expect(made.body).toEqual({
      type: 'workspace',
      id: 'design',
      name: 'Design',
      createdAt: expect.any(String),
    });
    const renamed = await host.put(resource('workspace/design'), { name: 'Design team' });
    expect([renamed.status, renamed.body]).toEqual([200, { ...made.body, name: 'Design team' }]);
    expect((await host.get(resource('workspace/design'))).body).toEqual(renamed.body);
    const { data } = (await host.get(`${at.org}/resources?type=workspace`)).body;
    expect(data.map(({ id }: { id: string }) => id).toSorted()).toEqual(['design', 'platform']);
  });

  it('has an id that the host chose, whatever is in it', async () => {
    const id = 'a/b c?d#ü%';
    const made = await host.put(resource(`workspace/${encodeURIComponent(id)}`));
    expect([made.status, made.body.id]).toEqual([201, id]);
    expect((await host.get(resource(`workspace/${encodeURIComponent(id)}`))).body.id).toBe(id);
  });

  it('stands below its parent', async () => {
    const parent = { type: 'workspace', id: 'platform' };
    const { status, body } = await host.put(resource('project/web'), { parent });
    expect([status, body.parent]).toEqual([201, parent]);
    expectProblem(await host.put(resource('project/lost')), 422, 'invalid');
    const gone = { type: 'workspace', id: 'gone' };
    expectProblem(await host.put(resource('project/lost'), { parent: gone }), 422, 'resource-missing');
    expectProblem(await host.put(resource('planet/mars')), 422, 'invalid');
  });

  it('of wrong shape is a 400', async () => {
    const answer = await host.put(resource('project/web'), { parent: 'platform', nmae: 'x' });
    expect(expectProblem(answer, 400, 'body-invalid')).toEqual({
      parent: 'mistyped',
      nmae: 'unknown-property',
    });
  });

  it('is removed when nothing stands below it, or with all that does', async () => {
    await host.put(resource('workspace/w')).expect(201);
    await host.put(resource('project/p'), { parent: { type: 'workspace', id: 'w' } }).expect(201);
    const refused = await host.delete(resource('workspace/w'));
    expectProblem(refused, 409, 'resource-has-children');
    expect(refused.body.subjects).toEqual(['p']);
    await host.delete(resource('project/p')).expect(204);
    await host.delete(resource('workspace/w')).expect(204);
    expectProblem(await host.get(resource('workspace/w')), 404, 'resource-not-found');
    expectProblem(await host.delete(resource('workspace/w')), 404, 'resource-not-found');
  });

  it('goes with all below on request, and only by a clear yes', async () => {
    const parent = { type: 'workspace', id: 'deep' };
    await host.put(resource('workspace/deep')).expect(201);
    for (const id of ['p1', 'p2']) await host.put(resource(`project/${id}`), { parent }).expect(201);
    for (const refused of ['', '?cascade=false'])
      expectProblem(await host.delete(resource(`workspace/deep${refused}`)), 409, 'resource-has-children');
    for (const wrong of ['?cascade=', '?cascade=1', '?cascade=true&cascade=true', '?casade=true'])
      expectProblem(await host.delete(resource(`workspace/deep${wrong}`)), 400, 'query-invalid');
    await host.delete(resource('workspace/deep?cascade=true')).expect(204);
    for (const gone of ['workspace/deep', 'project/p1', 'project/p2'])
      expectProblem(await host.get(resource(gone)), 404, 'resource-not-found');
  });

  it('D2: of another organization is a 404', async () => {
    const foreign = `${at.other}/resources/workspace/platform`;
    expectProblem(await host.get(foreign), 404, 'resource-not-found');
    expectProblem(await host.delete(foreign), 404, 'resource-not-found');
    expect((await host.get(`${at.other}/resources`)).body).toEqual({ data: [] });
    const nowhere = '/organizations/org_0000000000000000/resources';
    expectProblem(await host.get(nowhere), 404, 'organization-not-found');
    expectProblem(await host.put(`${nowhere}/workspace/x`), 404, 'organization-not-found');
  });
});
