import { createOutbound } from '@idp-roles/outbound';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { DiscoveryCache, type DiscoveryOptions } from '../src/index.js';
import { connect } from './browser.js';
import { json, newKey, Op, type Key } from './op.js';

let op: Op;
let old: Key;
let next: Key;
beforeAll(async () => {
  op = await Op.start();
  [old, next] = [op.signing, await newKey('k2')];
});
afterAll(() => op.close());
afterEach(() => {
  Object.assign(op, { patienceMs: 5_000, metadata: {}, signing: old, published: [old], header: {} });
  op.instead.clear();
  op.requests.length = 0;
});

const document = '/.well-known/openid-configuration';
const outbound = createOutbound({ allowLoopbackHttp: true, timeoutMs: 5_000 });
afterAll(() => outbound.close());
const cacheOf = (options: Partial<DiscoveryOptions> = {}) => new DiscoveryCache({ outbound, ...options });
const wanted = (connection = 'c1') => ({ connection, issuer: op.issuer, clientId: 'client-1' });

const rotate = () => Object.assign(op, { signing: next, published: [next] });

describe('discovery', () => {
  it('is asked once by many at once, and again after its time', async () => {
    let now = 0;
    const cache = cacheOf({ clock: () => now, ttlMs: 1_000 });
    await Promise.all(Array.from({ length: 20 }, () => cache.get(wanted())));
    await cache.get(wanted());
    expect(op.count(document)).toBe(1);
    now = 1_000;
    await cache.get(wanted());
    expect(op.count(document)).toBe(2);
  });

  it('is kept for each connection and client by itself, and dropped on demand', async () => {
    const cache = cacheOf();
    await Promise.all([
      cache.get(wanted('c1')),
      cache.get(wanted('c2')),
      cache.get({ ...wanted('c1'), clientId: 'x' }),
    ]);
    expect(op.count(document)).toBe(3);
    cache.forget('c1');
    await cache.get(wanted('c2'));
    expect(op.count(document)).toBe(3);
    await cache.get(wanted('c1'));
    expect(op.count(document)).toBe(4);
  });

  it('is kept for so many connections; the one asked for longest ago goes', async () => {
    const cache = cacheOf({ capacity: 2 });
    for (const connection of ['c1', 'c2', 'c1', 'c3', 'c1']) await cache.get(wanted(connection));
    expect(op.count(document)).toBe(3);
    await cache.get(wanted('c2'));
    expect(op.count(document)).toBe(4);
  });

  it('a failure is answered again without asking, shortly', async () => {
    op.instead.set(document, () => {});
    let now = 0;
    const hasty = createOutbound({ allowLoopbackHttp: true, timeoutMs: 300 });
    const cache = cacheOf({ outbound: hasty, clock: () => now });
    await expect(cache.get(wanted())).rejects.toMatchObject({ code: 'idp-timeout' });
    const began = Date.now();
    await expect(cache.get(wanted())).rejects.toMatchObject({ code: 'idp-timeout' });
    expect([op.count(document), Date.now() - began < 100]).toEqual([1, true]);
    op.instead.clear();
    now = 10_000;
    expect((await cache.get(wanted())).metadata.issuer).toBe(op.issuer);
    await hasty.close();
  });

  it.each<[string, Parameters<Op['instead']['set']>[1], string]>([
    ['404', (_, response) => json(response, {}, 404), 'idp-answer-invalid'],
    ['a page', (_, response) => void response.end('<html>'), 'idp-answer-invalid'],
    [
      'half of its JSON',
      (_, response) => void response.writeHead(200, { 'content-type': 'application/json' }).end('{"iss'),
      'idp-answer-invalid',
    ],
    ['null', (_, response) => json(response, null), 'idp-answer-invalid'],
    ['no issuer', (_, response) => json(response, {}), 'idp-answer-invalid'],
    [
      'a redirect',
      (_, response) => void response.writeHead(302, { location: '/' }).end(),
      'idp-answer-invalid',
    ],
    ['too much', (_, response) => void response.end(Buffer.alloc(1_048_577)), 'idp-answer-invalid'],
    ['a cut connection', (_, response) => void response.destroy(), 'idp-unreachable'],
  ])('an IdP that answers %s', async (_, answer, code) => {
    op.instead.set(document, answer);
    await expect(cacheOf().get(wanted())).rejects.toMatchObject({ name: 'OidcError', code });
  });

  it.each([
    { authorization_endpoint: 'javascript:alert(1)' },
    { authorization_endpoint: 'http://idp.example/authorize' },
    { authorization_endpoint: undefined },
    { token_endpoint: 'x' },
    { jwks_uri: undefined },
    { jwks_uri: 7 },
  ])('a document with %j', async (metadata) => {
    op.metadata = metadata;
    await expect(cacheOf().get(wanted())).rejects.toMatchObject({ code: 'idp-answer-invalid' });
  });

  it('L2: an issuer that is not exactly ours is refused, and told', async () => {
    for (const issuer of [`${op.issuer}/`, 'https://idp.example', op.issuer.toUpperCase()]) {
      op.metadata = { issuer };
      const error: unknown = await cacheOf()
        .get(wanted())
        .catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: 'discovery-issuer-mismatch' });
      expect(String(error)).toContain(issuer);
    }
  });

  it('L10: an Entra document without an issuer of its own is refused, though openid-client lets it pass', async () => {
    const issuer = 'https://login.microsoftonline.com/contoso/v2.0';
    const base = 'https://login.microsoftonline.com/x';
    const answer = {
      issuer: issuer.replace('contoso', '{tenantid}'),
      authorization_endpoint: base,
      token_endpoint: base,
      jwks_uri: base,
    };
    const cache = new DiscoveryCache({ outbound: { fetch: async () => Response.json(answer) } });
    const refused = cache.get({ connection: 'c', issuer, clientId: 'x' });
    await expect(refused).rejects.toMatchObject({ code: 'discovery-issuer-mismatch' });
  });

  it('an IdP whose keys sit at an inner address is refused at the call', async () => {
    op.metadata = { jwks_uri: 'https://169.254.169.254/keys' };
    await expect(connect(op).signIn()).rejects.toMatchObject({ code: 'idp-address-refused' });
  });
});

