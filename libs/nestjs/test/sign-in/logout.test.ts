import { openEphemeralStore, StoreError, type EphemeralStore } from '@idp-roles/store';
import type { OutgoingLogout, Simulator } from '@idp-roles/simulator';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { ConnectionService } from '../../src/index.js';
import { UseCases } from '../../src/use-cases.js';
import { Browser } from './browser.js';
import { connectAcme, startHost, startIdp, type HostApp, type Tenant } from './host-app.js';

let host: HostApp;
let idp: Simulator;
let acme: Tenant;
let sessions: EphemeralStore;
let entityId: string;
let ahead = 0;

beforeAll(async () => {
  sessions = await openEphemeralStore({});
  const clock = () => Date.now() + ahead;
  [host, idp] = await Promise.all([startHost({ options: { ephemeral: sessions, clock } }), startIdp()]);
  acme = await connectAcme(host, idp, { logoutUrl: idp.saml.sloUrl });
  entityId = host.app.get(ConnectionService).serviceProvider(acme.saml).entityId;
});
afterAll(async () => {
  await host?.close();
  await idp?.close();
  await sessions?.close();
});
afterEach(() => {
  vi.restoreAllMocks();
  ahead = 0;
  idp.saml.logoutBinding = 'redirect';
});

const away = () => Promise.reject(new StoreError('store-unavailable', 'the store cannot be reached'));
const store = () => host.app.get(UseCases).context.store;

async function signedIn(protocol: 'saml' | 'oidc', login = 'alice'): Promise<Browser> {
  const browser = new Browser();
  const back = await browser.signIn(host.url, acme[protocol], idp, login);
  expect(back.status, await back.clone().text()).toBe(303);
  return browser;
}
const isIn = async (browser: Browser) => (await browser.get(`${host.url}/sso/session`)).status === 200;
const page = { accept: 'text/html' };

function logout(browser: Browser, fields: Record<string, string> = {}, headers: Record<string, string> = {}) {
  return browser.fetch(`${host.url}/sso/logout`, {
    method: 'POST',
    headers: { accept: 'application/json', ...headers },
    body: new URLSearchParams(fields),
  });
}

/** What the IdP sends by the browser, carried there. */
function carry(browser: Browser, message: OutgoingLogout): Promise<Response> {
  if ('redirect' in message) return browser.get(message.redirect, 'text/html');
  return browser.postForm(message.action, message.fields);
}

/** The self-sending form on a page. */
async function formOn(response: Response): Promise<{ action: string; fields: Record<string, string> }> {
  const text = (await response.text()).replaceAll('&amp;', '&');
  const action = /action="([^"]+)"/.exec(text)?.[1] ?? '';
  const inputs = text.matchAll(/name="([^"]+)"\s+value="([^"]*)"/g);
  return {
    action,
    fields: Object.fromEntries([...inputs].map(([, name, value]) => [name, value])) as Record<string, string>,
  };
}

/** Changes the OpenID Connect connection behind everybody's back; answers how to undo it. */
async function changed({
  settings,
  ...change
}: {
  settings?: object;
  state?: 'disabled';
  subjectClaim?: string;
}): Promise<() => Promise<void>> {
  const before = (await store().read.connections.get(acme.organization, acme.oidc))!;
  const write = (connection: typeof before, version: number) =>
    store().transaction((tx) => tx.connections.update({ ...connection, version }));
  await write({ ...before, ...change, settings: { ...before.settings, ...settings } }, before.version + 1);
  return () => write(before, before.version + 2);
}

/** Every row that anything could be remembered in. */
async function written(): Promise<unknown> {
  const { data } = await store().read.history.auditEvents(acme.organization, { limit: 200 });
  const traces = await Promise.all(
    [acme.saml, acme.oidc].map((connection) =>
      store().read.history.traces(acme.organization, connection, 100),
    ),
  );
  return { events: data.length, traces: traces.map((each) => each.length) };
}

