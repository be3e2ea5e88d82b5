import { newId, type Directory, type DirectoryUser } from '@idp-roles/store';
import { provisionUser, workOnJobs } from '@idp-roles/use-cases';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PUBLIC_URL, sha256, startAdmin, type AdminHost } from './admin-host.js';
import { oidc } from './identity-provider.js';
import { expectProblem, prepare, type Prepared } from './prepared.js';

let host: AdminHost;
let at: Prepared;
let directories: string;
beforeAll(async () => {
  host = await startAdmin();
  at = await prepare(host);
  directories = `${at.org}/directories`;
});
afterAll(() => host.close());

async function made(settings: object = {}): Promise<string> {
  const { status, body } = await host.post(directories, { name: 'Acme Okta', ...settings });
  expect([status, body]).toEqual([201, expect.objectContaining({ id: expect.any(String) })]);
  return body.id as string;
}

describe('a directory', () => {
  it('is made active, and says where its IdP finds it', async () => {
    const { status, body } = await host.post(directories, { name: 'Acme Okta' });
    expect(status).toBe(201);
    expect(body).toEqual({
      id: expect.stringMatching(/^dir_/),
      name: 'Acme Okta',
      state: 'active',
      baseUrl: `${PUBLIC_URL}/scim/v2/${body.id}`,
      createdAt: expect.stringMatching(/^20.*Z$/),
      updatedAt: expect.stringMatching(/^20.*Z$/),
    });
    expect((await host.get(`${directories}/${body.id}`)).body).toEqual(body);
  });

  it('takes every setting, and shows it as it was given', async () => {
    const settings = {
      name: 'Acme Entra',
      defaultRole: 'org-member',
      pairedConnections: [at.connection],
      link: { claim: 'oid', attribute: 'externalId' },
      state: 'staging',
    };
    const id = await made(settings);
    const { body } = await host.get(`${directories}/${id}`);
    expect(body).toMatchObject(settings);
    const changes = { name: 'Acme', defaultRole: null, pairedConnections: null, link: null, state: 'active' };
    const changed = await host.patch(`${directories}/${id}`, changes);
    expect(changed.status).toBe(200);
    const { defaultRole, pairedConnections, link, ...rest } = changed.body;
    expect([defaultRole, pairedConnections, link]).toEqual([undefined, undefined, undefined]);
    expect(rest).toMatchObject({ id, name: 'Acme', state: 'active' });
  });

  it('is listed in pages', async () => {
    await made();
    const first = await host.get(`${directories}?limit=1`);
    expect(first.body.data).toHaveLength(1);
    const rest = await host.get(`${directories}?after=${first.body.after}`);
    expect(rest.body.data.map(({ id }: { id: string }) => id)).not.toContain(first.body.data[0].id);
    expect((await host.get(`${at.other}/directories`)).body).toEqual({ data: [] });
  });

  it('with what makes no sense is refused, all of it at once', async () => {
    expect(
      expectProblem(
        await host.post(directories, { state: 'off', link: { claim: 'x' }, x: 1 }),
        400,
        'body-invalid',
      ),
    ).toEqual({
      name: 'required',
      state: 'mistyped',
      'link.attribute': 'required',
      x: 'unknown-property',
    });
    const foreign = await host.post(`${at.other}/connections`, { name: 'G', protocol: 'oidc', oidc });
    const senseless = { name: 'A', defaultRole: 'org-owner', pairedConnections: [foreign.body.id] };
    const refused = await host.post(directories, senseless);
    expect(Object.keys(expectProblem(refused, 422, refused.body.code)).toSorted()).toEqual([
      'defaultRole',
      'pairedConnections.0',
    ]);
    expectProblem(await host.post(directories, { name: 'A', defaultRole: 'nobody' }), 422, 'role-missing');
  });

  it('of another organization is as one that does not exist', async () => {
    const id = await made();
    for (const path of [`${at.other}/directories/${id}`, `${directories}/dir_x`]) {
      expectProblem(await host.get(path), 404, 'directory-not-found');
      expectProblem(await host.patch(path, { name: 'x' }), 404, 'directory-not-found');
      expectProblem(await host.delete(path), 404, 'directory-not-found');
      expectProblem(await host.post(`${path}/impact`), 404, 'directory-not-found');
      expectProblem(await host.post(`${path}/resync`), 404, 'directory-not-found');
      expectProblem(await host.get(`${path}/tokens`), 404, 'directory-not-found');
      expectProblem(await host.post(`${path}/tokens`), 404, 'directory-not-found');
    }
    expectProblem(await host.get('/organizations/org_x/directories'), 404, 'organization-not-found');
    expectProblem(await host.get('/organizations/org_x/jobs'), 404, 'organization-not-found');
  });

  it('is deleted with its tokens and mappings', async () => {
    const id = await made();
    await host.post(`${directories}/${id}/tokens`);
    const source = { directory: id };
    const mapping = await host.post(`${at.org}/role-mappings`, {
      source,
      claim: 'groups',
      value: 'A',
      role: 'org-member',
    });
    expect((await host.delete(`${directories}/${id}`)).status).toBe(204);
    expectProblem(await host.get(`${directories}/${id}`), 404, 'directory-not-found');
    expect((await host.get(`${at.org}/role-mappings/${mapping.body.id}`)).status).toBe(404);
  });

  it('L4: that is active turns `jit` of its connections off, unless somebody said otherwise', async () => {
    const connections = `${at.other}/connections`;
    const { body } = await host.post(connections, { name: 'G', protocol: 'oidc', oidc });
    const jit = async () => (await host.get(`${connections}/${body.id}`)).body.jit as boolean;
    expect([body.jit, await jit()]).toEqual([true, true]);
    const staging = await host.post(`${at.other}/directories`, { name: 'G', state: 'staging' });
    expect(await jit()).toBe(true);
    await host.patch(`${at.other}/directories/${staging.body.id}`, { state: 'active' });
    expect(await jit()).toBe(false);
    expect((await host.get(connections)).body.data.map((one: { jit: boolean }) => one.jit)).not.toContain(
      true,
    );
    expect((await host.patch(`${connections}/${body.id}`, { jit: true })).body.jit).toBe(true);
    expect((await host.patch(`${connections}/${body.id}`, { jit: null })).body.jit).toBe(false);
    await host.delete(`${at.other}/directories/${staging.body.id}`);
    expect(await jit()).toBe(true);
  });
});

