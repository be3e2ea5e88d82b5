import { createPublicKey, verify } from 'node:crypto';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inflateRawSync } from 'node:zlib';
import express from 'express';
import passport from 'passport';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  SamlStrategy,
  type FinishSignIn,
  type ProtocolState,
  type SamlSettings,
  type VerifiedSignIn,
} from '../src/index.js';
import { encode, sign } from './identity-provider.js';
import { assertionXml, at, minute, now, responseXml, type ResponseParts } from './response-builder.js';
import { makeBench, type Bench } from './verification.js';

/** A host as small as can be: two routes, pending sign-ins in a Map. */
let bench: Bench;
let settings: SamlSettings;
let strategy: SamlStrategy;
let verified: VerifiedSignIn[];
let pending: Map<string, ProtocolState>;
let clock: number;
let forceAuthn: boolean;
let deciding: (signIn: VerifiedSignIn) => Promise<unknown>;
let server: Server;
let origin: string;

const authenticate =
  (options: () => object): express.RequestHandler =>
  (req, res, next) =>
    passport.authenticate(strategy, options(), (error: unknown, user: unknown) => {
      const { code, message } = (error ?? {}) as { code?: string; message?: string };
      if (error) res.status(400).json({ code, message });
      else res.json(user);
    })(req, res, next);

