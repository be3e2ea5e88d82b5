import { SignJWT, UnsecuredJWT } from 'jose';
import { createOutbound } from '@idp-roles/outbound';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  DiscoveryCache,
  endSessionUrl,
  verifyLogoutToken,
  type OidcErrorCode,
  type OidcSettings,
} from '../src/index.js';
import { newKey, Op, type Key } from './op.js';

const EVENT = 'http://schemas.openid.net/event/backchannel-logout';
const outbound = createOutbound({ allowLoopbackHttp: true });
let op: Op;
let rsa: Key;
let other: Key;
let at = 0;
let discovery: DiscoveryCache;
const clock = () => at || Date.now();
const now = () => Math.floor(clock() / 1000);

beforeAll(async () => {
  op = await Op.start();
  rsa = op.signing;
  other = await newKey('k2');
  discovery = new DiscoveryCache({ outbound, clock });
});
afterAll(async () => {
  await op.close();
  await outbound.close();
});
afterEach(() => {
  at = 0;
  discovery.forget('c1');
  Object.assign(op, { metadata: {}, published: [rsa] });
  op.instead.clear();
  op.requests.length = 0;
});

const context = (changes: Partial<OidcSettings> = {}) => ({
  settings: {
    connection: 'c1',
    issuer: op.issuer,
    clientId: op.clientId,
    redirectUri: 'http://localhost/sso/c1/callback',
    ...changes,
  },
  dependencies: { outbound, discovery, clock },
});

interface Forged {
  readonly claims?: Record<string, unknown>;
  readonly header?: Record<string, unknown>;
  readonly key?: Key;
}

function token({ claims, header, key = rsa }: Forged = {}): Promise<string> {
  const payload = {
    iss: op.issuer,
    aud: op.clientId,
    sub: 'alice',
    sid: 's1',
    iat: now(),
    exp: now() + 120,
    jti: 'j1',
    events: { [EVENT]: {} },
    ...claims,
  };
  return new SignJWT(payload)
    .setProtectedHeader({ alg: key.alg, kid: key.kid, typ: 'logout+jwt', ...header })
    .sign(key.privateKey);
}

