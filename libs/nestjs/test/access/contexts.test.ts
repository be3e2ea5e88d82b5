import { Controller, Get, type ExecutionContext, type INestApplication } from '@nestjs/common';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { AccessGuard } from '../../src/access/access-guard.js';
import { Public, RequirePermission, RequireRole, start, type Acme } from './acme.js';

@Controller()
class Handlers {
  @Get('required') @RequireRole('org-admin') required() {}
  @Get('bound/:id') @RequirePermission('project:view', { param: 'id' }) bound() {}
  @Get('public') @Public() open() {}
  @Get('silent') silent() {}
}

let app: INestApplication;
let acme: Acme;
beforeAll(async () => ({ app, acme } = await start({ controllers: [Handlers] })));
afterAll(() => app.close());

const asAdmin = { headers: { 'x-member': 'admin' } };
const contextOf = (type: string, handler: keyof Handlers, request: object = asAdmin): ExecutionContext => {
  const host = { getRequest: () => request };
  return {
    getType: () => type,
    getClass: () => Handlers,
    getHandler: () => Handlers.prototype[handler],
    getArgs: () => [request],
    switchToHttp: () => host,
  } as unknown as ExecutionContext;
};

test.each(['external', 'cron', 'HTTP', 'something-else', ''])(
  'A5: in a context `%s`, a requirement is denied without asking, silence too; only what is public passes',
  async (type) => {
    acme.asked = 0;
    const guard = app.get(AccessGuard);
    expect(await guard.canActivate(contextOf(type, 'required'))).toBe(false);
    expect(await guard.canActivate(contextOf(type, 'silent'))).toBe(false);
    expect(await guard.canActivate(contextOf(type, 'open'))).toBe(true);
    expect(acme.asked).toBe(0);
  },
);

test('A5: over HTTP the same handler asks', async () =>
  expect(await app.get(AccessGuard).canActivate(contextOf('http', 'required'))).toBe(true));

test('A5: a request that is dispatched again is asked again', async () => {
  const guard = app.get(AccessGuard);
  const request = { ...asAdmin, params: { id: 'api' } };
  expect(await guard.canActivate(contextOf('http', 'bound', request))).toBe(true);
  request.params = { id: 'secret' };
  await expect(guard.canActivate(contextOf('http', 'bound', request))).rejects.toMatchObject({
    code: 'access-denied',
  });
});

test('A5: a binding reads own properties only', async () => {
  const request = { ...asAdmin, params: Object.create({ id: 'api' }) as object };
  await expect(app.get(AccessGuard).canActivate(contextOf('http', 'bound', request))).rejects.toMatchObject({
    code: 'binding-invalid',
  });
});
