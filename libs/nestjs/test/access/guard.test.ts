import { Body, Controller, Get, HttpException, Post, Query, type INestApplication } from '@nestjs/common';
import request from 'supertest';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { AccessService } from '../../src/access/access-service.js';
import type { AccessProblem } from '../../src/access/denial.js';
import { type Acme, Public, RequireAny, RequirePermission, RequireRole, said, start } from './acme.js';

@Controller()
class Pages {
  @Get('admin') @RequireRole('org-admin') admin() {
    return 'admin';
  }
  @Get('invoices') @RequirePermission('invoice:view') invoices() {
    return 'invoices';
  }
  @Get('projects/:projectId') @RequirePermission('project:view', { param: 'projectId' }) view() {
    return 'project';
  }
  @Get('projects/:projectId/settings')
  @RequireRole('project-editor', { on: 'project', param: 'projectId' })
  edit() {
    return 'settings';
  }
  @Get('all-projects') @RequirePermission('project:view', { on: 'organization' }) all() {
    return 'all';
  }
  @Get('workspaces/:workspaceId/projects')
  @RequirePermission('project:view', { on: 'workspace', param: 'workspaceId' })
  projectsOfWorkspace() {
    return 'projects';
  }
  @Get('search') @RequirePermission('project:view', { query: 'projectId' }) search(@Query() query: unknown) {
    return query;
  }
  @Post('move') @RequirePermission('project:edit', { body: 'projectId' }) move(@Body() body: unknown) {
    return body;
  }
  @Get('from')
  @RequirePermission('project:view', {
    from: (context) => {
      const { headers } = context.switchToHttp().getRequest<{ headers: Record<string, string> }>();
      if (headers['x-explode'] === 'http') throw new HttpException('teapot', 418);
      if (headers['x-explode']) throw new Error('no such header');
      return Promise.resolve(headers['x-project']);
    },
  })
  from() {
    return 'from';
  }
  @Get('either/:projectId')
  @RequireAny({ role: 'org-billing' }, { permission: 'project:edit', param: 'projectId' })
  either() {
    return 'either';
  }
  @Get('both')
  @RequireRole('org-admin')
  @RequirePermission('invoice:view')
  @RequireRole('org-billing')
  both() {
    return 'both';
  }
  @Get('open') @Public() open() {
    return 'open';
  }
}

@Controller('billing')
@RequireRole('org-billing')
class Billing {
  @Get() list() {
    return 'list';
  }
  @Get('close') @RequirePermission('organization:manage') close() {
    return 'close';
  }
  @Get('free') @Public() free() {
    return 'free';
  }
}

@RequireRole('org-admin')
class BasePages {
  @Get() list() {
    return 'list';
  }
}
@Controller('derived')
@RequireRole('org-billing')
class Derived extends BasePages {
  @Get('own') own() {
    return 'own';
  }
}

let app: INestApplication;
let acme: Acme;
const get = (path: string, member?: string) => {
  const asked = request(app.getHttpServer()).get(path);
  return member === undefined ? asked : asked.set('x-member', member);
};
const status = async (path: string, member?: string) => (await get(path, member)).status;
const problem = async (path: string, member?: string) => (await get(path, member)).body as AccessProblem;

beforeAll(async () => ({ app, acme } = await start({ controllers: [Pages, Billing, Derived] })));
beforeEach(() => {
  acme.failing = {};
  said.length = 0;
});
afterAll(() => app.close());

describe('A3: what is required', () => {
  test.each([
    ['/admin', 'admin', 200],
    ['/admin', 'member', 403],
    ['/invoices', 'billing', 200],
    ['/invoices', 'member', 403],
    ['/projects/api', 'member', 200],
    ['/projects/api', 'editor', 200],
    ['/projects/api', 'wsadmin', 200],
    ['/projects/api', 'billing', 403],
    ['/projects/api/settings', 'editor', 200],
    ['/projects/api/settings', 'wsadmin', 200],
    ['/projects/api/settings', 'member', 403],
    ['/all-projects', 'member', 200],
    ['/all-projects', 'wsadmin', 403],
    ['/workspaces/platform/projects', 'wsadmin', 200],
    ['/workspaces/platform/projects', 'editor', 403],
    ['/either/api', 'billing', 200],
    ['/either/api', 'editor', 200],
    ['/either/api', 'member', 403],
    ['/either/unknown', 'billing', 200],
  ])('%s for %s: %i', async (path, member, expected) => expect(await status(path, member)).toBe(expected));
});