beforeAll(async () => {
  bench = await makeBench();
  const app = express();
  app.use(express.urlencoded({ extended: false, limit: '2mb' }));
  app.get('/login', (req, res, next) => {
    const relayState = String(req.query['relay'] ?? 'relay-1');
    const save = async (state: ProtocolState) => void pending.set(relayState, state);
    authenticate(() => ({ begin: { relayState, forceAuthn, save } }))(req, res, next);
  });
  app.post('/acs', (req, res, next) => {
    const relayState: string = req.body.RelayState;
    const state = pending.get(relayState);
    const finish: FinishSignIn = {
      relayState,
      state,
      body: req.body,
      consume: async () => pending.delete(relayState),
    };
    authenticate(() => ({ finish }))(req, res, next);
  });
  server = app.listen(0);
  origin = `http://localhost:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());
beforeEach(() => {
  settings = bench.settings;
  verified = [];
  pending = new Map();
  clock = now;
  forceAuthn = false;
  deciding = async ({ subject }) => ({ subject });
  use(settings);
});

function use(changed: SamlSettings): void {
  strategy = new SamlStrategy(changed, { clock: () => clock }, async (signIn) => {
    verified.push(signIn);
    return deciding(signIn);
  });
}

const begin = (query = '') => fetch(`${origin}/login${query}`, { redirect: 'manual' });
const finish = async (xml: string, RelayState = 'relay-1') => {
  const body = new URLSearchParams({ SAMLResponse: encode(xml), RelayState });
  const answer = await fetch(`${origin}/acs`, { method: 'POST', body });
  return (await answer.json()) as { code?: string; subject?: string };
};
const idOf = (relay: string) => pending.get(relay)?.['requestId'];
/** A response that answers the pending request. */
const answer = (changes: Partial<ResponseParts> = {}, relay = 'relay-1') => {
  const id = pending.get(relay)?.['requestId'];
  return bench.signed({ inResponseTo: id, responseInResponseTo: id, ...changes });
};

describe('beginning', () => {
  it('L1: redirects with a compressed request and saves its id first', async () => {
    const response = await begin();
    expect(response.status).toBe(302);
    const location = new URL(response.headers.get('location') ?? '');
    expect(location.origin + location.pathname).toBe(settings.entryPoint);
    expect(location.searchParams.get('RelayState')).toBe('relay-1');
    const xml = inflateRawSync(
      Buffer.from(location.searchParams.get('SAMLRequest') ?? '', 'base64'),
    ).toString();
    expect(xml).toContain(`ID="${pending.get('relay-1')?.['requestId']}"`);
    expect(xml).toContain(`AssertionConsumerServiceURL="${settings.acsUrl}"`);
    expect(xml).toContain(`Destination="${settings.entryPoint}"`);
    expect(xml).toContain(`>${settings.entityId}</saml:Issuer>`);
    expect(xml).not.toMatch(/ForceAuthn|RequestedAuthnContext|Format=/);
  });

  it('L2: POST carries an uncompressed request in a page that runs its own script only', async () => {
    use({ ...settings, binding: 'post', entryPoint: 'https://idp.test/sso?a=1&b="2"' });
    const response = await begin('?relay=%22%3E%3Cscript%3E');
    expect(response.headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; script-src 'sha256-/,
    );
    const page = await response.text();
    expect(page).toContain('action="https://idp.test/sso?a=1&amp;b=&quot;2&quot;"');
    expect(page).toContain('value="&quot;&gt;&lt;script&gt;"');
    const request = /name="SAMLRequest" value="([^"]*)"/.exec(page)?.[1] ?? '';
    expect(Buffer.from(request, 'base64').toString()).toContain('<samlp:AuthnRequest');
  });

  it('L2: requests are signed with SHA-256 where the connection has a key', async () => {
    use({ ...settings, signing: bench.key });
    const location = new URL((await begin()).headers.get('location') ?? '');
    expect(location.searchParams.get('SigAlg')).toBe('http://www.w3.org/2001/04/xmldsig-more#rsa-sha256');
    const [signed] = location.search.slice(1).split('&Signature=');
    const signature = Buffer.from(location.searchParams.get('Signature') ?? '', 'base64');
    expect(verify('sha256', Buffer.from(signed ?? ''), createPublicKey(bench.key.publicKey), signature)).toBe(
      true,
    );
  });

  it('L2: and so in a form', async () => {
    use({ ...settings, signing: bench.key, binding: 'post' });
    const page = await (await begin()).text();
    const xml = Buffer.from(/name="SAMLRequest" value="([^"]*)"/.exec(page)?.[1] ?? '', 'base64').toString();
    expect(xml).toContain('xmldsig-more#rsa-sha256');
    expect(xml).toContain('xmlenc#sha256');
    expect(xml).not.toContain('sha1');
  });

  it('L1: what the query holds begins and finishes nothing', async () => {
    const response = await begin(
      `?SAMLResponse=${encodeURIComponent(encode(bench.signed()))}&RelayState=evil`,
    );
    expect(response.status).toBe(302);
    expect(response.headers.get('location')).toContain('RelayState=relay-1');
  });

  it('L2: a pending sign-in that cannot be kept stops the sign-in', async () => {
    pending.set = () => {
      throw new Error('no store');
    };
    expect((await begin()).status).toBe(400);
  });
});

describe('finishing', () => {
  it('L1: hands the verified sign-in on and answers with its principal', async () => {
    await begin();
    expect(await finish(answer())).toEqual({ subject: 'a1b2c3' });
    expect(verified).toHaveLength(1);
    expect(pending.size).toBe(0);
  });

  it('L2: the second copy finds the pending sign-in gone', async () => {
    await begin();
    const xml = answer();
    const state = pending.get('relay-1');
    expect(await finish(xml)).toEqual({ subject: 'a1b2c3' });
    expect((await finish(xml)).code).toBe('sign-in-unknown');
    // Two at once: both read it before either deleted it.
    pending.get = () => state;
    expect((await finish(xml)).code).toBe('sign-in-used');
    expect(verified).toHaveLength(1);
  });

  it('L2: of 100 parallel copies one is handed on', async () => {
    await begin();
    const xml = answer();
    const state = pending.get('relay-1');
    pending.get = () => state;
    const answers = await Promise.all(Array.from({ length: 100 }, () => finish(xml)));
    expect(answers.filter(({ subject }) => subject !== undefined)).toHaveLength(1);
    expect(answers.filter(({ code }) => code === 'sign-in-used')).toHaveLength(99);
    expect(verified).toHaveLength(1);
  });

  it('L2: a response that does not verify leaves the pending sign-in', async () => {
    await begin();
    const good = answer();
    expect((await finish(good.replace('>a1b2c3<', '>admin<'))).code).toBe('signature-invalid');
    expect((await finish(answer({ recipient: 'https://evil.test' }))).code).toBe('recipient-mismatch');
    expect(pending.size).toBe(1);
    expect(await finish(good)).toEqual({ subject: 'a1b2c3' });
  });

  it('L3: the pending sign-in is of this connection and this RelayState', async () => {
    await begin();
    const xml = answer();
    const state = pending.get('relay-1') ?? {};
    pending.set('relay-2', state);
    expect((await finish(xml, 'relay-2')).code).toBe('sign-in-unknown');
    pending.set('relay-1', { ...state, connection: 'con_2' });
    expect((await finish(xml)).code).toBe('sign-in-unknown');
    use({ ...settings, allowIdpInitiated: true });
    const unsolicited = bench.signed({ inResponseTo: undefined, responseInResponseTo: undefined });
    pending.set('relay-1', { connection: 'con_1', relayState: 'relay-1' });
    expect((await finish(unsolicited)).code).toBe('sign-in-unknown');
    expect(verified).toHaveLength(0);
  });

  it('L2: begun at the IdP, only where the connection opts in; nothing is consumed', async () => {
    const unsolicited = bench.signed({ inResponseTo: undefined, responseInResponseTo: undefined });
    expect((await finish(unsolicited)).code).toBe('idp-initiated-refused');
    use({ ...settings, allowIdpInitiated: true });
    expect(await finish(unsolicited)).toEqual({ subject: 'a1b2c3' });
    expect(verified[0]?.replayKey).toEqual({ id: '_assertion-1', expiresAt: now + 6 * minute });
  });

  it('L2: a fresh authentication asked for is insisted on', async () => {
    forceAuthn = true;
    const location = new URL((await begin()).headers.get('location') ?? '');
    const xml = inflateRawSync(
      Buffer.from(location.searchParams.get('SAMLRequest') ?? '', 'base64'),
    ).toString();
    expect(xml).toContain('ForceAuthn="true"');
    clock += 2 * minute;
    expect((await finish(answer({ authnInstant: at(-10 * minute) }))).code).toBe('authentication-stale');
    expect((await finish(answer({ authnInstant: at(minute) }))).subject).toBe('a1b2c3');
  });

  it('L2: time is the clock it is given', async () => {
    await begin();
    clock += 60 * minute;
    expect((await finish(answer())).code).toBe('assertion-expired');
  });

  it('L1: a refusal of the verify hook is the refusal of the sign-in', async () => {
    await begin();
    deciding = () => Promise.reject(Object.assign(new Error('no'), { code: 'no-role' }));
    expect((await finish(answer())).code).toBe('no-role');
  });

  it('L7: no response in the body is a refusal, not an error', async () => {
    await begin();
    const body = new URLSearchParams({ RelayState: 'relay-1' });
    const { code } = (await (await fetch(`${origin}/acs`, { method: 'POST', body })).json()) as {
      code: string;
    };
    expect(code).toBe('response-missing');
  });

  it('L1: requests that overlap on one instance get each their own answer', async () => {
    await Promise.all(['a', 'b', 'c'].map((relay) => begin(`?relay=${relay}`)));
    const delays: Record<string, number> = { a: 60, b: 30, c: 0 };
    deciding = async ({ subject }) => {
      await new Promise((resolve) => setTimeout(resolve, delays[subject]));
      return { subject };
    };
    const answers = await Promise.all(
      ['a', 'b', 'c'].map((relay) => finish(answer({ nameId: relay }, relay), relay)),
    );
    expect(answers).toEqual([{ subject: 'a' }, { subject: 'b' }, { subject: 'c' }]);
  });

  it('L2: an unsigned Response around another sign-in’s assertion is refused', async () => {
    await begin('?relay=victim');
    await begin('?relay=thief');
    const stolen = sign(assertionXml({ inResponseTo: idOf('victim') }), 'Assertion', bench.key);
    const xml = responseXml({ responseInResponseTo: idOf('thief') }, stolen);
    expect((await finish(xml, 'thief')).code).toBe('in-response-to-mismatch');
  });
});
