import { SetMetadata, type CanActivate } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KEY, sha256, startAdmin, type AdminHost } from './admin-host.js';

let host: AdminHost;
beforeAll(async () => {
  host = await startAdmin({ guard: 'global' });
});
afterAll(() => host.close());

const ask = (authorization?: string) => {
  const asked = host.anonymous().get(`${host.base}/organizations`);
  return authorization === undefined ? asked : asked.set('authorization', authorization);
};

describe('a service key', () => {
  it.each([
    ['none', undefined, 'service-key-missing'],
    ['another scheme', `Basic ${KEY}`, 'service-key-missing'],
    ['the bare key', KEY, 'service-key-missing'],
    ['an empty one', 'Bearer ', 'service-key-missing'],
    ['a wrong one', `Bearer ${KEY}x`, 'service-key-unknown'],
    ['a beginning of it', `Bearer ${KEY.slice(0, -1)}`, 'service-key-unknown'],
    ['its hash', `Bearer ${sha256(KEY)}`, 'service-key-unknown'],
    ['two of them', `Bearer ${KEY}, Bearer ${KEY}`, 'service-key-missing'],
  ])('D5: %s is a 401 that names the scheme', async (_, authorization, code) => {
    const answer = await ask(authorization);
    expect(answer.status).toBe(401);
    expect(answer.headers['www-authenticate']).toMatch(/^Bearer\b/);
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(answer.body).toMatchObject({ type: 'about:blank', title: 'Unauthorized', status: 401, code });
    expect(answer.text).not.toContain(KEY);
  });

  it('of the options is let in, the scheme in any case', async () => {
    const answer = await ask(`Bearer ${KEY}`);
    expect([answer.status, answer.headers['cache-control']]).toEqual([200, 'no-store']);
    expect((await ask(`bearer ${KEY}`)).status).toBe(200);
  });

  it('D5: that is stored is let in by its hash, until it is deleted', async () => {
    const key = { id: 'key_1', name: 'ci', hash: sha256('another-key-0123456789'), createdAt: 0 };
    await host.store.transaction((tx) => tx.serviceKeys.insert(key));
    expect((await ask('Bearer another-key-0123456789')).status).toBe(200);
    await host.store.transaction((tx) => tx.serviceKeys.delete(key.id));
    expect((await ask('Bearer another-key-0123456789')).status).toBe(401);
  });

  it('is asked for on every route', async () => {
    const routes = routesOf(host).filter(({ path }) => path.includes('/idp-roles/v1'));
    expect(routes.length).toBeGreaterThan(30);
    for (const { method, path } of routes) {
      const answer = await host.anonymous()[method](path.replaceAll(/:\w+/g, 'x')).send({});
      expect([method, path, answer.status]).toEqual([method, path, 401]);
    }
  });
});

describe('a global guard', () => {
  it('of the host passes our controllers where it reads the decorators that it gave', async () => {
    const guard: CanActivate = {
      canActivate: (context) => Reflect.getMetadata('host-public', context.getClass()) === true,
    };
    const useGuard = (app: AdminHost['app']) => void app.useGlobalGuards(guard);
    const open = await startAdmin({ decorators: [SetMetadata('host-public', true)], configure: useGuard });
    expect((await open.get('/organizations')).status).toBe(200);
    await open.close();

    const shut = await startAdmin({ configure: useGuard });
    const refused = await shut.get('/organizations');
    expect(refused.status).toBe(403);
    expect(refused.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(refused.body).toMatchObject({ status: 403, code: 'forbidden' });
    await shut.close();
  });
});

interface Layer {
  readonly route?: { readonly path: string; readonly stack: readonly { readonly method: string }[] };
}

function routesOf({ app }: AdminHost) {
  const express = app.getHttpAdapter().getInstance() as { router: { stack: readonly Layer[] } };
  return express.router.stack.flatMap(({ route }) =>
    (route?.stack ?? []).map(({ method }) => ({ method: method as 'get', path: route?.path ?? '' })),
  );
}
