import type { Simulator } from '@idp-roles/simulator';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectAcme, startHost, startIdp, type HostApp, type Tenant } from './host-app.js';

const PUBLIC = 'https://app.example.com';

/** Stands where a test makes no sense with this setting: it is not collected, rather than skipped. */
const never = (_name: string, _test: () => Promise<void>): void => undefined;

/** The app behind a proxy that ends TLS: `proxied` says whether Express was told to believe it. */
describe.each([true, false])('an app reached over https, with trust proxy %s', (trusted) => {
  let host: HostApp;
  let idp: Simulator;
  let acme: Tenant;
  const overTls = { 'x-forwarded-proto': 'https', accept: 'text/html' };

  beforeAll(async () => {
    idp = await startIdp();
    host = await startHost({
      options: { publicUrl: PUBLIC },
      configure: (app: NestExpressApplication) => app.set('trust proxy', trusted),
    });
    acme = await connectAcme(host, idp);
  });
  afterAll(async () => {
    await host?.close();
    await idp?.close();
  });

  function get(path: string, headers: Record<string, string>): Promise<Response> {
    return fetch(host.url + path, { headers, redirect: 'manual' });
  }

  (trusted ? it : never)(
    'L3: binds the sign-in to the browser by a cookie that the IdP’s POST from another site brings back',
    async () => {
      const begun = await get(`/sso/${acme.saml}/login`, overTls);
      expect(begun.status).toBe(302);
      const [cookie = ''] = begun.headers.getSetCookie();
      expect(cookie).toMatch(/^__Host-idp-roles-sign-in-[0-4]=[\w.-]{200,1024};/);
      for (const flag of ['HttpOnly', 'Secure', 'SameSite=None', 'Path=/', 'Max-Age=600'])
        expect(cookie).toContain(flag);
      expect(cookie).not.toContain('Domain');
    },
  );

  (trusted ? it : never)(
    'L3: keeps the session in a cookie of its own that scripts and other sites never get',
    async () => {
      const begun = await get(`/sso/${acme.saml}/login`, overTls);
      const cookie = begun.headers
        .getSetCookie()
        .map((line) => line.split(';')[0])
        .join('; ');
      const { SAMLResponse, RelayState = '' } = await idp.answerSaml(begun.headers.get('location')!, 'alice');
      const finished = await fetch(`${host.url}/sso/${acme.saml}/acs`, {
        method: 'POST',
        headers: { ...overTls, cookie, origin: 'https://idp.example' },
        body: new URLSearchParams({ SAMLResponse, RelayState }),
        redirect: 'manual',
      });
      expect(finished.status, await finished.clone().text()).toBe(303);
      const session = finished.headers.getSetCookie().find((line) => line.startsWith('__Host-idp-roles='))!;
      for (const flag of ['HttpOnly', 'Secure', 'SameSite=Lax', 'Path=/']) expect(session).toContain(flag);
      expect(session).not.toMatch(/Domain|Expires|Max-Age/);
      expect(finished.headers.get('cache-control')).toBe('no-store');
    },
  );

  (trusted ? never : it)(
    'L3: says that `trust proxy` is missing, where the cookie would never be set',
    async () => {
      const refused = await get(`/sso/${acme.saml}/login`, overTls);
      expect(refused.status).toBe(400);
      expect(refused.headers.getSetCookie()).toEqual([]);
      const page = await refused.text();
      expect(page).toContain('cookie-insecure');
      expect(page).toContain('trust proxy');
    },
  );

  it('L9: a logout that another site sends is refused', async () => {
    for (const headers of [
      { origin: 'https://evil.example' },
      { 'sec-fetch-site': 'cross-site' },
      { origin: 'null' },
    ]) {
      const answer = await fetch(`${host.url}/sso/logout`, {
        method: 'POST',
        headers: headers as Record<string, string>,
      });
      expect(answer.status).toBe(403);
      expect(await answer.json()).toMatchObject({ code: 'origin-foreign' });
    }
    const own = await fetch(`${host.url}/sso/logout`, { method: 'POST', headers: { origin: PUBLIC } });
    expect(own.status).toBe(204);
  });

  it('L6: discovers by domain alone, whether or not the person exists', async () => {
    const ask = async (email: unknown) => {
      const response = await fetch(`${host.url}/sso/discover`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ email }),
      });
      return {
        status: response.status,
        body: (await response.json()) as { connections?: { loginUrl: string }[] },
      };
    };
    const known = await ask('alice@acme.test');
    expect(known.body.connections?.map(({ loginUrl }) => loginUrl)).toEqual([
      `${PUBLIC}/sso/${acme.saml}/login`,
      `${PUBLIC}/sso/${acme.oidc}/login`,
    ]);
    expect(await ask('nobody-at-all@ACME.test')).toEqual(known);
    expect((await ask('x@elsewhere.test')).body).toEqual({ connections: [] });
    for (const bad of ['acme.test', 'a@b@acme.test', 7, null, { $ne: '' }])
      expect((await ask(bad)).status).toBe(400);
  });
});