describe('a token', () => {
  it('D5: is shown once, and kept as a hash', async () => {
    const id = await made();
    const issued = await host.post(`${directories}/${id}/tokens`);
    expect(issued.status).toBe(201);
    expect(issued.body).toEqual({
      id: expect.any(String),
      token: expect.stringMatching(/^scim_[\w-]{50,}$/),
    });
    const listed = await host.get(`${directories}/${id}/tokens`);
    expect(listed.body).toEqual({ data: [{ id: issued.body.id, createdAt: expect.any(String) }] });
    const [stored] = await host.store.read.directories.tokens(at.acme, id);
    expect(stored!.hash).toBe(sha256(issued.body.token));
    expect(JSON.stringify([listed.body, stored])).not.toContain(issued.body.token);
  });

  it('may overlap with one other, and may end by itself', async () => {
    const id = await made();
    const tokens = `${directories}/${id}/tokens`;
    const expiresAt = new Date(host.context.clock() + 3_600_000).toISOString();
    await host.post(tokens);
    const second = await host.post(tokens, { expiresAt });
    expect((await host.get(tokens)).body.data).toContainEqual(expect.objectContaining({ expiresAt }));
    expectProblem(await host.post(tokens), 409, 'too-many-tokens');
    expect((await host.delete(`${tokens}/${second.body.id}`)).status).toBe(204);
    expectProblem(await host.delete(`${tokens}/${second.body.id}`), 404, 'directory-token-not-found');
    expect((await host.post(tokens)).status).toBe(201);
    expectProblem(await host.post(tokens, { expiresAt: 'soon' }), 400, 'body-invalid');
  });

  it('of another directory is not deleted in the name of this one', async () => {
    const [one, two] = [await made(), await made()];
    const { body } = await host.post(`${directories}/${one}/tokens`);
    expectProblem(
      await host.delete(`${directories}/${two}/tokens/${body.id}`),
      404,
      'directory-token-not-found',
    );
  });
});