describe('a logout begun here', () => {
  it.each(['saml', 'oidc'] as const)(
    'L9: by %s ends our session, then goes to the IdP, and comes back saying so',
    async (protocol) => {
      const alice = await signedIn(protocol);
      const left = await logout(alice, { returnTo: '/bye?a=1#b' });
      expect(left.status).toBe(200);
      expect(await isIn(alice), 'before the IdP was told').toBe(false);
      const { redirect } = (await left.json()) as { redirect: string };
      expect(redirect.startsWith(protocol === 'saml' ? idp.saml.sloUrl : idp.oidc.issuer)).toBe(true);
      const back =
        protocol === 'saml' ? await fetch(redirect, { redirect: 'manual' }) : await confirm(redirect);
      const returned = await alice.get(back.headers.get('location') ?? '');
      expect(returned.status, await returned.clone().text()).toBe(303);
      expect(returned.headers.get('location')).toBe(`/bye?a=1&signedOutAt=${acme[protocol]}#b`);
      expect([...alice.cookies.keys()].filter((name) => name.includes('logout'))).toEqual([]);
    },
  );

  it('L9: a page is led to the IdP itself; by POST with a form that sends itself', async () => {
    const alice = await signedIn('saml');
    const left = await logout(alice, {}, page);
    expect(left.status).toBe(303);
    expect(left.headers.get('location')).toContain(`${idp.saml.sloUrl}?SAMLRequest=`);

    const { context } = host.app.get(UseCases);
    const connection = await context.store.read.connections.get(acme.organization, acme.saml);
    const get = vi.spyOn(context.store.read.connections, 'get');
    get.mockResolvedValue({ ...connection!, settings: { ...connection!.settings, logoutBinding: 'post' } });
    const bob = await signedIn('saml', 'bob');
    const form = await formOn(await logout(bob, { returnTo: '/bye' }, page));
    expect(form.action).toBe(idp.saml.sloUrl);
    idp.saml.logoutBinding = 'post';
    const answered = await fetch(form.action, { method: 'POST', body: new URLSearchParams(form.fields) });
    const answer = await formOn(answered);
    const returned = await bob.postForm(answer.action, answer.fields);
    expect(returned.headers.get('location')).toBe(`/bye?signedOutAt=${acme.saml}`);
    const carol = await signedIn('saml', 'carol');
    expect(await (await logout(carol)).json()).toMatchObject({ form: { action: idp.saml.sloUrl } });
  });

  it('L2: leads to no other site', async () => {
    const alice = await signedIn('oidc');
    for (const returnTo of ['https://evil.test/', '//evil.test', '/\\evil.test']) {
      expect((await logout(alice, { returnTo })).status, returnTo).toBe(400);
    }
    expect(await isIn(alice), 'a refusal is told before anything ends').toBe(true);
  });

  it('L3: another site ends nobody’s session', async () => {
    const alice = await signedIn('oidc');
    const headers: Record<string, string>[] = [
      { origin: 'https://evil.test' },
      { origin: 'null' },
      { 'sec-fetch-site': 'cross-site' },
    ];
    for (const header of headers) {
      for (const accept of ['application/json', 'text/html']) {
        expect((await logout(alice, {}, { ...header, accept })).status).toBe(403);
      }
    }
    expect(await isIn(alice)).toBe(true);
  });

  it('is 204, or leads back at once, where nobody is signed in and where the IdP cannot be reached', async () => {
    const nobody = new Browser();
    expect((await logout(nobody)).status).toBe(204);
    expect((await logout(nobody, { returnTo: '/bye' }, page)).headers.get('location')).toBe('/bye');

    const alice = await signedIn('oidc');
    const undo = await changed({ settings: { issuer: 'http://localhost:1/oidc' } });
    expect((await logout(alice)).status).toBe(204);
    expect(await isIn(alice)).toBe(false);
    await undo();
  });

  it('L9: ends here alone where the connection says so, or is switched off', async () => {
    for (const change of [{ settings: { endIdpSession: false } }, { state: 'disabled' as const }]) {
      const alice = await signedIn('oidc');
      const undo = await changed(change);
      expect((await logout(alice)).status).toBe(204);
      await undo();
      expect(await isIn(alice)).toBe(false);
    }
  });

  it('D6: a store that fails is a 503 that says whether the session ended', async () => {
    const alice = await signedIn('saml');
    const answer = async () => {
      const response = await logout(alice);
      return { status: response.status, ...((await response.json()) as object) };
    };
    vi.spyOn(sessions, 'get').mockImplementation(away);
    expect(await answer()).toMatchObject({ status: 503, code: 'store-unavailable', sessionEnded: false });
    expect((await logout(alice, {}, page)).status, 'as a page').toBe(503);
    vi.restoreAllMocks();
    expect(await isIn(alice)).toBe(true);

    vi.spyOn(sessions, 'delete').mockImplementation(away);
    expect(await answer()).toMatchObject({ status: 503, sessionEnded: true });
    vi.restoreAllMocks();
    expect(await isIn(alice), 'the index refuses it').toBe(false);

    const bob = await signedIn('saml', 'bob');
    vi.spyOn(store(), 'transaction').mockImplementation(away);
    const halfway = await logout(bob);
    expect(halfway.status).toBe(503);
    expect(await halfway.json()).toMatchObject({ sessionEnded: true });
    vi.restoreAllMocks();
    expect(await isIn(bob), 'its content is gone').toBe(false);

    const carol = await signedIn('saml', 'carol');
    vi.spyOn(store(), 'transaction').mockImplementation(away);
    vi.spyOn(sessions, 'delete').mockImplementation(away);
    expect(await (await logout(carol)).json()).toMatchObject({ sessionEnded: false });
    vi.restoreAllMocks();
    expect(await isIn(carol)).toBe(true);
  });

  it('L2: the IdP’s answer leads back only the browser that signed out here, and only with its own words', async () => {
    const alice = await signedIn('saml');
    const { redirect } = (await (await logout(alice, { returnTo: '/bye' })).json()) as { redirect: string };
    const answer = (await fetch(redirect, { redirect: 'manual' })).headers.get('location') ?? '';
    const stranger = await new Browser().get(answer, 'text/html');
    expect(stranger.status).toBe(400);
    expect(await stranger.text()).toContain('logout-unknown');
    const altered = await alice.get(answer.replace(/RelayState=./, 'RelayState=-'), 'text/html');
    expect(await altered.text()).toContain('signature-invalid');

    const again = await signedIn('saml');
    await logout(again, { returnTo: '/other' });
    for (const [name, value] of again.cookies) alice.cookies.set(name, value);
    const mixed = await alice.get(answer, 'text/html');
    expect(await mixed.text(), 'an answer to another logout').toContain('logout-unknown');
  });

  it('L2: back from an OpenID provider, the state must be this browser’s', async () => {
    const alice = await signedIn('oidc');
    const { redirect } = (await (await logout(alice, { returnTo: '/bye' })).json()) as { redirect: string };
    const state = new URL(redirect).searchParams.get('state');
    const back = (browser: Browser, given: string | null, connection = acme.oidc) =>
      browser.get(`${host.url}/sso/${connection}/signed-out${given === null ? '' : `?state=${given}`}`);
    for (const [browser, given, connection] of [
      [new Browser(), state, acme.oidc],
      [alice, 'other', acme.oidc],
      [alice, null, acme.oidc],
      [alice, state, acme.saml],
    ] as const) {
      expect((await back(browser, given, connection)).headers.get('location')).toBe('/');
    }
    ahead = 11 * 60_000;
    expect((await back(alice, state)).headers.get('location'), 'after ten minutes').toBe('/');
    ahead = 0;
    const returned = await back(alice, state);
    expect(returned.headers.get('location')).toBe(`/bye?signedOutAt=${acme.oidc}`);
    const saml = await signedIn('saml');
    const sent = (await (await logout(saml, { returnTo: '/bye' })).json()) as { redirect: string };
    const relayState = new URL(sent.redirect).searchParams.get('RelayState');
    const asOidc = await back(saml, relayState, acme.saml);
    expect(asOidc.headers.get('location'), 'SAML comes back signed').toBe('/');
  });

  it('D5: what the IdP needs is kept sealed', async () => {
    const set = vi.spyOn(sessions, 'set');
    await signedIn('oidc');
    const kept = JSON.stringify(set.mock.calls.map(([, value]) => value));
    expect(kept).toContain('atIdp');
    expect(kept).not.toContain('eyJ');
    set.mockClear();
    await signedIn('saml');
    expect(JSON.stringify(set.mock.calls)).not.toContain(idp.people.get('alice').subject);
  });
});

