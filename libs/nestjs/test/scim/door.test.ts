import { request as httpRequest } from 'node:http';
import { SetMetadata, type CanActivate } from '@nestjs/common';
import request from 'supertest';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { HostSettings } from '../sign-in/host-app.js';
import { ERROR, expectScimError, startScim, USER, type ScimHost, type Tenant } from './scim-host.js';

let host: ScimHost;
let acme: Tenant;
let globex: Tenant;
beforeAll(async () => {
  host = await startScim({ shape: { guard: 'global' } });
  acme = await host.tenant();
  globex = await host.tenant();
});
afterAll(() => host.close());

const others: ScimHost[] = [];
afterEach(async () => {
  for (const each of others.splice(0)) await each.close();
});
async function another(settings: HostSettings): Promise<ScimHost> {
  const made = await startScim(settings);
  others.push(made);
  return made;
}

const ask = (base: string, token?: string) => {
  const asked = request(base).get('/Users');
  return token === undefined ? asked : asked.set('authorization', `Bearer ${token}`);
};

describe('a token', () => {
  it('of the directory is let in, the scheme in any case', async () => {
    await ask(acme.baseUrl, acme.token).expect(200);
    await request(acme.baseUrl).get('/Users').set('authorization', `bearer ${acme.token}`).expect(200);
  });

  it('D5: wrong, foreign, of the past, none, or of no directory: one and the same answer', async () => {
    const { id, token } = await issued(host, acme);
    await ask(acme.baseUrl, token).expect(200);
    await host.admin('delete', `${acme.org}/directories/${acme.id}/tokens/${id}`).expect(204);
    const staging = await host.directory(acme.organization);
    const gone = await host.directory(acme.organization);
    await host.admin('delete', `${acme.org}/directories/${gone.id}`).expect(204);
    const nowhere = acme.baseUrl.slice(0, -5);
    const answers = [
      await ask(acme.baseUrl),
      await ask(acme.baseUrl, `${acme.token}x`),
      await ask(acme.baseUrl, acme.token.slice(0, -1)),
      await ask(acme.baseUrl, globex.token),
      await ask(acme.baseUrl, staging.token),
      await ask(acme.baseUrl, token),
      await ask(gone.baseUrl, gone.token),
      await ask(`${nowhere}00000`, acme.token),
      await ask(`${host.url}/scim/v2/%00`, acme.token),
      await ask(`${host.url}/scim/v2/${'x'.repeat(5000)}`, acme.token),
      await request(host.url).get('/scim/v2').set('authorization', `Bearer ${acme.token}`),
      await request(acme.baseUrl).get('/Users').set('authorization', `Basic ${acme.token}`),
      await request(acme.baseUrl).get('/nothing/here'),
      await request(acme.baseUrl).post('/Users').send('{'),
    ];
    for (const { status, headers, body } of answers) {
      expect(status).toBe(401);
      expect(headers['www-authenticate']).toMatch(/^Bearer\b/);
      expect(headers['content-type']).toMatch(/^application\/scim\+json\b/);
      expect(body).toEqual(answers[0]!.body);
    }
    expect(answers[0]!.body).toMatchObject({ schemas: [ERROR], status: '401' });
  });

  it('of the past opens nothing from its last instant on', async () => {
    const at = `${acme.org}/directories/${globex.id}`;
    await host.admin('post', `${at}/tokens`, {}).expect(404);
    const past = { expiresAt: new Date(Date.now() + 1_500).toISOString() };
    const { body } = await host.admin('post', `${acme.org}/directories/${acme.id}/tokens`, past).expect(201);
    await ask(acme.baseUrl, body.token).expect(200);
    await vi.waitFor(() => ask(acme.baseUrl, body.token).expect(401), { timeout: 4_000, interval: 100 });
  });

  it('is no service key, and a service key is no token', async () => {
    await request(host.url)
      .get('/idp-roles/v1/organizations')
      .set('authorization', `Bearer ${acme.token}`)
      .expect(401);
    await ask(acme.baseUrl, 'service-key-for-tests-0123456789').expect(401);
  });

  it('opens its own directory only: ids of another are as unknown as those of nobody', async () => {
    const theirs = await globex.user({ userName: 'hank@globex.test' });
    const group = await globex.group('Globex', [theirs]);
    for (const path of [`/Users/${theirs}`, `/Groups/${group}`]) {
      await expectScimError(acme.scim('get', path), 404);
      await expectScimError(acme.patch(path, { op: 'replace', path: 'displayName', value: 'x' }), 404);
      await expectScimError(acme.scim('delete', path), 404);
    }
    await expectScimError(acme.scim('put', `/Users/${theirs}`, { schemas: [USER], userName: 'x' }), 404);
    await globex.scim('get', `/Users/${theirs}`).expect(200);
    const beside = await host.directory(globex.organization);
    await expectScimError(beside.scim('get', `/Users/${theirs}`), 404);
    const listed = await beside.scim('get', '/Users').expect(200);
    expect(listed.body.totalResults).toBe(0);
  });
});

