import {
  BadRequestException,
  Body,
  Catch,
  Controller,
  Get,
  Post,
  ValidationPipe,
  VersioningType,
  type ExceptionFilter,
  type ArgumentsHost,
} from '@nestjs/common';
import { afterEach, describe, expect, it } from 'vitest';
import { KEY, startAdmin, type AdminHost, type HostOptions } from './admin-host.js';

const open: AdminHost[] = [];
async function start(options: HostOptions): Promise<AdminHost> {
  const host = await startAdmin(options);
  open.push(host);
  return host;
}
afterEach(async () => {
  for (const host of open.splice(0)) await host.close();
});

const JSON_TYPE = 'application/json';

const at = (host: AdminHost, path: string) =>
  host.anonymous().get(path).set('authorization', `Bearer ${KEY}`);

@Controller('things')
class ThingsController {
  @Get() list() {
    throw new BadRequestException('of the host');
  }
  @Post() make(@Body() body: object) {
    return { received: body };
  }
}

@Catch()
class HostFilter implements ExceptionFilter {
  catch(_: unknown, host: ArgumentsHost) {
    host
      .switchToHttp()
      .getResponse<{ status(code: number): { send(body: string): void } }>()
      .status(418)
      .send('host');
  }
}

describe('L6: the admin API stands', () => {
  it('at its base where nothing is said', async () => {
    expect((await at(await start({}), '/idp-roles/v1/organizations')).status).toBe(200);
  });

  it('below the prefix of the module, each module at its own', async () => {
    const one = await start({ prefix: 'one' });
    const two = await start({ prefix: 'two/deep' });
    expect((await at(one, '/one/idp-roles/v1/organizations')).status).toBe(200);
    expect((await at(one, '/two/deep/idp-roles/v1/organizations')).status).toBe(404);
    expect((await at(two, '/two/deep/idp-roles/v1/organizations')).status).toBe(200);
    expect((await at(two, '/idp-roles/v1/organizations')).status).toBe(404);
  });

  it("below a host's global prefix", async () => {
    const host = await start({ prefix: 'auth', configure: (app) => void app.setGlobalPrefix('api') });
    expect((await at(host, '/api/auth/idp-roles/v1/organizations')).status).toBe(200);
  });

  it.each([
    { type: VersioningType.URI, defaultVersion: '7' } as const,
    { type: VersioningType.HEADER, header: 'x-version', defaultVersion: '7' } as const,
    { type: VersioningType.MEDIA_TYPE, key: 'v=', defaultVersion: '7' } as const,
  ])('in no version of the host: %o', async (versioning) => {
    const host = await start({ configure: (app) => void app.enableVersioning(versioning) });
    expect((await at(host, '/idp-roles/v1/organizations')).status).toBe(200);
    expect((await at(host, '/idp-roles/v1/organizations').set('x-version', '3')).status).toBe(200);
  });
});

describe("a host's own", () => {
  const strict = new ValidationPipe({
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: true,
    transform: true,
    transformOptions: { enableImplicitConversion: true },
    validateCustomDecorators: true,
    exceptionFactory: () => new BadRequestException('the pipe of the host'),
  });

  it('global pipes neither judge nor change what we receive', async () => {
    const host = await start({ configure: (app) => void app.useGlobalPipes(strict) });
    const answer = await host.post('/organizations', { name: 5, surprise: '1', domains: ['a', 7] });
    expect(answer.status).toBe(400);
    expect(answer.body.code).toBe('body-invalid');
    expect(answer.body.problems.map(({ path }: { path: string }) => path).toSorted()).toEqual([
      'domains',
      'name',
      'surprise',
    ]);
    expect((await host.get('/organizations?limit=7&x=1')).body.problems).toMatchObject([{ path: 'x' }]);
  });

  it('filters see what the host throws and never what we throw', async () => {
    const host = await start({
      host: { controllers: [ThingsController] },
      configure: (app) => void app.useGlobalFilters(new HostFilter()),
    });
    expect((await host.anonymous().get('/things')).status).toBe(418);
    expect((await host.anonymous().get(`${host.base}/organizations`)).status).toBe(401);
    expect((await host.get('/organizations/org_0000000000000000')).body.code).toBe('organization-not-found');
  });

  it('body parsers go on reading the other routes, and are not needed for ours', async () => {
    const host = await start({ host: { controllers: [ThingsController] } });
    const answer = await host.anonymous().post('/things').send({ a: 1 });
    expect(answer.body).toEqual({ received: { a: 1 } });
    const broken = host.anonymous().post('/things').set('content-type', 'application/json');
    expect((await broken.send('{"a":')).body).toMatchObject({ statusCode: 400 });
  });
});

describe('a body', () => {
  it.each(['{"name":', '{"name":"a"}}', '\u0000', 'name=a', '{"name":"\ud800'])(
    'that is no JSON is a 400: %j',
    async (text) => {
      const answer = await post(await start({}), JSON_TYPE).send(text);
      expect(answer.status).toBe(400);
      expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
      expect(answer.body).toMatchObject({ code: 'json-malformed', status: 400 });
    },
  );

  it('that is no UTF-8 is a 400', async () => {
    const bytes = Buffer.concat([Buffer.from('{"name":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}')]);
    const request = post(await start({}), JSON_TYPE);
    request.write(bytes);
    expect((await request).body.code).toBe('json-malformed');
  });

  it.each(['null', '[]', '"text"', '7'])('that is JSON but no object is a 400: %s', async (text) => {
    expect((await post(await start({}), JSON_TYPE).send(text)).body).toMatchObject({
      code: 'body-invalid',
      problems: [{ path: '', code: 'mistyped' }],
    });
  });

  it('may be as large as metadata is, and no larger than 1 MiB', async () => {
    const host = await start({});
    const fits = await post(host, JSON_TYPE).send(JSON.stringify({ name: 'x'.repeat(500_000) }));
    expect(fits.body).toMatchObject({ code: 'body-invalid', problems: [{ path: 'name' }] });
    const large = await post(host, JSON_TYPE).send(JSON.stringify({ name: 'x'.repeat(1_100_000) }));
    expect(large.status).toBe(413);
    const huge = await post(host, JSON_TYPE).send(JSON.stringify({ name: 'x'.repeat(20_000_000) }));
    expect(huge.status).toBe(413);
    expect(large.body).toMatchObject({ code: 'body-too-large' });
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'application/jsonx'])(
    'of type %s is a 415',
    async (type) => {
      const answer = await post(await start({}), type).send('{"name":"Acme"}');
      expect(answer.status).toBe(415);
      expect(answer.body).toMatchObject({ code: 'media-type-unsupported' });
    },
  );

  it('that is missing is a 400', async () => {
    const answer = await post(await start({}));
    expect(answer.body).toMatchObject({ status: 400, code: 'body-invalid' });
  });

  it("is read by the host's parser where ours does not run", async () => {
    const host = await start({ ownReader: false });
    expect((await post(host, JSON_TYPE).send('{"name":5}')).body.code).toBe('body-invalid');
    expect((await post(host, JSON_TYPE).send('{"name":')).status).toBe(400);
  });
});

function post(host: AdminHost, type?: string) {
  const asked = host.anonymous().post(`${host.base}/organizations`).set('authorization', `Bearer ${KEY}`);
  return type === undefined ? asked : asked.set('content-type', type);
}
