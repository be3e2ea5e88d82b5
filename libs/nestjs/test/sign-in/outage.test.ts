import { openEphemeralStore, StoreError, type EphemeralStore } from '@idp-roles/store';
import type { Simulator } from '@idp-roles/simulator';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { UseCases } from '../../src/use-cases.js';
import { Browser } from './browser.js';
import { connectAcme, startHost, startIdp, type HostApp, type Tenant } from './host-app.js';

/** D6: an outage is a 503 with a reference, never a 500 and never "nobody is signed in". */
describe('routes of sign-in while a store is away', () => {
  let host: HostApp;
  let idp: Simulator;
  let acme: Tenant;
  let sessions: EphemeralStore;
  const alice = new Browser();
  const away = () => Promise.reject(new StoreError('store-unavailable', 'the store cannot be reached'));

  beforeAll(async () => {
    sessions = await openEphemeralStore({});
    [host, idp] = await Promise.all([startHost({ options: { ephemeral: sessions } }), startIdp()]);
    acme = await connectAcme(host, idp);
    await alice.signIn(host.url, acme.oidc, idp, 'alice');
  });
  afterAll(async () => {
    vi.restoreAllMocks();
    await host?.close();
    await idp?.close();
    await sessions?.close();
  });

  it('D6: the session cannot be read', async () => {
    const get = vi.spyOn(sessions, 'get').mockImplementation(away);
    for (const [path, method] of [
      ['/sso/session', 'GET'],
      ['/sso/logout', 'POST'],
    ] as const) {
      const answer = await alice.fetch(host.url + path, { method });
      expect(answer.status, path).toBe(503);
      expect(await answer.json()).toMatchObject({ code: 'store-unavailable', reference: expect.any(String) });
    }
    expect((await alice.get(`${host.url}/me`)).status).toBe(503);
    get.mockRestore();
    expect((await alice.get(`${host.url}/sso/session`)).status).toBe(200);
  });

  it('D6: the organization of a domain cannot be read', async () => {
    const { organizations } = host.app.get(UseCases).context.store.read;
    const ownerOf = vi.spyOn(organizations, 'ownerOf').mockImplementation(away);
    const discover = () =>
      fetch(`${host.url}/sso/discover`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ email: 'alice@acme.test' }),
      });
    expect((await discover()).status).toBe(503);
    ownerOf.mockRestore();
    expect((await discover()).status).toBe(200);
  });
});