describe('every route', () => {
  it('wants a token, whatever the method', async () => {
    const paths = [
      '/Users',
      '/Users/x',
      '/Groups',
      '/Groups/x',
      '/Bulk',
      '/.search',
      '/Me',
      '/Schemas',
      '',
      '/',
    ];
    for (const path of [...paths, '/ServiceProviderConfig', '/ResourceTypes', '/Users/.search']) {
      for (const method of ['get', 'post', 'put', 'patch', 'delete'] as const) {
        const answer = await request(acme.baseUrl)[method](path);
        expect([method, path, answer.status]).toEqual([method, path, 401]);
      }
    }
  });

  it('fails closed where the door did not see it: an absolute URL, an odd one', async () => {
    const { hostname, port, pathname } = new URL(acme.baseUrl);
    for (const path of [`${acme.baseUrl}/Users`, `/${pathname}/Users`]) {
      const status = await new Promise((resolve, reject) => {
        const headers = { authorization: `Bearer ${acme.token}` };
        httpRequest({ hostname, port, path, headers }, (answer) => resolve(answer.resume().statusCode))
          .on('error', reject)
          .end();
      });
      expect([401, 404]).toContain(status);
    }
  });
});

describe('a path', () => {
  it.each(['/Users/%', '/Users/%FF', '/Groups/%E0%A4%A', '/%'])(
    'that is no percent-encoded UTF-8 is refused in SCIM: %s',
    async (path) => {
      const { hostname, port, pathname } = new URL(acme.baseUrl);
      const answer = await new Promise<{ status?: number; type?: string; text: string }>(
        (resolve, reject) => {
          const headers = { authorization: `Bearer ${acme.token}` };
          httpRequest({ hostname, port, path: pathname + path, headers }, (came) => {
            let text = '';
            came.setEncoding('utf8').on('data', (part: string) => (text += part));
            came.on('end', () =>
              resolve({ status: came.statusCode, type: came.headers['content-type'], text }),
            );
          })
            .on('error', reject)
            .end();
        },
      );
      expect(answer).toMatchObject({
        status: 400,
        type: expect.stringMatching(/^application\/scim\+json\b/),
      });
      expect(JSON.parse(answer.text)).toMatchObject({ schemas: [ERROR], status: '400' });
    },
  );
});

describe('bodies', () => {
  it('are not read before the token was verified', async () => {
    const { hostname, port, pathname } = new URL(acme.baseUrl);
    const answer = await new Promise<{ status?: number; connection?: string }>((resolve, reject) => {
      const headers = { 'content-length': '500000', 'content-type': 'application/scim+json' };
      const sent = httpRequest(
        { hostname, port, path: `${pathname}/Users`, method: 'POST', headers },
        (came) => resolve({ status: came.resume().statusCode, connection: came.headers.connection }),
      );
      sent.on('error', reject);
      sent.write('{');
    });
    expect(answer).toEqual({ status: 401, connection: 'close' });
  });

  it.each(['{"userName":', '{"userName":"a"}}', '\u0000', '', 'userName=a', '{"userName":"\ud800'])(
    'that are no JSON are 400 invalidSyntax: %j',
    async (text) => {
      await expectScimError(acme.scim('post', '/Users', text), 400, 'invalidSyntax');
      const { status, body } = await acme.scim('patch', '/Users/x', text);
      expect([status, body.scimType]).toEqual([400, 'invalidSyntax']);
    },
  );

  it.each(['null', '[]', '"text"', '7'])('that are no object are 400: %s', async (text) => {
    const { status, body } = await acme.scim('post', '/Users', text);
    expect([status, body.schemas]).toEqual([400, [ERROR]]);
  });

  it('that nest too deep are 400, and never parsed', async () => {
    const deep = `{"schemas":["${USER}"],"userName":"deep","x":${'['.repeat(100)}${']'.repeat(100)}}`;
    await expectScimError(acme.scim('post', '/Users', deep), 400, 'invalidSyntax');
    await expectScimError(acme.scim('post', '/Users', '['.repeat(900_000)), 400, 'invalidSyntax');
  });

  it('larger than 1 MiB are 413', async () => {
    await expectScimError(acme.scim('post', '/Users', `"${'x'.repeat(1_100_000)}"`), 413);
  });

  it('are `application/scim+json` or `application/json`, and nothing else', async () => {
    const send = (type: string, userName: string) =>
      request(acme.baseUrl)
        .post('/Users')
        .set('authorization', `Bearer ${acme.token}`)
        .set('content-type', type)
        .send(JSON.stringify({ schemas: [USER], userName }));
    await send('application/json', 'plain').expect(201);
    await send('application/scim+json; charset=utf-8', 'scim').expect(201);
    await send('Application/SCIM+JSON', 'capital').expect(201);
    await expectScimError(send('text/plain', 'x'), 415);
    await expectScimError(send('application/x-www-form-urlencoded', 'x'), 415);
    await expectScimError(send('application/scim+json', 'x').set('content-encoding', 'gzip'), 415);
  });

  it('of methods that take none are let be', async () => {
    const id = await acme.user({ userName: 'bodied' });
    await acme.scim('get', `/Users/${id}`, '{nonsense').expect(200);
    await acme.scim('delete', `/Users/${id}`, '{nonsense').expect(204);
  });

  it("of the host's own routes are read as ever", async () => {
    expect((await request(host.url).get('/open')).body).toEqual({ open: true });
  });
});