describe.each(['redirect', 'post'] as const)('a SAML logout begun at the IdP, by %s', (binding) => {
  const request = (deviation = {}, login = 'alice') =>
    idp.saml.logoutRequest(entityId, login, { binding, ...deviation });

  it('L9: ends every session of that name at once, in whatever browser, and answers the IdP', async () => {
    const [here, there] = [await signedIn('saml'), await signedIn('saml')];
    const others = [await signedIn('oidc'), await signedIn('saml', 'bob')];
    idp.saml.logoutBinding = binding;
    // A browser that has nothing of ours: cookies say nothing here.
    const answer = await carry(new Browser(), request({ sessionIndex: undefined, relayState: 'r' }));
    expect(answer.status).toBe(303);
    const location = new URL(answer.headers.get('location') ?? '');
    expect(location.href.startsWith(`${idp.saml.sloUrl}?SAMLResponse=`)).toBe(true);
    expect(location.searchParams.get('RelayState')).toBe('r');
    for (const ended of [here, there]) {
      expect(await isIn(ended)).toBe(false);
      expect((await ended.get(`${host.url}/me`)).status).toBe(401);
    }
    for (const other of others) expect(await isIn(other)).toBe(true);
  });

  it('L9: of a session index ends that session alone', async () => {
    const first = await signedIn('saml');
    const about = request();
    const second = await signedIn('saml');
    expect((await carry(new Browser(), about)).status).toBe(303);
    expect([await isIn(first), await isIn(second)]).toEqual([false, true]);
  });

  it('L2: what is refused ends nothing and leaves nothing behind', async () => {
    const alice = await signedIn('saml');
    const before = await written();
    const add = vi.spyOn(sessions, 'add');
    const set = vi.spyOn(sessions, 'set');
    const cases: [Record<string, unknown>, string][] = [
      [{ signed: false }, 'logout-unsigned'],
      [{ issuer: 'https://evil.test' }, 'logout-issuer-mismatch'],
      [{ destination: `${host.url}/sso/${acme.oidc}/slo` }, 'logout-destination-mismatch'],
      [{ issuedAt: new Date(Date.now() - 3_600_000) }, 'logout-expired'],
    ];
    for (const [deviation, code] of cases) {
      const answer = await carry(alice, request(deviation));
      expect(answer.status, code).toBe(400);
      expect(await answer.text()).toContain(code);
    }
    expect(await isIn(alice)).toBe(true);
    expect(await written()).toEqual(before);
    expect(add).not.toHaveBeenCalled();
    expect(set).not.toHaveBeenCalled();
  });

  it('L2: used twice, the second time it ends nothing', async () => {
    const first = await signedIn('saml');
    const message = request({ sessionIndex: undefined });
    const answers = await Promise.all(Array.from({ length: 20 }, () => carry(new Browser(), message)));
    expect(answers.map(({ status }) => status).toSorted()).toEqual(
      [303, ...Array<number>(19).fill(400)].toSorted(),
    );
    expect(await isIn(first)).toBe(false);
    const again = await signedIn('saml');
    const replayed = await carry(again, message);
    expect(replayed.status).toBe(400);
    expect(await replayed.text()).toContain('logout-used');
    expect(await isIn(again)).toBe(true);
  });

  it('D6: a store that fails is a 503, and the IdP may try again', async () => {
    const alice = await signedIn('saml');
    const message = request();
    vi.spyOn(store(), 'transaction').mockImplementation(away);
    expect((await carry(alice, message)).status).toBe(503);
    vi.restoreAllMocks();
    expect(await isIn(alice)).toBe(true);
    vi.spyOn(sessions, 'delete').mockImplementation(away);
    expect((await carry(alice, message)).status, 'the index has ended it').toBe(303);
    vi.restoreAllMocks();
    expect(await isIn(alice)).toBe(false);
  });

  it('is refused at addresses that are not of a SAML connection', async () => {
    const message = request();
    const at = (to: string): OutgoingLogout =>
      'redirect' in message
        ? { redirect: message.redirect.replace(acme.saml, to) }
        : { ...message, action: message.action.replace(acme.saml, to) };
    for (const to of [acme.oidc, 'con_nobody']) expect((await carry(new Browser(), at(to))).status).toBe(404);
  });
});