describe('A4: class and method are both asked, none overrides another', () => {
  test.each([
    ['/billing', 'billing', 200],
    ['/billing', 'admin', 403],
    ['/billing/close', 'billing', 403],
    ['/billing/close', 'admin', 403],
    ['/billing/free', 'billing', 200],
    ['/billing/free', 'member', 403],
    ['/both', 'admin', 403],
    ['/both', 'billing', 403],
    ['/derived', 'admin', 403],
    ['/derived', 'billing', 403],
    ['/derived/own', 'billing', 403],
  ])('%s for %s: %i', async (path, member, expected) => expect(await status(path, member)).toBe(expected));

  test('both held: let in', async () => {
    acme.join('rich', ['org-admin', 'org-billing']);
    expect(await status('/billing/close', 'rich')).toBe(200);
    expect(await status('/both', 'rich')).toBe(200);
    expect(await status('/derived', 'rich')).toBe(200);
  });

  test('a principal is asked for once a request, whatever the number of decorators', async () => {
    acme.asked = 0;
    await get('/billing/close', 'rich');
    expect(acme.asked).toBe(1);
  });
});

describe('A5: fails closed', () => {
  test('no member: 401', async () => {
    const answer = await get('/admin');
    expect(answer.status).toBe(401);
    expect(answer.body).toEqual({
      title: 'Unauthorized',
      status: 401,
      code: 'not-signed-in',
      detail: 'sign in to go on',
    });
    expect(await problem('/admin', 'stranger')).toMatchObject({ status: 401, code: 'not-signed-in' });
  });

  test('no role: 403 with a code and a decision id that explains itself', async () => {
    const body = await problem('/projects/api', 'billing');
    expect(body).toEqual({
      title: 'Forbidden',
      status: 403,
      code: 'access-denied',
      detail: 'you lack the role or permission that this needs',
      decisionId: expect.stringMatching(/^[\w-]{60,300}$/),
    });
    const explained = await app.get(AccessService).explainDecision(body.decisionId ?? '');
    expect(explained).toMatchObject({
      organization: 'acme',
      member: 'billing',
      code: 'access-denied',
      asked: [{ permission: 'project:view', resource: { type: 'project', id: 'api' } }],
      version: 7,
      changed: false,
      now: [{ allowed: false, code: 'not-included' }],
    });
  });

  test('unknown resource and resource of another organization: the same answer as a role that is lacking', async () => {
    const bodies = await Promise.all(
      ['secret', 'unknown', 'api'].map((id) => problem(`/projects/${id}`, 'billing')),
    );
    for (const body of bodies) expect({ ...body, decisionId: '' }).toEqual({ ...bodies[0], decisionId: '' });
    expect(await problem('/projects/secret', 'admin')).toMatchObject({ status: 403, code: 'access-denied' });
    expect(await problem('/projects/unknown', 'admin')).toMatchObject({ status: 403, code: 'access-denied' });
  });

  test.each([
    ['missing', '/search'],
    ['empty', '/search?projectId='],
    ['twice', '/search?projectId=api&projectId=api'],
    ['a list', '/search?projectId[]=api'],
    ['an object', '/search?projectId[id]=api'],
    ['too long', `/search?projectId=${'a'.repeat(257)}`],
    ['with NUL', '/search?projectId=a%00'],
    ['in the path with NUL', '/projects/api%00'],
  ])('a binding %s is denied', async (_, path) =>
    expect(await problem(path, 'admin')).toMatchObject({
      status: 403,
      code: 'binding-invalid',
      decisionId: expect.any(String),
    }),
  );

  test('a query under any parser', async () => {
    const extended = await start({ controllers: [Pages] }, {}, (host) => {
      (host.getHttpAdapter().getInstance() as { set(name: string, value: string): void }).set(
        'query parser',
        'extended',
      );
    });
    const ask = async (query: string) =>
      (await request(extended.app.getHttpServer()).get(`/search?${query}`).set('x-member', 'admin')).status;
    expect(await ask('projectId=api')).toBe(200);
    for (const query of [
      'projectId[]=api',
      'projectId[id]=api',
      'projectId=api&projectId=x',
      'projectId[0]=api',
      '',
    ])
      expect(await ask(query)).toBe(403);
    await extended.app.close();
  });

  test.each([
    ['missing', {}, 403],
    ['a list', { projectId: ['api'] }, 403],
    ['an object', { projectId: { id: 'api' } }, 403],
    ['a number', { projectId: 7 }, 403],
    ['null', { projectId: null }, 403],
    ['a lone surrogate', { projectId: '\ud800' }, 403],
    ['in a list', [{ projectId: 'api' }], 403],
    ['a text', { projectId: 'api' }, 201],
  ])('a body binding that is %s', async (_, body, expected) => {
    const answer = await request(app.getHttpServer()).post('/move').set('x-member', 'editor').send(body);
    expect(answer.status).toBe(expected);
    if (expected === 403) expect(answer.body).toMatchObject({ code: 'binding-invalid' });
  });

  test('a body binding without a body is denied', async () =>
    expect((await request(app.getHttpServer()).post('/move').set('x-member', 'admin')).status).toBe(403));

  test('a `from` that answers, is silent, fails, or has its own answer', async () => {
    expect((await get('/from', 'member').set('x-project', 'api')).status).toBe(200);
    expect((await get('/from', 'member').set('x-project', 'secret')).status).toBe(403);
    expect((await get('/from', 'member')).body).toMatchObject({ code: 'binding-invalid' });
    expect((await get('/from', 'member').set('x-explode', 'yes')).body).toMatchObject({
      code: 'binding-invalid',
    });
    expect((await get('/from', 'member').set('x-explode', 'http')).status).toBe(418);
  });

  test.each(['principal', 'snapshot', 'path'] as const)(
    'an unreachable store (%s): 503, the cause in the log',
    async (what) => {
      acme.failing = { [what]: new Error('connection refused') };
      const answer = await get('/projects/api', 'admin');
      expect(answer.status).toBe(503);
      expect(answer.body).toMatchObject({ status: 503, code: 'store-unavailable' });
      expect(JSON.stringify(answer.body)).not.toContain('refused');
      expect(said.join()).toContain(what);
    },
  );

  test.each([
    ['null', null],
    ['a text', 'admin'],
    ['an empty object', {}],
    ['no organization', { member: 'admin' }],
    ['a number for a member', { organization: 'acme', member: 7 }],
  ])("a host's provider that answers %s found nobody: 401", async (_, answered) => {
    const answers = vi.spyOn(acme, 'principal').mockResolvedValue(answered as never);
    expect((await get('/admin', 'admin')).body).toMatchObject({ status: 401, code: 'not-signed-in' });
    expect(await status('/open', 'admin')).toBe(200);
    answers.mockRestore();
  });

  test("a host's provider may answer for itself", async () => {
    acme.failing = { principal: new HttpException('bad token', 400) };
    expect(await status('/admin', 'admin')).toBe(400);
  });
});

describe('S8: who is not active, or comes with an old session', () => {
  test.each(['invited', 'suspended', 'deprovisioned'] as const)('%s: denied', async (standing) => {
    acme.join('away', ['org-admin'], { status: standing });
    expect(await problem('/admin', 'away')).toMatchObject({
      status: 403,
      code: 'member-not-active',
      decisionId: expect.any(String),
    });
  });

  test('a session that began before `sessionsValidFrom`: 401', async () => {
    expect((await get('/admin', 'admin').set('x-session-began', '999')).body).toMatchObject({
      status: 401,
      code: 'session-ended',
    });
    expect((await get('/admin', 'admin').set('x-session-began', '1000')).status).toBe(200);
  });
});

test('A10: a grant that has expired lets nobody in', async () => {
  acme.join('brief', [{ role: 'org-admin', expiresAt: Date.now() + 60_000 }]);
  expect(await status('/admin', 'brief')).toBe(200);
  acme.join('brief', [{ role: 'org-admin', expiresAt: Date.now() - 1 }]);
  expect(await status('/admin', 'brief')).toBe(403);
});

test('A5: a public route asks nobody, and works without a store', async () => {
  acme.failing = { principal: new Error('down') };
  expect(await status('/open')).toBe(200);
});
