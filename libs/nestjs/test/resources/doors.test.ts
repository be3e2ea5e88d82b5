import { defineAccess } from '@idp-roles/access';
import type { INestApplication } from '@nestjs/common';
import request from 'supertest';
import { describe, expect, it } from 'vitest';
import { AccessService, ResourceService, RoleMappingService } from '../../src/index.js';
import { anActiveMember, treeApp } from './tree-app.js';

const access = defineAccess({
  resources: { workspace: { parent: 'organization' }, project: { parent: 'workspace' } },
  roles: {
    'org-admin': { permissions: ['organization:manage', 'project:edit', 'project:view'] },
    'org-member': { permissions: ['project:view'] },
    'org-guest': { permissions: ['organization:visit'] },
    'workspace-admin': { on: 'workspace', permissions: ['project:edit', 'project:view'] },
    'project-editor': { on: 'project', permissions: ['project:edit', 'project:view'] },
  },
});
const START = Date.UTC(2026, 0, 1);
const oidc = { issuer: 'https://idp.acme.test', clientId: 'x', clientSecret: 'y'.repeat(32) };
const api = { type: 'project', id: 'api' } as const;
const platform = { type: 'workspace', id: 'platform' } as const;

async function acme() {
  const clock = { now: START };
  const app = await treeApp({ access, clock: () => clock.now, allowResourceMappings: true });
  const agent = request(app.getHttpServer());
  const send = async (
    verb: 'get' | 'post' | 'patch' | 'delete',
    path: string,
    body?: object,
    status = verb === 'post' ? 201 : 200,
  ) => {
    const answer = await agent[verb](`/idp-roles/v1${path}`)
      .set('authorization', 'Bearer a-service-key-of-these-tests')
      .send(body);
    expect([path, answer.status, answer.body]).toEqual([path, status, answer.body]);
    return answer.body as {
      id: string;
      token: string;
      allowed: boolean;
      data: { role: string; resource?: object }[];
    };
  };
  const { id: organization } = await send('post', '/organizations', { name: 'Acme', domains: ['acme.test'] });
  const org = `/organizations/${organization}`;
  for (const [type, id, parent] of [
    ['workspace', 'platform'],
    ['workspace', 'design'],
    ['project', 'api', platform],
  ] as const)
    await app.get(ResourceService).upsert(organization, { type, id, ...(parent && { parent }) });
  const connection = (
    await send('post', `${org}/connections`, { name: 'IdP', protocol: 'oidc', jit: true, oidc })
  ).id;
  const directory = (await send('post', `${org}/directories`, { name: 'Directory' })).id;
  const token = (await send('post', `${org}/directories/${directory}/tokens`, {})).token;
  const scim = async (path: string, body: object) => {
    const answer = await agent
      .post(`/scim/v2/${directory}${path}`)
      .set({ authorization: `Bearer ${token}`, 'content-type': 'application/scim+json' })
      .send(JSON.stringify(body));
    expect([path, answer.status]).toEqual([path, 201]);
    return answer.body as { id: string };
  };
  const map = (source: object, value: string, more: object) =>
    send('post', `${org}/role-mappings`, { source, claim: 'groups', value, ...more });
  const rolesOf = async (member: string) =>
    (await send('get', `${org}/members/${member}/role-assignments`)).data.map(({ role, resource }) =>
      resource ? `${role} on ${(resource as { id: string }).id}` : role,
    );
  return { app, clock, send, organization, org, connection, directory, scim, map, rolesOf };
}

type Acme = Awaited<ReturnType<typeof acme>>;

/** The ways by which groups arrive; each answers the member. */
const doors: Record<string, (at: Acme, name: string, groups: readonly string[]) => Promise<string>> = {
  async 'a sign-in'({ app, connection }, name, groups) {
    const claims = { groups: [...groups], email: `${name}@acme.test` };
    const outcome = await app.get(RoleMappingService).signIn({ connection, subject: name, claims });
    if (outcome.outcome !== 'signed-in') throw new Error(`${name} was refused: ${outcome.code}`);
    return outcome.member.id;
  },
  async 'a directory'({ send, org, scim }, name, groups) {
    const schemas = ['urn:ietf:params:scim:schemas:core:2.0:User'];
    const emails = [{ value: `${name}@acme.test`, primary: true }];
    const user = await scim('/Users', { schemas, userName: `${name}@acme.test`, emails, active: true });
    for (const displayName of groups) {
      const group = ['urn:ietf:params:scim:schemas:core:2.0:Group'];
      await scim('/Groups', { schemas: group, displayName, members: [{ value: user.id }] });
    }
    const { data } = (await send('get', `${org}/members?email=${name}@acme.test`)) as unknown as {
      data: { id: string }[];
    };
    return data[0]!.id;
  },
};
const sourceOf = (door: string, { connection, directory }: Acme) =>
  door === 'a directory' ? { directory } : { connection };

async function may(
  app: INestApplication,
  organization: string,
  member: string,
  permission: string,
  resource?: object,
) {
  const question = { permission, ...(resource && { resource }) } as never;
  return (await app.get(AccessService).check({ organization, member }, question)).allowed;
}