describe('the address of single logout', () => {
  it('stands in our metadata', async () => {
    const metadata = await (await fetch(`${host.url}/sso/${acme.saml}/metadata`)).text();
    expect(
      metadata.match(new RegExp(`SingleLogoutService [^>]*Location="${host.url}/sso/${acme.saml}/slo"`, 'g')),
    ).toHaveLength(2);
  });

  it('L2: reads no more than a logout message holds', async () => {
    const answer = await new Browser().postForm(`${host.url}/sso/${acme.saml}/slo`, {
      SAMLRequest: 'A'.repeat(200_000),
    });
    expect(answer.status).toBe(413);
    const middling = await new Browser().postForm(`${host.url}/sso/${acme.saml}/slo`, {
      SAMLRequest: 'A'.repeat(120_000),
    });
    expect(middling.status).toBe(400);
    expect(await middling.text()).toContain('logout-too-large');
    expect((await new Browser().get(`${host.url}/sso/${acme.saml}/slo`, 'text/html')).status).toBe(400);
  });
});

describe('a logout token of an OpenID provider', () => {
  const post = (logout_token: string | undefined, connection = acme.oidc) =>
    fetch(`${host.url}/sso/${connection}/backchannel-logout`, {
      method: 'POST',
      body: new URLSearchParams(logout_token === undefined ? {} : { logout_token }),
    });
  const token = (claims: Record<string, unknown>) => idp.oidc.logoutToken('host', claims);
  const sub = () => idp.people.get('alice').subject;

  it('L9: a sign-out at the provider ends our sessions, each told by its own sid', async () => {
    const [one, two, bob] = [await signedIn('oidc'), await signedIn('oidc'), await signedIn('oidc', 'bob')];
    const { told } = await idp.signOut('alice');
    expect(told.length).toBeGreaterThanOrEqual(2);
    expect(new Set(told.map(({ status }) => status))).toEqual(new Set([200]));
    expect([await isIn(one), await isIn(two), await isIn(bob)]).toEqual([false, false, true]);
  });

  it('L9: of a sub ends all of that person, and says so with an answer that nobody keeps', async () => {
    const [one, two] = [await signedIn('oidc'), await signedIn('saml')];
    const answer = await post(token({ sub: sub() }));
    expect([answer.status, answer.headers.get('cache-control'), await answer.text()]).toEqual([
      200,
      'no-store',
      '',
    ]);
    expect([await isIn(one), await isIn(two)], 'a session of another connection is another’s').toEqual([
      false,
      true,
    ]);
    expect((await post(token({ sub: sub() }))).status, 'nothing left to end is no error').toBe(200);
    expect((await post(token({ sid: 'no-such-session' }))).status).toBe(200);
  });

  it('L2: what is refused ends nothing, leaves nothing behind, and is a 400 that nobody keeps', async () => {
    const alice = await signedIn('oidc');
    const before = await written();
    const forged = token({ sub: sub() }).replace(/\.[^.]{20}([^.]*)$/, `.${'A'.repeat(20)}$1`);
    const cases: [string | undefined, string][] = [
      [undefined, 'logout-token-invalid'],
      ['', 'logout-token-invalid'],
      ['a.b.c', 'logout-token-invalid'],
      [forged, 'logout-token-signature'],
      [token({ sub: sub(), nonce: 'n' }), 'logout-token-invalid'],
      [token({ sub: sub(), events: undefined }), 'logout-token-invalid'],
      [token({ sub: sub(), iss: 'https://evil.test' }), 'logout-token-issuer'],
      [idp.oidc.logoutToken('other', { sub: sub() }), 'logout-token-audience'],
    ];
    for (const [given, code] of cases) {
      const answer = await post(given);
      expect([answer.status, answer.headers.get('cache-control')], code).toEqual([400, 'no-store']);
      const body = (await answer.json()) as Record<string, string>;
      expect(body['error']).toBe('invalid_request');
      expect(body['error_description']).toContain(code);
    }
    expect(await isIn(alice)).toBe(true);
    expect(await written()).toEqual(before);
  });

  it('L4, L9: with a `subjectClaim` the provider’s own `sub` still ends it', async () => {
    const undo = await changed({ subjectClaim: 'preferred_username' });
    const frank = await signedIn('oidc', 'frank');
    expect((await post(token({ sub: 'frank' }))).status).toBe(200);
    expect(await isIn(frank), 'what recognises him here is no name there').toBe(true);
    expect((await post(token({ sub: idp.people.get('frank').subject }))).status).toBe(200);
    expect(await isIn(frank)).toBe(false);
    await undo();
  });

  it('L2: counts once', async () => {
    await signedIn('oidc');
    const given = token({ sub: sub(), jti: 'one' });
    expect((await post(given)).status).toBe(200);
    const alice = await signedIn('oidc');
    expect((await post(given)).status).toBe(400);
    expect(await isIn(alice)).toBe(true);
  });

  it('D6: a store that fails is a 503, and the same token counts afterwards', async () => {
    const alice = await signedIn('oidc');
    const given = token({ sub: sub() });
    vi.spyOn(store(), 'transaction').mockImplementation(away);
    const answer = await post(given);
    expect(answer.status).toBe(503);
    vi.restoreAllMocks();
    expect(await isIn(alice)).toBe(true);
    expect((await post(given)).status).toBe(200);
    expect(await isIn(alice)).toBe(false);
  });

  it('is for OpenID Connect, and takes a form alone', async () => {
    expect((await post(token({ sub: sub() }), acme.saml)).status).toBe(404);
    const json = await fetch(`${host.url}/sso/${acme.oidc}/backchannel-logout`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ logout_token: token({ sub: sub() }) }),
    });
    expect(json.status).toBe(400);
  });
});

/** The provider's page that asks whether to sign out sends itself; its answer leads back. */
async function confirm(url: string): Promise<Response> {
  const asked = await fetch(url);
  const { action, fields } = await formOn(asked.clone());
  const cookie = asked.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ');
  return fetch(action, {
    method: 'POST',
    headers: { cookie },
    body: new URLSearchParams(fields),
    redirect: 'manual',
  });
}
