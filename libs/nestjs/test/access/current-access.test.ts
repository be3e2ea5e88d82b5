import { Controller, Get, Param, ValidationPipe, type INestApplication } from '@nestjs/common';
import request from 'supertest';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { AccessContext } from '../../src/access/access-context.js';
import { access, type Acme, CurrentAccess, Public, RequireRole, start } from './acme.js';

type Access = typeof access;

@Controller()
class Pages {
  @Get('me') @RequireRole('org-member') me(@CurrentAccess() me: AccessContext<Access>) {
    return { injected: me instanceof AccessContext, ...me };
  }
  @Get('open') @Public() open(@CurrentAccess() me: AccessContext<Access> | undefined) {
    return { member: me?.member ?? 'nobody' };
  }
  @Get('can/:project') @Public() async can(
    @CurrentAccess() me: AccessContext<Access>,
    @Param('project') id: string,
  ) {
    return [await me.can('organization:manage'), await me.can('project:edit', { type: 'project', id })];
  }
  @Get('unguarded') unguarded(@CurrentAccess() me: AccessContext<Access>) {
    return me;
  }
}

let app: INestApplication;
let acme: Acme;
const get = (path: string, member: string) => request(app.getHttpServer()).get(path).set('x-member', member);

beforeAll(async () => {
  ({ app, acme } = await start(
    { controllers: [Pages] },
    {},
    (host) =>
      void host.useGlobalPipes(
        new ValidationPipe({ whitelist: true, forbidNonWhitelisted: true, transform: true }),
      ),
  ));
});
beforeEach(() => {
  acme.failing = {};
  acme.asked = 0;
});
afterAll(() => app.close());

describe('A8: `@CurrentAccess`', () => {
  test('says who asks and what they hold, without what has expired', async () => {
    const platform = { type: 'workspace', id: 'platform' };
    acme.join('alice', [
      { role: 'org-member', source: 'sso:okta', basis: 'force' },
      { role: 'workspace-admin', resource: platform },
      { role: 'org-billing', expiresAt: 1 },
    ]);
    const answer = await get('/me', 'alice').set('x-session-began', '5000');
    expect(answer.body).toEqual({
      injected: true,
      organization: 'acme',
      member: 'alice',
      session: { id: 'hashed', beganAt: 5000 },
      roles: [
        { id: 'alice-0', role: 'org-member', source: 'sso:okta', basis: 'force' },
        { id: 'alice-1', role: 'workspace-admin', resource: platform, source: 'api', basis: 'api' },
      ],
    });
    expect(acme.asked).toBe(1);
  });

  test('on a public route: whoever it is, or nobody', async () => {
    expect((await get('/open', 'member')).body).toEqual({ member: 'member' });
    expect((await request(app.getHttpServer()).get('/open')).body).toEqual({ member: 'nobody' });
    expect((await get('/open', 'stranger')).body).toEqual({ member: 'nobody' });
    expect((await get('/open', 'member').set('x-session-began', '1')).body).toEqual({ member: 'nobody' });
    acme.join('away', ['org-member'], { status: 'suspended' });
    expect((await get('/open', 'away')).body).toEqual({ member: 'nobody' });
  });

  test('on a public route that asks who it is: 503 without a store', async () => {
    acme.failing = { snapshot: new Error('down') };
    expect((await get('/open', 'member')).status).toBe(503);
  });

  test('unpacks what is held where somebody reads it, once', () => {
    acme.join('alice', ['org-member']);
    let unpacked = 0;
    const snapshot = Object.defineProperty({ ...acme.members.get('alice') }, 'grants', {
      get: () => ((unpacked += 1), acme.members.get('alice')?.grants),
    });
    const context = new AccessContext(
      { organization: 'acme', member: 'alice' },
      snapshot as never,
      {} as never,
      0,
    );
    expect(unpacked).toBe(0);
    expect(context.roles).toBe(context.roles);
    expect([unpacked, context.roles.length]).toEqual([1, 1]);
  });

  test('`can` asks the tree', async () => {
    expect((await get('/can/api', 'editor')).body).toEqual([false, true]);
    expect((await get('/can/secret', 'admin')).body).toEqual([true, false]);
  });

  test('without a guard: an error, never an empty answer', async () =>
    expect((await get('/unguarded', 'admin')).status).toBe(500));
});
