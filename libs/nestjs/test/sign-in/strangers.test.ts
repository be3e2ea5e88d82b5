import { openEphemeralStore, type EphemeralStore } from '@idp-roles/store';
import type { Simulator } from '@idp-roles/simulator';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { UseCases } from '../../src/use-cases.js';
import { Browser } from './browser.js';
import { connectAcme, startHost, startIdp, type HostApp, type Tenant } from './host-app.js';

const SESSIONS = 20;

/** What somebody who can sign in nowhere may cost: nothing that is kept, and no trace of anybody else's. */
describe('strangers', () => {
  let host: HostApp;
  let idp: Simulator;
  let acme: Tenant;
  let ephemeral: EphemeralStore;

  beforeAll(async () => {
    ephemeral = await openEphemeralStore({ maxEntries: SESSIONS });
    [host, idp] = await Promise.all([startHost({ options: { ephemeral } }), startIdp()]);
    acme = await connectAcme(host, idp);
  });
  afterEach(() => void vi.restoreAllMocks());
  afterAll(async () => {
    await host?.close();
    await idp?.close();
    await ephemeral?.close();
  });

  const store = () => host.app.get(UseCases).context.store;
  const traces = (connection: string) => store().read.history.traces(acme.organization, connection, 200);

  async function many(count: number, ask: () => Promise<Response>): Promise<Response[]> {
    const all: Response[] = [];
    for (let from = 0; from < count; from += 20)
      all.push(...(await Promise.all(Array.from({ length: Math.min(20, count - from) }, ask))));
    return all;
  }

  async function finish(browser: Browser, location: string): Promise<Response> {
    if (location.startsWith(idp.oidc.issuer)) return browser.get(await idp.answerOidc(location, 'alice'));
    const { action, SAMLResponse, RelayState = '' } = await idp.answerSaml(location, 'alice');
    return browser.postForm(action, { SAMLResponse, RelayState });
  }

  it.each(['saml', 'oidc'] as const)(
    'L3: who begins sign-ins ends no session and no sign-in of others (%s)',
    async (protocol) => {
      const alice = new Browser();
      await alice.signIn(host.url, acme[protocol], idp, 'alice');
      const other = new Browser();
      const begun = await other.get(`${host.url}/sso/${acme[protocol]}/login`);
      const writes = [vi.spyOn(ephemeral, 'set'), vi.spyOn(ephemeral, 'add')];
      const flood = await many(3 * SESSIONS, () =>
        fetch(`${host.url}/sso/${acme[protocol]}/login`, { redirect: 'manual' }),
      );
      expect(new Set(flood.map(({ status }) => status))).toEqual(new Set([302]));
      for (const write of writes) expect(write).not.toHaveBeenCalled();
      expect((await alice.get(`${host.url}/me`)).status).toBe(200);
      expect((await finish(other, begun.headers.get('location')!)).status).toBe(303);
    },
  );

  it('L2: answers that nobody verified are kept nowhere, whether refused by us or by the IdP', async () => {
    const writes = [vi.spyOn(ephemeral, 'set'), vi.spyOn(ephemeral, 'add')];
    const iss = encodeURIComponent(idp.oidc.issuer);
    const stranger = new Browser();
    for (const answer of ['code=forged', 'error=access_denied']) {
      const begun = await stranger.get(`${host.url}/sso/${acme.oidc}/login`);
      const state = new URL(begun.headers.get('location')!).searchParams.get('state')!;
      const callback = `${host.url}/sso/${acme.oidc}/callback?${answer}&state=${state}&iss=${iss}`;
      expect((await stranger.get(callback)).status).toBe(400);
      expect(await (await stranger.get(callback)).text()).toContain('already-finished');
    }
    const begun = await stranger.get(`${host.url}/sso/${acme.saml}/login`);
    const {
      action,
      SAMLResponse,
      RelayState = '',
    } = await idp.answerSaml(begun.headers.get('location')!, 'bob');
    const forged = Buffer.from(SAMLResponse, 'base64').toString().replaceAll('bob@acme', 'eve@acme');
    const refused = await stranger.postForm(action, {
      SAMLResponse: Buffer.from(forged).toString('base64'),
      RelayState,
    });
    expect(await refused.text()).toContain('signature-invalid');
    for (const write of writes) expect(write).not.toHaveBeenCalled();
  });

  it('L7: requests of no sign-in under way cost a few writes, and push out no trace of a verified answer', async () => {
    const alice = new Browser();
    await alice.signIn(host.url, acme.oidc, idp, 'alice');
    const verified = async () =>
      (await traces(acme.oidc)).filter(({ outcome }) => outcome === 'signed-in').map(({ id }) => id);
    const before = await verified();
    const transactions = vi.spyOn(store(), 'transaction');
    const began = performance.now();
    const flood = await many(200, () => fetch(`${host.url}/sso/${acme.oidc}/callback?state=x&code=y`));
    const seconds = (performance.now() - began) / 1_000;
    const last = /<dt>Reference<\/dt><dd>([^<]*)/.exec(await flood.at(-1)!.text())![1]!;
    await vi.waitFor(async () => {
      const counted = (await traces(acme.oidc)).filter(({ outcome }) => outcome === 'not-begun');
      expect(JSON.stringify(counted.map(({ detail }) => detail))).toContain(last);
      expect(counted.length).toBeLessThanOrEqual(5);
      expect(counted[0]).toMatchObject({
        code: 'sign-in-unknown',
        detail: { codes: { 'sign-in-unknown': expect.any(Number) } },
      });
    }, 5_000);
    expect(transactions.mock.calls.length).toBeLessThanOrEqual(seconds + 3);
    expect(await verified()).toEqual(before);
  });

  it('L7: forged answers to sign-ins of one’s own push out no trace of a verified answer either', async () => {
    const alice = new Browser();
    await alice.signIn(host.url, acme.saml, idp, 'alice');
    const transactions = vi.spyOn(store(), 'transaction');
    const stranger = new Browser();
    const begun = await stranger.get(`${host.url}/sso/${acme.saml}/login`);
    const { action, RelayState = '' } = await idp.answerSaml(begun.headers.get('location')!, 'bob');
    const began = performance.now();
    await many(80, () => stranger.postForm(action, { SAMLResponse: 'AAAA', RelayState }));
    const seconds = (performance.now() - began) / 1_000;
    expect(transactions.mock.calls.length).toBeLessThanOrEqual(6 * (seconds + 2));
    const kept = await traces(acme.saml);
    expect(kept.some(({ outcome }) => outcome === 'signed-in')).toBe(true);
    expect(kept.some(({ outcome }) => outcome === 'failed')).toBe(true);
  });

  it('L3: an image, a script or a fetch of another site begins no sign-in', async () => {
    const ask = (destination: string) =>
      fetch(`${host.url}/sso/${acme.oidc}/login`, {
        headers: { 'sec-fetch-dest': destination },
        redirect: 'manual',
      });
    for (const destination of ['image', 'script', 'style', 'empty', 'object', 'embed']) {
      const refused = await ask(destination);
      expect(refused.status, destination).toBe(400);
      expect(refused.headers.getSetCookie()).toEqual([]);
      expect(await refused.text()).toContain('not-a-navigation');
    }
    for (const destination of ['document', 'iframe']) expect((await ask(destination)).status).toBe(302);
  });
});