describe('L2: keys', () => {
  it('are asked for once and used for the next sign-ins', async () => {
    const browser = connect(op);
    await browser.signIn();
    await browser.signIn();
    expect(op.count('/jwks')).toBe(1);
  });

  it('a new key is found at once, without failing a sign-in', async () => {
    const browser = connect(op);
    await browser.signIn();
    rotate();
    expect((await browser.signIn()).subject).toBe('alice');
    expect(op.count('/jwks')).toBe(2);
  });

  it('unknown key ids refresh once in 30 s per connection', async () => {
    let late = 0;
    const now = () => Date.now() + late;
    const browser = connect(op, {}, now);
    await browser.signIn();
    op.header = { kid: 'made-up' };
    for (const expected of [2, 2, 2]) {
      await expect(browser.signIn()).rejects.toMatchObject({ code: 'id-token-key-unknown' });
      expect(op.count('/jwks')).toBe(expected);
    }
    late = 29_000;
    await expect(browser.signIn()).rejects.toMatchObject({ code: 'id-token-key-unknown' });
    expect(op.count('/jwks')).toBe(2);
    late = 31_000;
    await expect(browser.signIn()).rejects.toMatchObject({ code: 'id-token-key-unknown' });
    expect(op.count('/jwks')).toBe(3);
    await expect(connect(op).signIn()).rejects.toMatchObject({ code: 'id-token-key-unknown' });
    expect(op.count('/jwks')).toBe(4);
  });

  it('many with a new key at once share one refresh', async () => {
    const browser = connect(op);
    await browser.signIn();
    rotate();
    const begun = await Promise.all(Array.from({ length: 8 }, () => browser.begin()));
    await Promise.all(begun.map(({ url, state }) => browser.finish(op.authorize(url), state)));
    expect(op.count('/jwks')).toBe(2);
  });

  it('a withdrawn key is not believed for longer than 10 minutes', async () => {
    let late = 0;
    const browser = connect(op, {}, () => Date.now() + late);
    await browser.signIn();
    op.published = [next];
    late = 9 * 60_000;
    op.claims = {
      iat: Math.floor((Date.now() + late) / 1000),
      exp: Math.floor((Date.now() + late) / 1000) + 60,
    };
    expect((await browser.signIn()).subject).toBe('alice');
    late = 10 * 60_000;
    op.claims = {
      iat: Math.floor((Date.now() + late) / 1000),
      exp: Math.floor((Date.now() + late) / 1000) + 60,
    };
    await expect(browser.signIn()).rejects.toMatchObject({ code: 'id-token-key-unknown' });
    op.claims = {};
  });

  it.each<[string, Parameters<Op['instead']['set']>[1], string]>([
    ['500', (_, response) => json(response, {}, 500), 'idp-answer-invalid'],
    ['a page', (_, response) => void response.end('<html>'), 'idp-answer-invalid'],
    ['no list', (_, response) => json(response, { keys: 'x' }), 'idp-answer-invalid'],
    ['null', (_, response) => json(response, null), 'idp-answer-invalid'],
    ['silence', () => {}, 'idp-timeout'],
  ])('that answer %s: refused, and not asked again at once', async (kind, answer, code) => {
    op.instead.set('/jwks', answer);
    if (kind === 'silence') op.patienceMs = 500;
    const browser = connect(op);
    await expect(browser.signIn()).rejects.toMatchObject({ code });
    await expect(browser.signIn()).rejects.toMatchObject({ code });
    expect(op.count('/jwks')).toBe(1);
  });

  it('no key id and two keys that fit: refused, as OpenID Connect Core 10.1 says', async () => {
    op.header = { kid: undefined };
    expect((await connect(op).signIn()).subject).toBe('alice');
    op.published = [old, next];
    await expect(connect(op).signIn()).rejects.toMatchObject({ code: 'id-token-key-unknown' });
  });
});