describe.each(Object.entries(doors))('through %s', (name, door) => {
  it("M12: `roleSelection: 'highest'` gives the first of the organization roles, tenant roles below; all others still count", async () => {
    const at = await acme();
    const { send, org, map, rolesOf } = at;
    const custom = { slug: 'custom-visitor', name: 'Visitor', permissions: ['organization:visit'] };
    await send('post', `${org}/roles`, custom);
    await send('patch', org, { roleSelection: 'highest' });
    const source = sourceOf(name, at);
    await map(source, 'a', { role: 'org-guest' });
    await map(source, 'b', { role: 'org-member' });
    await map(source, 'c', { role: 'custom-visitor' });
    await map(source, 'd', { role: 'workspace-admin', resource: platform });
    const ann = await door(at, 'ann', ['c', 'a', 'b', 'd']);
    expect((await rolesOf(ann)).toSorted()).toEqual(['org-member', 'workspace-admin on platform']);
    if (name === 'a directory') return;
    const bob = await door(at, 'bob', ['c']);
    expect(await rolesOf(bob)).toEqual(['custom-visitor']);
    await send('patch', org, { roleSelection: 'all' });
    await door(at, 'ann', ['c', 'a', 'b']);
    expect((await rolesOf(ann)).toSorted()).toEqual(['custom-visitor', 'org-guest', 'org-member']);
  });

  it('M13, M6: captures name the resource; one that is not there gives nothing', async () => {
    const at = await acme();
    const { app, organization, map, rolesOf } = at;
    const resource = { type: 'workspace', id: '$1' };
    await map(sourceOf(name, at), 'ws-*-admin', { match: 'glob', role: 'workspace-admin', resource });
    const ann = await door(at, 'ann', ['ws-platform-admin', 'ws-vault-admin']);
    expect(await rolesOf(ann)).toEqual(['workspace-admin on platform']);
    expect(await may(app, organization, ann, 'project:edit', api)).toBe(true);
    const { data } = await app
      .get(AccessService)
      .listMembers(organization, api, { permission: 'project:edit' });
    expect(data).toMatchObject([{ member: ann, via: [{ role: 'workspace-admin', inherited: true }] }]);
  });

  it('A9: tenant roles are given like any other; edited, they count as they are now; deleted, not at all', async () => {
    const at = await acme();
    const { app, send, org, organization, map, rolesOf } = at;
    const custom = { slug: 'custom-fixer', name: 'Fixer', on: 'workspace', permissions: ['project:view'] };
    await send('post', `${org}/roles`, custom);
    await map(sourceOf(name, at), 'Fixers', { role: 'custom-fixer', resource: platform });
    const ann = await door(at, 'ann', ['Fixers']);
    const edits = () => may(app, organization, ann, 'project:edit', api);
    const listed = async () => {
      const asked = { type: 'project', permission: 'project:edit' };
      return (await app.get(AccessService).listResources({ organization, member: ann }, asked)).data.length;
    };
    expect([await rolesOf(ann), await edits(), await listed()]).toEqual([
      ['custom-fixer on platform'],
      false,
      0,
    ]);
    await send('patch', `${org}/roles/custom-fixer`, { permissions: ['project:edit'] });
    expect([await edits(), await listed()]).toEqual([true, 1]);
    expect(await may(app, organization, ann, 'project:view', api)).toBe(false);
    await send('patch', `${org}/roles/custom-fixer`, { permissions: ['project:view'] });
    expect([await edits(), await listed()]).toEqual([false, 0]);
    await send('patch', `${org}/roles/custom-fixer`, { permissions: ['project:edit'] });
    expect(await edits()).toBe(true);
    await send('delete', `${org}/roles/custom-fixer`, undefined, 204);
    expect([await edits(), await listed(), await rolesOf(ann)]).toEqual([false, 0, []]);
    await send('post', `${org}/roles`, { ...custom, permissions: ['project:edit'] });
    expect([await edits(), await listed()]).toEqual([false, 0]);
  });
});

it('A10: an assignment that ends gives nothing from that instant on, to checks, lists and filters, whatever memory holds', async () => {
  const { app, clock, send, org, organization } = await acme();
  const member = await anActiveMember(app, organization);
  const expiresAt = new Date(START + 60_000).toISOString();
  await send('post', `${org}/members/${member}/role-assignments`, {
    role: 'workspace-admin',
    resource: platform,
    expiresAt,
  });
  const service = app.get(AccessService);
  const subject = { organization, member };
  const asked = { type: 'project', permission: 'project:edit' } as const;
  const state = async () => [
    await may(app, organization, member, 'project:edit', api),
    (await send('post', `${org}/members/${member}/check`, { permission: 'project:edit', resource: api }, 200))
      .allowed,
    (await service.listResources(subject, asked)).data.length,
    (await service.listMembers(organization, api, { permission: 'project:edit' })).data.length,
    (await service.resourceFilter(subject, asked)).granted.length,
  ];
  clock.now = START + 59_999;
  expect(await state()).toEqual([true, true, 1, 1, 1]);
  clock.now = START + 60_000;
  expect(await state()).toEqual([false, false, 0, 0, 0]);
  expect(await service.explain(subject, { permission: 'project:edit', resource: api })).toMatchObject({
    code: 'grant-expired',
    nearest: { code: 'grant-expired', role: 'workspace-admin', expiredAt: START + 60_000 },
  });
});
