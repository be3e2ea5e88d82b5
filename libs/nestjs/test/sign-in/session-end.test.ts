import { inflateRawSync } from 'node:zlib';
import type { Simulator } from '@idp-roles/simulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConnectionService } from '../../src/index.js';
import { Browser } from './browser.js';
import { connectAcme, startHost, startIdp, type HostApp, type Tenant } from './host-app.js';

const HOUR = 3_600_000;

describe('a session’s end', () => {
  let host: HostApp;
  let idp: Simulator;
  let acme: Tenant;
  /** How far the app's clock runs ahead. */
  let ahead = 0;

  beforeAll(async () => {
    idp = await startIdp();
    host = await startHost({
      options: { clock: () => Date.now() + ahead, session: { idleMs: 48 * HOUR, absoluteMs: 72 * HOUR } },
    });
    acme = await connectAcme(host, idp);
  });
  afterAll(async () => {
    await host?.close();
    await idp?.close();
  });

  it('comes at its absolute lifetime, however busy it is', async () => {
    const alice = new Browser();
    await alice.signIn(host.url, acme.oidc, idp, 'alice');
    ahead = 71 * HOUR;
    expect((await alice.get(`${host.url}/me`)).status).toBe(200);
    ahead = 73 * HOUR;
    expect((await alice.get(`${host.url}/me`)).status).toBe(401);
    expect((await alice.get(`${host.url}/sso/session`)).status).toBe(401);
    ahead = 0;
  });

  it('comes no later than the IdP says (SessionNotOnOrAfter)', async () => {
    const alice = new Browser();
    const begun = await alice.get(`${host.url}/sso/${acme.saml}/login?returnTo=/me`);
    const request = new URL(begun.headers.get('location')!);
    const { entityId } = host.app.get(ConnectionService).serviceProvider(acme.saml);
    const { inResponseTo } = requestOf(request);
    const { action, SAMLResponse } = idp.saml.issue(entityId, 'alice', {
      inResponseTo,
      sessionNotOnOrAfter: new Date(Date.now() + HOUR),
    });
    const RelayState = request.searchParams.get('RelayState')!;
    expect((await alice.postForm(action, { SAMLResponse, RelayState })).status).toBe(303);
    ahead = 0.9 * HOUR;
    expect((await alice.get(`${host.url}/me`)).status).toBe(200);
    ahead = 1.1 * HOUR;
    expect((await alice.get(`${host.url}/me`)).status).toBe(401);
    ahead = 0;
  });
});

/** The ID of the AuthnRequest that a redirect carries (SAML bindings 2.0, section 3.4.4.1). */
function requestOf(url: URL): { inResponseTo: string } {
  const xml = inflateRawSync(Buffer.from(url.searchParams.get('SAMLRequest')!, 'base64')).toString();
  return { inResponseTo: /\bID="([^"]+)"/.exec(xml)![1]! };
}
