import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { FinishSignIn, OidcErrorCode } from '../src/index.js';
import { connect } from './browser.js';
import { json, newKey, Op, type Key } from './op.js';

let op: Op;
let rsa: Key;
let otherRsa: Key;
let ec: Key;
beforeAll(async () => {
  op = await Op.start();
  rsa = op.signing;
  [otherRsa, ec] = [await newKey('k2'), await newKey('e1', 'ES256')];
});
afterAll(() => op.close());
afterEach(() => {
  Object.assign(op, {
    patienceMs: 5_000,
    metadata: {},
    claims: {},
    header: {},
    response: {},
    userInfo: undefined,
  });
  Object.assign(op, { forge: (idToken: string) => idToken, signing: rsa, published: [rsa] });
  op.instead.clear();
  op.requests.length = 0;
});

const now = () => Math.floor(Date.now() / 1000);
const b64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const payloadOf = (token: string) =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());

async function refused(
  code: OidcErrorCode,
  finish: Partial<FinishSignIn> = {},
  settings = {},
): Promise<void> {
  const browser = connect(op, settings);
  await expect(browser.signIn(finish)).rejects.toMatchObject({ name: 'OidcError', code });
  expect(browser.verified).toEqual([]);
}

describe('L2: the ID token is verified in the code flow too', () => {
  it('a token whose claims were changed after signing', async () => {
    op.forge = (token) => {
      const [header, , signature] = token.split('.');
      return `${header}.${b64({ ...payloadOf(token), sub: 'bob' })}.${signature}`;
    };
    await refused('id-token-signature');
  });

  it('a token signed with another key that claims to be the published one', async () => {
    op.signing = { ...otherRsa, kid: rsa.kid };
    await refused('id-token-signature');
  });

  it('a token signed with a key that is not published', async () => {
    op.signing = otherRsa;
    await refused('id-token-key-unknown');
  });

  it('a token signed with an algorithm the IdP supports and this connection did not choose', async () => {
    op.published = [rsa, ec];
    op.signing = ec;
    await refused('id-token-algorithm');
    const browser = connect(op, { idTokenSigningAlg: 'ES256' });
    expect((await browser.signIn()).subject).toBe('alice');
  });

  it('alg none, and HS256 with the client secret or the public key as secret', async () => {
    op.forge = (token) => `${b64({ alg: 'none' })}.${token.split('.')[1]}.`;
    await refused('id-token-algorithm');
    op.forge = (token) => `${b64({ alg: 'HS256' })}.${token.split('.')[1]}.AAAA`;
    await refused('id-token-algorithm');
    await refused('id-token-algorithm', {}, { idTokenSigningAlg: 'ES256' });
  });

  it.each(['at+jwt', 'application/at+JWT', 'logout+jwt'])('a token of type %s', async (typ) => {
    op.header = { typ };
    await refused('id-token-type');
  });

  it('type JWT is an ID token', async () => {
    op.header = { typ: 'JWT' };
    expect((await connect(op).signIn()).subject).toBe('alice');
  });

  it.each<[string, Record<string, unknown>, OidcErrorCode]>([
    ['of another issuer', { iss: 'https://idp.example' }, 'id-token-issuer'],
    ['whose issuer differs by a slash', { iss: 'SLASH' }, 'id-token-issuer'],
    ['for another client', { aud: 'client-2' }, 'id-token-audience'],
    ['for another client besides', { aud: ['client-1', 'client-2'], azp: 'client-1' }, 'id-token-audience'],
    ['for no audience', { aud: [] }, 'id-token-audience'],
    ['issued to another client', { azp: 'client-2' }, 'id-token-authorized-party'],
    ['with an authorized party that is no text', { azp: null }, 'id-token-authorized-party'],
    ['with another nonce', { nonce: 'x' }, 'id-token-nonce'],
    ['without a nonce', { nonce: undefined }, 'id-token-invalid'],
    ['without a subject', { sub: undefined }, 'id-token-invalid'],
    ['with an empty subject', { sub: '' }, 'id-token-subject'],
    ['with a subject of 256 characters', { sub: 'x'.repeat(256) }, 'id-token-subject'],
    ['with NUL in the subject', { sub: 'a\0' }, 'id-token-subject'],
    ['with a lone surrogate in the subject', { sub: 'a\ud800' }, 'id-token-subject'],
    ['with a number as subject', { sub: 7 }, 'id-token-invalid'],
    ['that expired', { exp: now() - 120 }, 'id-token-expired'],
    ['without expiry', { exp: undefined }, 'id-token-invalid'],
    ['issued 11 minutes ago', { iat: now() - 660 }, 'id-token-issued-at'],
    ['issued in 2 minutes', { iat: now() + 120 }, 'id-token-issued-at'],
    ['without issue time', { iat: undefined }, 'id-token-invalid'],
    ['not valid yet', { nbf: now() + 120 }, 'id-token-issued-at'],
  ])('a token %s', async (_, claims, code) => {
    op.claims = claims['iss'] === 'SLASH' ? { iss: `${op.issuer}/` } : claims;
    const browser = connect(op);
    const error = (await browser.signIn().catch((thrown: unknown) => thrown)) as { code: string };
    expect(error.code).toBe(code);
    expect(browser.verified).toEqual([]);
  });

  it.each([
    ['9 minutes ago', -540],
    ['in 50 seconds', 50],
  ])('a token issued %s passes: clocks differ', async (_, seconds) => {
    op.claims = { iat: now() + seconds };
    expect((await connect(op).signIn()).subject).toBe('alice');
  });

  it('a subject of 255 characters and azp = us pass', async () => {
    op.claims = { sub: 'é'.repeat(255), azp: 'client-1', aud: ['client-1'] };
    expect((await connect(op).signIn()).subject).toHaveLength(255);
  });

  it.each(['', 'x', 'a.b', 'a.b.c', 'a.b.c.d.e'])('an ID token that reads `%s`', async (token) => {
    op.forge = () => token;
    const error = await connect(op)
      .signIn()
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: 'OidcError' });
  });

  it('no ID token at all', async () => {
    op.forge = () => undefined;
    await refused('id-token-missing');
  });
});

