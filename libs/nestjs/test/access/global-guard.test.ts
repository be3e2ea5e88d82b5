import { Controller, Get, Module, type INestApplication } from '@nestjs/common';
import request from 'supertest';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Public, RequireRole, start } from './acme.js';

@Controller('health')
class Health {
  @Get() up() {
    return 'up';
  }
}
@Controller('guarded')
class Guarded {
  @Get() @RequireRole('org-admin') page() {
    return 'page';
  }
  @Get('open') @Public() open() {
    return 'open';
  }
  @Get('silent') silent() {
    return 'silent';
  }
}
class Base {
  @Get('page') @RequireRole('org-admin') page() {
    return 'base';
  }
}
@Controller('override')
class Override extends Base {
  @Get('page') override page() {
    return 'override';
  }
}
/** A module of its own, that does not import the access module. */
@Module({ controllers: [Guarded, Override] })
class Elsewhere {}

let app: INestApplication;
const status = async (path: string, member = 'admin') =>
  (await request(app.getHttpServer()).get(path).set('x-member', member)).status;

beforeAll(async () => {
  ({ app } = await start(
    { imports: [Elsewhere], controllers: [Health] },
    { guard: 'global', publicControllers: [Health] },
  ));
});
afterAll(() => app.close());

describe('A5: with the guard global', () => {
  test('a route that declares nothing is denied, to admins too', async () => {
    const answer = await request(app.getHttpServer()).get('/guarded/silent').set('x-member', 'admin');
    expect(answer.status).toBe(403);
    expect(answer.body).toEqual({
      title: 'Forbidden',
      status: 403,
      code: 'route-undeclared',
      detail: 'this route declares neither what it requires nor that it is public',
    });
  });
  test('a public one, and a public controller, are open', async () => {
    expect(await status('/guarded/open', 'stranger')).toBe(200);
    expect(await status('/health', 'stranger')).toBe(200);
  });
  test('a required one asks', async () => {
    expect(await status('/guarded')).toBe(200);
    expect(await status('/guarded', 'member')).toBe(403);
  });
  test('A4: an override keeps the requirement of what it overrides', async () => {
    expect(await status('/override/page')).toBe(200);
    expect(await status('/override/page', 'member')).toBe(403);
  });
});
