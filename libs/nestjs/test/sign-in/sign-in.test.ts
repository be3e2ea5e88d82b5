import type { Simulator } from '@idp-roles/simulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UseCases } from '../../src/use-cases.js';
import { Browser } from './browser.js';
import { connectAcme, startHost, startIdp, type HostApp, type Tenant } from './host-app.js';

describe.each(['oidc', 'saml'] as const)('signing in by %s', (protocol) => {
  let host: HostApp;
  let idp: Simulator;
  let acme: Tenant;

  beforeAll(async () => {
    [host, idp] = await Promise.all([startHost(), startIdp()]);
    acme = await connectAcme(host, idp);
  });
  afterAll(async () => {
    await host?.close();
    await idp?.close();
  });

  it('S3: groups become roles, which guards ask for; taken out at the IdP, the role is gone at the next sign-in', async () => {
    const alice = new Browser();
    expect((await alice.get(`${host.url}/me`)).status).toBe(401);
    const back = await alice.signIn(host.url, acme[protocol], idp, 'alice');
    expect(back.status, await back.clone().text()).toBe(303);
    expect(back.headers.get('location')).toBe('/me');
    expect(await (await alice.get(`${host.url}/me`)).json()).toEqual({ roles: ['org-member'] });
    expect((await alice.get(`${host.url}/invoices`)).status).toBe(403);
    const session = await (await alice.get(`${host.url}/sso/session`)).json();
    expect(session).toMatchObject({
      member: { email: 'alice@acme.test' },
      organization: { id: acme.organization, name: 'Acme' },
      roles: [{ role: 'org-member', source: `sso:${acme[protocol]}` }],
    });

    idp.people.edit('alice', { groups: ['Finance'] });
    await alice.signIn(host.url, acme[protocol], idp, 'alice');
    expect((await alice.get(`${host.url}/me`)).status).toBe(403);
    expect((await alice.get(`${host.url}/invoices`)).status).toBe(200);
    idp.people.edit('alice', { groups: ['Engineering'] });
  });

  it('L3: a session is a new one at each sign-in, and the one it replaces is dead', async () => {
    const alice = new Browser();
    await alice.signIn(host.url, acme[protocol], idp, 'alice');
    const before = new Map(alice.cookies);
    await alice.signIn(host.url, acme[protocol], idp, 'alice');
    expect(alice.cookies.get('idp-roles')).not.toBe(before.get('idp-roles'));
    const old = new Browser();
    for (const [name, value] of before) old.cookies.set(name, value);
    expect((await old.get(`${host.url}/me`)).status).toBe(401);
  });

  it('L3, L9: the session that a sign-in replaces is in no index any more', async () => {
    const { store } = host.app.get(UseCases).context;
    const open = async () => {
      const [member] = await store.read.members.byEmail(acme.organization, 'bob@acme.test');
      return store.read.sessions.ofMember(acme.organization, member!.id);
    };
    const bob = new Browser();
    await bob.signIn(host.url, acme[protocol], idp, 'bob');
    const [first] = await open();
    await bob.signIn(host.url, acme[protocol], idp, 'bob');
    const after = await open();
    expect(after).toHaveLength(1);
    expect(after[0]?.id).not.toBe(first?.id);
    expect((await bob.get(`${host.url}/sso/session`)).status).toBe(200);
  });

  it('L3: a sign-in begun before another one of the same browser ends that one too', async () => {
    const alice = new Browser();
    const begun = await alice.get(`${host.url}/sso/${acme[protocol]}/login?returnTo=/me`);
    const location = begun.headers.get('location')!;
    const other = protocol === 'oidc' ? acme.saml : acme.oidc;
    await alice.signIn(host.url, other, idp, 'alice');
    const between = new Browser();
    for (const [name, value] of alice.cookies) between.cookies.set(name, value);
    expect((await between.get(`${host.url}/sso/session`)).status).toBe(200);
    const finished = await finish(alice, location);
    expect(finished.status, await finished.clone().text()).toBe(303);
    expect((await between.get(`${host.url}/sso/session`)).status).toBe(401);
  });

  async function finish(browser: Browser, location: string): Promise<Response> {
    if (protocol === 'oidc') return browser.get(await idp.answerOidc(location, 'alice'));
    const { action, SAMLResponse, RelayState = '' } = await idp.answerSaml(location, 'alice');
    return browser.postForm(action, { SAMLResponse, RelayState });
  }

  it('L9: after logout the session is dead', async () => {
    const alice = new Browser();
    await alice.signIn(host.url, acme[protocol], idp, 'alice');
    const before = new Map(alice.cookies);
    const out = await alice.fetch(`${host.url}/sso/logout`, { method: 'POST' });
    expect(out.status, 'SAML without an address for logouts ends here').toBe(protocol === 'saml' ? 204 : 200);
    expect((await alice.get(`${host.url}/sso/session`)).status).toBe(401);
    for (const [name, value] of before) alice.cookies.set(name, value);
    expect((await alice.get(`${host.url}/me`)).status).toBe(401);
  });
});