describe('L2: the answer belongs to what was asked', () => {
  it('the request asks for a code with PKCE S256, state and nonce', async () => {
    const { url, state } = await connect(op).begin({ loginHint: 'a@acme.test' });
    const query = Object.fromEntries(new URL(url).searchParams);
    expect(query).toMatchObject({
      response_type: 'code',
      client_id: 'client-1',
      redirect_uri: 'https://app.test/sso/c1/callback',
      scope: 'openid profile email',
      state: 'relay-1',
      nonce: state['nonce'],
      code_challenge_method: 'S256',
      login_hint: 'a@acme.test',
    });
    expect(query['code_challenge']).toMatch(/^[\w-]{43}$/);
    expect(url).not.toContain(state['code_verifier']);
  });

  it.each<[string, Record<string, string | undefined>, OidcErrorCode]>([
    ['another state', { state: 'relay-2' }, 'state-mismatch'],
    ['no state', { state: undefined }, 'state-mismatch'],
    ['another iss (RFC 9207)', { iss: 'https://evil.example' }, 'response-issuer-mismatch'],
    ['no iss although the IdP announces it', { iss: undefined }, 'response-issuer-mismatch'],
    ['no code', { code: undefined }, 'response-invalid'],
    ['an ID token in the front channel', { id_token: 'x' }, 'idp-answer-invalid'],
    ['a JARM response', { response: 'x' }, 'idp-answer-invalid'],
  ])(
    'an answer with %s never reaches the token endpoint nor consumes the sign-in',
    async (_, response, code) => {
      op.response = response;
      let consumed = 0;
      await refused(code, { consume: async () => ((consumed += 1), true) });
      expect([op.count('/token'), consumed]).toEqual([0, 0]);
    },
  );

  it('iss is checked when sent, and not missed where the IdP does not announce it', async () => {
    op.metadata = { authorization_response_iss_parameter_supported: false };
    op.response = { iss: undefined };
    expect((await connect(op).signIn()).subject).toBe('alice');
    op.response = { iss: 'https://evil.example' };
    await refused('response-issuer-mismatch');
  });

  it('doubled parameters, a body, and another method', async () => {
    const browser = connect(op);
    const { url, state } = await browser.begin();
    const callback = op.authorize(url);
    for (const extra of ['&state=relay-1', '&code=other', `&iss=${encodeURIComponent(op.issuer)}`]) {
      await expect(browser.finish(callback + extra, state)).rejects.toMatchObject({ name: 'OidcError' });
    }
    await expect(browser.finish(callback, state, { method: 'POST' })).rejects.toMatchObject({
      code: 'response-invalid',
    });
    expect(op.count('/token')).toBe(0);
  });

  it.each(['connection', 'issuer', 'client_id', 'state', 'nonce', 'code_verifier'])(
    'a pending sign-in with another or no %s',
    async (name) => {
      const browser = connect(op);
      const { url, state } = await browser.begin();
      const { [name]: _, ...without } = state;
      const callback = op.authorize(url);
      await expect(browser.finish(callback, without)).rejects.toMatchObject({ code: 'pending-mismatch' });
      if (!['nonce', 'code_verifier'].includes(name)) {
        const other = { ...state, [name]: 'other' };
        await expect(browser.finish(callback, other)).rejects.toMatchObject({ code: 'pending-mismatch' });
      }
      expect(browser.verified).toEqual([]);
    },
  );

  it('another sign-in of the same person: nonce and code verifier are its own', async () => {
    const browser = connect(op);
    const [one, two] = [await browser.begin(), await browser.begin()];
    const swapped = { ...one.state, code_verifier: two.state['code_verifier'] ?? '' };
    await expect(browser.finish(op.authorize(one.url), swapped)).rejects.toMatchObject({
      code: 'code-refused',
    });
    const stale = { ...one.state, nonce: two.state['nonce'] ?? '' };
    await expect(browser.finish(op.authorize(one.url), stale)).rejects.toMatchObject({
      code: 'id-token-nonce',
    });
  });

  it('a relay state other than the record was saved with', async () => {
    await refused('pending-mismatch', { relayState: 'relay-9' });
  });

  it('100 copies of one answer: one sign-in, one call to the token endpoint', async () => {
    const browser = connect(op);
    const { url, state } = await browser.begin();
    const callback = op.authorize(url);
    let left = true;
    const consume = async () => {
      const mine = left;
      left = false;
      return mine;
    };
    const all = await Promise.allSettled(
      Array.from({ length: 100 }, () => browser.finish(callback, state, { consume })),
    );
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const one of all)
      if (one.status === 'rejected') expect(one.reason).toMatchObject({ code: 'already-finished' });
    expect([browser.verified.length, op.count('/token')]).toEqual([1, 1]);
  });

  it('people who come back at the same time through one strategy each get their own answer', async () => {
    const browser = connect(op);
    const names = ['alice', 'bob', 'carol'];
    const begun = await Promise.all(names.map((relayState) => browser.begin({ relayState })));
    const urls = begun.map(({ url }) => new URL(url).searchParams.get('state'));
    expect(urls).toEqual(names);
    const principals = await Promise.all(
      begun.map(({ url, state }, index) =>
        browser.finish(op.authorize(url, names[index]), state, { relayState: names[index] }),
      ),
    );
    expect(principals).toEqual(names.map((id) => ({ id })));
  });

  it('a store that is down is not blamed on the IdP', async () => {
    const down = new Error('store is down');
    const failing = connect(op).signIn({ consume: () => Promise.reject(down) });
    await expect(failing).rejects.toBe(down);
  });

  it.each(['access_denied', 'login_required', 'server_error'])('the IdP answers %s', async (error) => {
    op.response = { code: undefined, error, error_description: 'for <b>alice</b>' };
    let consumed = 0;
    const browser = connect(op);
    const thrown = await browser
      .signIn({ consume: async () => ((consumed += 1), true) })
      .catch((e: unknown) => e);
    expect(thrown).toMatchObject({ code: 'idp-refused' });
    expect(String(thrown)).toContain(`\`${error}\``);
    expect(String(thrown)).not.toContain('alice');
    expect(consumed).toBe(1);
  });

  it('an error answer that is not for this sign-in ends nothing', async () => {
    op.response = { code: undefined, error: 'access_denied', state: 'relay-2' };
    let consumed = 0;
    await refused('state-mismatch', { consume: async () => ((consumed += 1), true) });
    expect(consumed).toBe(0);
  });

  it('an error code of markup is not shown', async () => {
    op.response = { code: undefined, error: '<script>' };
    const thrown = await connect(op)
      .signIn()
      .catch((e: unknown) => e);
    expect(String(thrown)).not.toContain('<script>');
  });
});

