import * as client from 'openid-client';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { objectId, startSimulator } from '../src/index.js';
import type { Personality, Simulator } from '../src/index.js';
import { callback, relyingParty } from './relying-party.js';

const groupsUri = 'http://schemas.microsoft.com/ws/2008/06/identity/claims/groups';

describe('OpenID Connect', () => {
  let simulator: Simulator;
  let app: Awaited<ReturnType<typeof relyingParty>>;

  beforeAll(async () => {
    simulator = await startSimulator({ log: false });
    app = await relyingParty(simulator);
  });
  afterAll(() => simulator.close());
  beforeEach(() => {
    simulator.personality = 'array';
    simulator.people.edit('alice', { groups: ['Engineering'], emailVerified: true });
  });

  it('answers a code flow with PKCE, signed, with iss, groups in ID token and UserInfo', async () => {
    const { claims, userInfo, answered } = await app.signIn('alice');
    const person = {
      sub: simulator.people.get('alice').subject,
      email: 'alice@acme.test',
      email_verified: true,
      name: 'Alice Ahlgren',
      groups: ['Engineering'],
    };
    expect(claims).toMatchObject({ ...person, iss: simulator.oidc.issuer, aud: 'app' });
    expect(userInfo).toMatchObject(person);
    expect(new URL(answered).searchParams.get('iss')).toBe(simulator.oidc.issuer);
  });

  it('authenticates a client by client_secret_basic as well', async () => {
    const { claims } = await (
      await relyingParty(simulator, client.ClientSecretBasic('secret'))
    ).signIn('bob');
    expect(claims.groups).toEqual(['Finance']);
  });

  it('refuses a wrong secret', async () => {
    const wrong = await relyingParty(simulator, client.ClientSecretPost('wrong'));
    await expect(wrong.signIn('alice')).rejects.toMatchObject({ error: 'invalid_client' });
  });

  it('sends groups of the next sign-in as edited, keeps the subject, and says email_verified false', async () => {
    const before = (await app.signIn('alice')).claims;
    simulator.people.edit('alice', {
      groups: ['Finance', 'R&D <ü>'],
      email: 'a@globex.test',
      emailVerified: false,
    });
    const after = (await app.signIn('alice')).claims;
    simulator.people.edit('alice', { email: 'alice@acme.test' });
    expect(after).toMatchObject({
      groups: ['Finance', 'R&D <ü>'],
      email: 'a@globex.test',
      email_verified: false,
    });
    expect(after.sub).toBe(before.sub);
  });

  it.each<[Personality, string, Record<string, unknown>, string[]]>([
    ['array', 'carol', { groups: [] }, []],
    ['single-string', 'alice', { groups: 'Engineering' }, []],
    ['single-string', 'carol', {}, ['groups']],
    ['single-string', 'frank', { groups: ['Sales', 'Finance'] }, []],
    ['absent-when-none', 'alice', { groups: ['Engineering'] }, []],
    ['absent-when-none', 'carol', {}, ['groups']],
    ['uri-names', 'alice', { [groupsUri]: ['Engineering'] }, ['groups']],
    [
      'uri-names',
      'dana',
      { 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/department': 'Design' },
      ['department'],
    ],
    ['joined', 'frank', { groups: 'Sales;Finance' }, []],
    ['guids', 'alice', { groups: [objectId('Engineering')] }, []],
    ['entra', 'alice', { groups: [objectId('Engineering')], tid: objectId('acme.test') }, []],
    ['friendly-names', 'alice', { groups: ['Engineering'] }, []],
    ['keycloak-paths', 'alice', { groups: ['/Engineering'], realm_access: { roles: ['engineering'] } }, []],
    ['overage', 'alice', { _claim_names: { groups: 'src1' } }, ['groups', 'hasgroups']],
    ['overage-hasgroups', 'alice', { hasgroups: true }, ['groups', '_claim_names']],
  ])('M3, M9: %s sends %s as it should', async (personality, login, present, absent) => {
    simulator.personality = personality;
    const { claims, userInfo } = await app.signIn(login);
    for (const sent of [claims, userInfo]) {
      expect(sent).toMatchObject(present);
      for (const name of absent) expect(sent).not.toHaveProperty([name]);
    }
  });

  it('M9: an overage marker points at a URL of the simulator, which counts who calls it', async () => {
    simulator.personality = 'overage';
    const { claims } = await app.signIn('alice');
    const sources = claims['_claim_sources'] as Record<string, { endpoint: string }>;
    const endpoint = sources.src1?.endpoint ?? '';
    const before = simulator.claimSourceRequests;
    expect((await fetch(endpoint)).status).toBe(403);
    expect(simulator.claimSourceRequests).toBe(before + 1);
  });

  it('keeps all but sub out of the ID token where told to', async () => {
    simulator.oidc.claimsIn = 'userinfo';
    const { claims, userInfo } = await app.signIn('alice');
    simulator.oidc.claimsIn = 'id-token-and-userinfo';
    expect(claims).not.toHaveProperty('groups');
    expect(claims).not.toHaveProperty('email');
    expect(userInfo).toMatchObject({ groups: ['Engineering'], email: 'alice@acme.test' });
  });

  it('refuses an unknown client and an unregistered redirect URI with a page, never a redirect', async () => {
    const { url } = await app.signIn('alice');
    const redirected = new URL(url);
    redirected.searchParams.set('redirect_uri', 'http://evil.test/callback');
    const unknown = new URL(url);
    unknown.searchParams.set('client_id', 'nobody');
    for (const request of [redirected, unknown]) {
      await expect(simulator.answerOidc(request.href, 'alice')).rejects.toMatchObject({
        code: 'answer-refused',
      });
      const response = await fetch(request, { redirect: 'manual' });
      expect(response.status).toBe(400);
      expect(response.headers.get('location')).toBeNull();
    }
  });

  it('refuses a request without PKCE', async () => {
    const { url } = await app.signIn('alice');
    url.searchParams.delete('code_challenge');
    url.searchParams.delete('code_challenge_method');
    const answered = new URL(await simulator.answerOidc(url.href, 'alice'));
    expect(`${answered.origin}${answered.pathname}`).toBe(callback);
    expect(answered.searchParams.get('error')).toBe('invalid_request');
  });

  it('escapes what a request says on the error page', async () => {
    const response = await fetch(`${simulator.url}/oidc/auth?client_id=${encodeURIComponent('<img src=x>')}`);
    expect(await response.text()).not.toContain('<img');
  });

  it('ends a session and goes back to the registered address only', async () => {
    const { tokens } = await app.signIn('alice');
    const url = client.buildEndSessionUrl(app.config, {
      id_token_hint: tokens.id_token ?? '',
      post_logout_redirect_uri: 'http://app.test/bye',
      state: 'x',
    });
    const page = await fetch(url);
    const fields = Object.fromEntries(
      [...(await page.text()).matchAll(/name="([^"]+)" value="([^"]+)"/g)].map(([, name, value]) => [
        name,
        value,
      ]),
    ) as Record<string, string>;
    const done = await fetch(`${simulator.oidc.issuer}/session/end/confirm`, {
      method: 'POST',
      redirect: 'manual',
      headers: {
        cookie: page.headers
          .getSetCookie()
          .map((cookie) => cookie.split(';')[0])
          .join('; '),
      },
      body: new URLSearchParams(fields),
    });
    expect(done.headers.get('location')).toBe('http://app.test/bye?state=x');
    url.searchParams.set('post_logout_redirect_uri', 'http://evil.test/');
    expect((await fetch(url)).status).toBe(400);
  });
});