describe('activating', () => {
  it('says what it would do, and does it in a job', async () => {
    const id = await made({ state: 'staging' });
    await host.post(`${at.org}/role-mappings`, {
      source: { directory: id },
      claim: 'title',
      value: 'Clerk',
      role: 'org-billing',
    });
    const [one] = await Promise.all(
      ['a', 'b'].map((name) => provisioned(id, `${name}@clerks.test`, 'Clerk')),
    );
    await provisioned(id, 'c@clerks.test', 'Boss');
    const impact = await host.post(`${directories}/${id}/impact`);
    expect(impact.status).toBe(200);
    expect(impact.body).toMatchObject({ losses: [], lastHolders: [], users: 3 });
    expect(impact.body.gains).toHaveLength(2);
    expect(impact.body.gains).toContainEqual(
      expect.objectContaining({ member: one!.member, role: 'org-billing' }),
    );
    expect(await rolesOf(one!.member)).toEqual([]);

    await host.patch(`${directories}/${id}`, { state: 'active' });
    const { body } = await host.get(`${at.org}/jobs?directory=${id}`);
    expect(body.data).toEqual([
      {
        id: expect.stringMatching(/^job_/),
        kind: 'resync',
        directory: id,
        state: 'waiting',
        cause: expect.any(Object),
        done: 0,
        total: 0,
        createdAt: expect.any(String),
        updatedAt: expect.any(String),
      },
    ]);
    while ((await workOnJobs(host.context)) === 'worked');
    expect(await rolesOf(one!.member)).toEqual([`org-billing from directory:${id}`]);
    const job = await host.get(`${at.org}/jobs/${body.data[0].id}`);
    expect(job.body).toMatchObject({ state: 'done', done: 3, total: 3 });

    await host.patch(`${directories}/${id}`, { state: 'staging' });
    expect(await rolesOf(one!.member)).toEqual([]);
  });
});

describe('a job', () => {
  it('is asked for, seen by its own organization alone, and cancelled', async () => {
    const id = await made();
    const asked = await host.post(`${directories}/${id}/resync`);
    expect([asked.status, asked.body]).toEqual([
      202,
      expect.objectContaining({ kind: 'resync', directory: id, state: 'waiting' }),
    ]);
    const job = `/jobs/${asked.body.id}`;
    expectProblem(await host.get(at.other + job), 404, 'job-not-found');
    expectProblem(await host.delete(at.other + job), 404, 'job-not-found');
    expect((await host.delete(at.org + job)).status).toBe(204);
    expect((await host.get(at.org + job)).body.state).toBe('cancelled');
    expect((await host.delete(at.org + job)).status).toBe(204);
  });
});

async function provisioned(
  directory: Directory['id'],
  userName: string,
  title: string,
): Promise<DirectoryUser> {
  const attributes = { userName, active: true, title, externalId: newId('usr', at.acme) };
  const { user } = await provisionUser(host.context, { organization: at.acme, directory, attributes });
  return user;
}

async function rolesOf(member: string): Promise<string[]> {
  const { body } = await host.get(`${at.org}/members/${member}`);
  return (body.roles as { role: string; source: string }[]).map(
    ({ role, source }) => `${role} from ${source}`,
  );
}