describe('L2: a new authentication where it was asked for', () => {
  it.each<[string, number | undefined, boolean]>([
    ['just now', 0, true],
    ['an hour ago', -3600, false],
    ['at a time not told', undefined, false],
  ])('authenticated %s', async (_, seconds, accepted) => {
    op.claims = seconds === undefined ? {} : { auth_time: now() + seconds };
    const browser = connect(op);
    const { url, state } = await browser.begin({ forceAuthn: true });
    expect(new URL(url).searchParams.get('prompt')).toBe('login');
    const finished = browser.finish(op.authorize(url), state);
    if (accepted) expect(await finished).toEqual({ id: 'alice' });
    else await expect(finished).rejects.toMatchObject({ code: 'reauthentication-missing' });
  });
});

describe('the token endpoint', () => {
  it('refuses our secret', async () => {
    await refused('client-refused', {}, { clientSecret: 'wrong' });
  });

  it.each<[string, number, unknown, OidcErrorCode]>([
    ['a code it does not know', 400, { error: 'invalid_grant' }, 'code-refused'],
    ['JSON of the wrong shape', 200, { hello: 1 }, 'idp-answer-invalid'],
    ['a server error', 500, { error: 'x' }, 'idp-answer-invalid'],
    ['no access token', 200, { id_token: 'x', token_type: 'Bearer' }, 'idp-answer-invalid'],
  ])('answers with %s', async (_, status, body, code) => {
    op.instead.set('/token', (__, response) => json(response, body, status));
    await refused(code);
  });

  it('answers with a page, a redirect, too much, or never', async () => {
    op.instead.set('/token', (_, response) => void response.end('<html>'));
    await refused('idp-answer-invalid');
    op.instead.set(
      '/token',
      (_, response) => void response.writeHead(307, { location: '/realm/token2' }).end(),
    );
    await refused('idp-answer-invalid');
    expect(op.count('/token2')).toBe(0);
    op.instead.set('/token', (_, response) => void response.end(Buffer.alloc(1_048_577)));
    await refused('idp-answer-invalid');
    op.instead.set('/token', () => {});
    op.patienceMs = 500;
    await refused('idp-timeout');
  });

  it('no error shows the secret, the code, the verifier or a token', async () => {
    op.forge = (token) => `${token}x`;
    const browser = connect(op);
    const { url, state } = await browser.begin();
    const callback = op.authorize(url);
    const thrown = (await browser.finish(callback, state).catch((e: unknown) => e)) as Error & {
      code: string;
    };
    const shown = `${thrown.message} ${JSON.stringify(thrown)}`;
    const code = new URL(callback, 'http://x').searchParams.get('code') ?? '';
    for (const secret of [op.clientSecret, code, state['code_verifier'], state['nonce'], 'eyJ']) {
      expect(shown).not.toContain(secret);
    }
  });
});