describe('a logout token', () => {
  it('L9: says whose sessions end, and how long a copy must be known', async () => {
    const iat = now();
    expect(await verifyLogoutToken(context(), await token({ claims: { iat } }))).toEqual({
      sub: 'alice',
      sid: 's1',
      replayKey: { id: 'j1', expiresAt: (iat + 660) * 1000 },
    });
    const bySub = await verifyLogoutToken(context(), await token({ claims: { sid: undefined } }));
    expect(bySub).not.toHaveProperty('sid');
    const bySid = await verifyLogoutToken(context(), await token({ claims: { sub: undefined } }));
    expect(bySid).not.toHaveProperty('sub');
  });

  it.each([undefined, 'JWT', 'logout+jwt', 'application/logout+jwt'])(
    'may be of the type %s',
    async (typ) => {
      expect(await verifyLogoutToken(context(), await token({ header: { typ } }))).toMatchObject({
        sub: 'alice',
      });
    },
  );

  it.each<[string, Forged, OidcErrorCode]>([
    ['an access token', { header: { typ: 'at+jwt' } }, 'logout-token-type'],
    ['a security event of another kind', { header: { typ: 'secevent+jwt' } }, 'logout-token-type'],
    ['of another issuer', { claims: { iss: 'https://evil.test' } }, 'logout-token-issuer'],
    ['for another client', { claims: { aud: 'client-2' } }, 'logout-token-audience'],
    ['for others too', { claims: { aud: ['client-1', 'client-2'] } }, 'logout-token-audience'],
    ['of long ago', { claims: { iat: now() - 700, exp: now() + 60 } }, 'logout-token-expired'],
    ['of the future', { claims: { iat: now() + 120 } }, 'logout-token-expired'],
    ['of no time', { claims: { iat: undefined } }, 'logout-token-expired'],
    ['that has expired', { claims: { exp: now() - 90 } }, 'logout-token-expired'],
    ['that never expires', { claims: { exp: undefined } }, 'logout-token-expired'],
    ['without events: an ID token', { claims: { events: undefined } }, 'logout-token-invalid'],
    ['of another event', { claims: { events: { other: {} } } }, 'logout-token-invalid'],
    ['whose event is no object', { claims: { events: { [EVENT]: true } } }, 'logout-token-invalid'],
    ['whose events are a list', { claims: { events: [EVENT] } }, 'logout-token-invalid'],
    ['with a nonce', { claims: { nonce: 'n' } }, 'logout-token-invalid'],
    ['with an empty nonce', { claims: { nonce: null } }, 'logout-token-invalid'],
    ['without a jti', { claims: { jti: undefined } }, 'logout-token-invalid'],
    ['with a jti too long', { claims: { jti: 'x'.repeat(256) } }, 'logout-token-invalid'],
    ['of nobody', { claims: { sub: undefined, sid: undefined } }, 'logout-token-invalid'],
    ['of a sub that is no text', { claims: { sub: { $ne: 1 } } }, 'logout-token-invalid'],
    ['of a sid that is no text', { claims: { sid: 7 } }, 'logout-token-invalid'],
  ])('L2, L9: %s is refused, and costs no call to the IdP', async (_, forged, code) => {
    await expect(verifyLogoutToken(context(), await token(forged))).rejects.toMatchObject({ code });
    expect(op.requests).toEqual([]);
  });

  it('L2: by another algorithm than the connection’s, or by none, is refused without a call', async () => {
    const ec = await newKey('e1', 'ES256');
    op.published = [rsa, ec];
    const none = new UnsecuredJWT({ sub: 'alice' }).encode();
    for (const forged of [await token({ key: ec }), none]) {
      await expect(verifyLogoutToken(context(), forged)).rejects.toMatchObject({
        code: 'logout-token-algorithm',
      });
    }
    const secret = new TextEncoder().encode(rsa.kid.padEnd(32));
    const hmac = await new SignJWT({ sub: 'alice' }).setProtectedHeader({ alg: 'HS256' }).sign(secret);
    await expect(verifyLogoutToken(context(), hmac)).rejects.toMatchObject({
      code: 'logout-token-algorithm',
    });
    expect(op.requests).toEqual([]);
    const settings = { idTokenSigningAlg: 'ES256' } as const;
    expect(await verifyLogoutToken(context(settings), await token({ key: ec }))).toMatchObject({
      sub: 'alice',
    });
  });

  it('L2: one that another key signed, or that was altered, is refused', async () => {
    const forged = await token({ key: { ...other, kid: rsa.kid } });
    await expect(verifyLogoutToken(context(), forged)).rejects.toMatchObject({
      code: 'logout-token-signature',
    });
    const [header, , signature] = (await token()).split('.');
    const [, payload] = (await token({ claims: { sub: 'bob' } })).split('.');
    const altered = verifyLogoutToken(context(), `${header}.${payload}.${signature}`);
    await expect(altered).rejects.toMatchObject({ code: 'logout-token-signature' });
  });

  it('is text of a bounded length', async () => {
    for (const given of [undefined, '', 7, ['x'], 'a.b', 'x'.repeat(9_000)]) {
      await expect(verifyLogoutToken(context(), given)).rejects.toMatchObject({
        code: 'logout-token-invalid',
      });
    }
    const long = await token({ claims: { more: 'x'.repeat(9_000) } });
    await expect(verifyLogoutToken(context(), long)).rejects.toMatchObject({ code: 'logout-token-invalid' });
    expect(op.requests).toEqual([]);
  });

  it('L2: unknown keys cost one look per half minute, and delay no sign-in’s own look', async () => {
    await verifyLogoutToken(context(), await token());
    const looks = () => op.count('/jwks');
    expect(looks()).toBe(1);
    const strangers = await Promise.all(
      [1, 2, 3].map((n) => token({ key: { ...other, kid: `made-up-${n}` } })),
    );
    for (const forged of strangers) {
      await expect(verifyLogoutToken(context(), forged)).rejects.toMatchObject({
        code: 'id-token-key-unknown',
      });
    }
    expect(looks()).toBe(2);
    op.published = [rsa, other];
    const { keys } = await discovery.get(context().settings);
    expect(await keys.find({ alg: other.alg, kid: other.kid })).toBeDefined();
    expect(looks()).toBe(3);
    at = Date.now() + 31_000;
    expect(await verifyLogoutToken(context(), await token({ key: other }))).toMatchObject({ sub: 'alice' });
  });
});

describe('the way to the IdP’s logout', () => {
  const request = { postLogoutRedirectUri: 'http://localhost/sso/c1/signed-out', state: 's t' };

  it('L9: carries hint, client, the way back and a state', async () => {
    op.metadata = { end_session_endpoint: `${op.issuer}/end?tenant=1` };
    const url = new URL((await endSessionUrl(context(), { ...request, idToken: 'h.p.s' })) ?? '');
    expect(url.origin + url.pathname).toBe(`${op.issuer}/end`);
    expect(Object.fromEntries(url.searchParams)).toEqual({
      tenant: '1',
      id_token_hint: 'h.p.s',
      client_id: op.clientId,
      post_logout_redirect_uri: request.postLogoutRedirectUri,
      state: 's t',
    });
  });

  it('leaves out a hint that no server would read', async () => {
    op.metadata = { end_session_endpoint: `${op.issuer}/end` };
    const url = new URL((await endSessionUrl(context(), { ...request, idToken: 'x'.repeat(5_000) })) ?? '');
    expect(url.searchParams.has('id_token_hint')).toBe(false);
    expect(url.searchParams.get('client_id')).toBe(op.clientId);
  });

  it.each([undefined, 'javascript:alert(1)', 'http://evil.test/end', 'ftp://x', 7, 'nowhere'])(
    'L2: leads nowhere where the document says %s',
    async (end_session_endpoint) => {
      op.metadata = { end_session_endpoint };
      expect(await endSessionUrl(context(), request)).toBeUndefined();
    },
  );
});
