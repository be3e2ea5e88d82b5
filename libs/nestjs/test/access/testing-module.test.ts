import { Controller, Get, type INestApplication } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import request from 'supertest';
import { afterEach, describe, expect, test } from 'vitest';
import { AccessContext } from '../../src/access/access-context.js';
import { AccessTestingModule, TestAccess, type AccessTestingOptions } from '../../src/testing/index.js';
import { access, CurrentAccess, Public, RequirePermission, RequireRole } from './acme.js';

@Controller()
class Pages {
  @Get('admin') @RequireRole('org-admin') admin() {}
  @Get('workspaces/:id') @RequirePermission('workspace:view', { param: 'id' }) workspace() {}
  @Get('projects/:id') @RequirePermission('project:edit', { param: 'id' }) project() {}
  @Get('me') @Public() me(@CurrentAccess() me?: AccessContext) {
    return { member: me?.member };
  }
}
const platform = { type: 'workspace', id: 'platform' } as const;
const api = { type: 'project', id: 'api' } as const;

let app: INestApplication;
async function host(options?: AccessTestingOptions<typeof access>): Promise<TestAccess<typeof access>> {
  const module = await Test.createTestingModule({
    imports: [AccessTestingModule.forRoot(access, options)],
    controllers: [Pages],
  }).compile();
  app = await module.createNestApplication({ logger: false }).init();
  return app.get(TestAccess);
}
const status = async (path: string, headers: Readonly<Record<string, string>> = {}) =>
  (await request(app.getHttpServer()).get(path).set(headers)).status;
afterEach(() => app?.close());

const enter = (roles: readonly unknown[]) => () =>
  AccessTestingModule.forRoot(access, { as: { roles } as never });

describe('AccessTestingModule: the real guard, over people in memory', () => {
  test('nobody: 401', async () => {
    await host();
    expect(await status('/admin')).toBe(401);
  });

  test('as somebody', async () => {
    await host({ as: { roles: ['org-member', { role: 'workspace-admin', resource: platform }] } });
    expect(await status('/admin')).toBe(403);
    expect(await status('/workspaces/platform')).toBe(200);
    expect(await status('/workspaces/unknown')).toBe(403);
    expect(await status('/projects/api')).toBe(403);
  });

  test('with a tree of resources, and those of another organization', async () => {
    await host({
      as: { roles: [{ role: 'workspace-admin', resource: platform }] },
      resources: [
        platform,
        { ...api, parent: platform },
        { ...platform, id: 'vault', organization: 'globex' },
        { type: 'project', id: 'secret', organization: 'globex', parent: { ...platform, id: 'vault' } },
      ],
    });
    expect(await status('/projects/api')).toBe(200);
    expect(await status('/projects/secret')).toBe(403);
  });

  test('switched between requests, and for one request', async () => {
    const people = await host({ as: { roles: ['org-member'] } });
    const asAdmin = people.headers({ roles: ['org-admin'] });
    expect(await Promise.all([status('/admin', asAdmin), status('/admin')])).toEqual([200, 403]);
    people.as({ roles: ['org-admin'] });
    expect(await status('/admin')).toBe(200);
    people.as(undefined);
    expect(await status('/admin')).toBe(401);
    expect(await status('/admin', asAdmin)).toBe(200);
  });

  test('a header that nobody made is nobody', async () => {
    await host({ as: { roles: ['org-admin'] } });
    expect(await status('/admin', { 'x-idp-roles-test-as': 'admin' })).toBe(401);
  });

  test('standing and expiry count as they do in production', async () => {
    const people = await host({ now: () => 100 });
    people.as({ roles: ['org-admin'], status: 'suspended' });
    expect(await status('/admin')).toBe(403);
    people.as({ roles: ['org-admin'], session: { id: 's', beganAt: 5 }, sessionsValidFrom: 6 });
    expect(await status('/admin')).toBe(401);
    people.as({ roles: [{ role: 'org-admin', expiresAt: 100 }] });
    expect(await status('/admin')).toBe(403);
    people.as({ roles: [{ role: 'org-admin', expiresAt: 101 }] });
    expect(await status('/admin')).toBe(200);
  });

  test('people have names', async () => {
    const people = await host({ as: { member: 'alice', roles: [] } });
    expect((await request(app.getHttpServer()).get('/me')).body).toEqual({ member: 'alice' });
    const bob = people.headers({ member: 'bob', roles: [] });
    expect((await request(app.getHttpServer()).get('/me').set(bob)).body).toEqual({ member: 'bob' });
  });

  test('what the model has no place for is an error of the test', async () => {
    expect(enter(['owner'])).toThrow('testing: `owner` is no role of the access model');
    expect(enter(['workspace-admin'])).toThrow('is held on a workspace; give it such a `resource`');
    expect(enter([{ role: 'project-editor', resource: api }])).toThrow(
      'testing: project `api` stands under a workspace; list it in `resources` with that as `parent`',
    );
  });
});