describe('how often a directory may come', () => {
  it('is limited, and said by 429 with Retry-After', async () => {
    const slow = await another({ options: { scim: { requestsPerSecond: 1, burst: 3 } } });
    const one = await slow.tenant();
    const two = await slow.tenant();
    for (let i = 0; i < 3; i++) await one.scim('get', '/Users').expect(200);
    const refused = await one.scim('get', '/Users');
    expect([refused.status, refused.headers['retry-after']]).toEqual([429, '1']);
    expect(refused.body).toMatchObject({ schemas: [ERROR], status: '429' });
    await two.scim('get', '/Users').expect(200);
  });

  it('is limited for who guesses, and not for who is known at the same address', async () => {
    const own = await another({});
    const one = await own.tenant();
    await one.scim('get', '/Users').expect(200);
    const statuses: number[] = [];
    for (let i = 0; i < 130; i++) statuses.push((await ask(one.baseUrl, `scim_guess_${i}`)).status);
    expect(statuses.slice(0, 100).every((status) => status === 401)).toBe(true);
    expect(statuses).toContain(429);
    await one.scim('get', '/Users').expect(200);
  });

  it('is limited for wrong tokens alone: a right one that nobody has seen yet is let in from the same address', async () => {
    const own = await another({});
    const one = await own.tenant();
    const two = await own.tenant();
    const guesses = Array.from({ length: 130 }, (_, turn) => ask(one.baseUrl, `scim_guess_${turn}`));
    const statuses = (await Promise.all(guesses)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 401).length).toBeGreaterThanOrEqual(100);
    expect(statuses).toContain(429);
    await one.scim('get', '/Users').expect(200);
    await ask(two.baseUrl, 'scim_guess').expect(401);
  });

  it('is asked of the options', async () => {
    const bad = another({ options: { scim: { requestsPerSecond: 0, burts: 3 } as object } });
    await expect(bad).rejects.toMatchObject({
      problems: [{ path: 'scim.burts' }, { path: 'scim.requestsPerSecond' }],
    });
  });
});

describe('L6: SCIM stands', () => {
  it("below the module's prefix and the host's, in no version of the host", async () => {
    const moved = await another({
      shape: { prefix: 'auth' },
      publicPath: '/api/auth',
      configure: (app) => {
        app.setGlobalPrefix('api');
        app.enableVersioning({ type: 0, defaultVersion: '7' } as never);
      },
    });
    const one = await moved.tenant();
    expect(one.baseUrl).toBe(`${moved.url}/api/auth/scim/v2/${one.id}`);
    const id = await one.user({ userName: 'moved' });
    const { body } = await one.scim('get', `/Users/${id}`).expect(200);
    expect(body.meta.location).toBe(`${one.baseUrl}/Users/${id}`);
  });

  it('nowhere where it is not mounted', async () => {
    const without = await another({ shape: { controllers: ['admin'] } });
    const one = await without.tenant();
    await one.scim('get', '/Users').expect(404);
    await ask(one.baseUrl, 'whatever').expect(404);
  });
});

describe("a host's global guard", () => {
  const guard: CanActivate = {
    canActivate: (context) =>
      Reflect.getMetadata('host-public', context.getClass()) === true ||
      !context.switchToHttp().getRequest<{ url: string }>().url.startsWith('/scim'),
  };
  const configure: HostSettings['configure'] = (app) => void app.useGlobalGuards(guard);

  it('passes SCIM where it reads the decorators that it gave, and is answered for in SCIM otherwise', async () => {
    const shape = { controllerDecorators: [SetMetadata('host-public', true)] };
    const open = await another({ shape, configure });
    await (await open.tenant()).scim('get', '/Users').expect(200);
    const shut = await another({ configure });
    await expectScimError((await shut.tenant()).scim('get', '/Users'), 403);
  });
});

async function issued(of: ScimHost, { org, id }: Tenant): Promise<{ id: string; token: string }> {
  const { body } = await of.admin('post', `${org}/directories/${id}/tokens`, {}).expect(201);
  return body as { id: string; token: string };
}
