import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startSimulator, type Simulator } from '../src/index.js';
import { relyingParty } from './relying-party.js';

const sloUrl = 'http://app.test/slo';
const entityId = 'http://app.test/metadata';

let simulator: Simulator;
let application: Server;
let backchannelLogoutUri: string;
/** Logout tokens as they came, and what is answered. */
let received: Record<string, unknown>[] = [];
let status = 200;

beforeAll(async () => {
  simulator = await startSimulator({ log: false });
  application = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      const token = new URLSearchParams(text).get('logout_token') ?? '';
      received.push(JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()));
      response.writeHead(status).end();
    });
  });
  await new Promise<void>((done) => application.listen(0, '127.0.0.1', done));
  backchannelLogoutUri = `http://127.0.0.1:${(application.address() as { port: number }).port}/out`;
  simulator.saml.registerServiceProvider({ entityId, acsUrl: 'http://app.test/acs', sloUrl });
});
afterAll(async () => {
  await simulator.close();
  application.close();
});
beforeEach(() => {
  received = [];
  status = 200;
});

describe('OpenID Connect', () => {
  it('tells an application by the back channel, with the sid of its ID token', async () => {
    const app = await relyingParty(simulator);
    simulator.oidc.registerClient({
      clientId: 'app',
      clientSecret: 'secret',
      redirectUris: ['http://app.test/callback'],
      backchannelLogoutUri,
    });
    const { claims } = await app.signIn('alice');
    await app.signIn('bob');
    expect((await simulator.signOut('alice')).told).toEqual([{ clientId: 'app', status: 200 }]);
    expect(received).toMatchObject([
      { iss: simulator.oidc.issuer, aud: 'app', sub: claims.sub, sid: claims.sid, jti: expect.any(String) },
    ]);
    expect((await simulator.signOut('alice')).told, 'once').toEqual([]);
    status = 503;
    const told = await fetch(`${simulator.url}/api/people/bob/sign-out`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    });
    expect(await told.json()).toEqual({ told: [{ clientId: 'app', status: 503 }], requests: [] });
  });

  it('refuses an address that is none', () => {
    const client = { clientId: 'x', clientSecret: 'y', redirectUris: ['http://app.test/callback'] };
    for (const uri of ['javascript:1', 'nowhere'])
      expect(() => simulator.oidc.registerClient({ ...client, backchannelLogoutUri: uri })).toThrow(
        /backchannelLogoutUri/,
      );
  });
});

describe('SAML', () => {
  it('names the address of single logout in its metadata', () => {
    const found = simulator.saml.metadataXml.match(/<md:SingleLogoutService [^>]+>/g) ?? [];
    expect(found).toHaveLength(2);
    expect(found.join()).toContain(simulator.saml.sloUrl);
  });

  it('goes from one service provider to the next, and says who ended what', async () => {
    simulator.saml.registerServiceProvider({
      entityId: 'other',
      acsUrl: 'http://other.test/acs',
      sloUrl: 'http://other.test/slo',
    });
    simulator.saml.registerServiceProvider({ entityId: 'deaf', acsUrl: 'http://deaf.test/acs' });
    for (const at of [entityId, 'other', 'deaf']) simulator.saml.issue(at, 'carol');
    const first = await fetch(`${simulator.url}/people/carol/sign-out`, {
      method: 'POST',
      redirect: 'manual',
    });
    const begun = new URL(first.headers.get('location') ?? '');
    expect(begun.origin + begun.pathname).toBe(sloUrl);
    const relayState = begun.searchParams.get('RelayState') ?? '';

    const answer = (code: string) =>
      Buffer.from(
        `<samlp:LogoutResponse xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol"><samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:${code}"/></samlp:Status></samlp:LogoutResponse>`,
      ).toString('base64');
    const back = (code: string) =>
      fetch(simulator.saml.sloUrl, {
        method: 'POST',
        redirect: 'manual',
        body: new URLSearchParams({ SAMLResponse: answer(code), RelayState: relayState }),
      });
    expect((await back('Success')).headers.get('location')).toMatch(
      /^http:\/\/other\.test\/slo\?SAMLRequest=/,
    );
    const page = (await (await back('Responder')).text()).replace(/\s+/g, ' ');
    expect(page).toContain('Carol');
    expect(page).toContain(`<code>${entityId}</code> ended the session`);
    expect(page).toContain('<code>other</code> did not say that the session ended');
    expect(page).not.toContain('deaf');
  });

  it('cannot ask where nobody signed in, or where no address is registered', () => {
    expect(() => simulator.saml.logoutRequest(entityId, 'frank')).toThrow(/has not signed in/);
    simulator.saml.issue('deaf', 'frank');
    expect(() => simulator.saml.logoutRequest('deaf', 'frank')).toThrow(/no single logout address/);
  });

  it('refuses a request that is for another address, of a stranger, or none', async () => {
    const request = (destination: string, issuer = entityId) =>
      `<samlp:LogoutRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_1" Destination="${destination}"><saml:Issuer>${issuer}</saml:Issuer><saml:NameID>a</saml:NameID></samlp:LogoutRequest>`;
    const post = (xml: string) =>
      fetch(simulator.saml.sloUrl, {
        method: 'POST',
        redirect: 'manual',
        body: new URLSearchParams({ SAMLRequest: Buffer.from(xml).toString('base64') }),
      });
    expect((await post(request('http://evil.test/'))).status).toBe(400);
    expect((await post(request(simulator.saml.sloUrl, 'nobody'))).status).toBe(403);
    expect((await post('<a/>')).status).toBe(400);
    const answered = await post(request(simulator.saml.sloUrl));
    expect(answered.headers.get('location')).toMatch(/^http:\/\/app\.test\/slo\?SAMLResponse=.*&Signature=/);
  });

  it('L3: only its own page begins a sign-out', async () => {
    const foreign = await fetch(`${simulator.url}/people/alice/sign-out`, {
      method: 'POST',
      headers: { origin: 'https://evil.test' },
    });
    expect(foreign.status).toBe(403);
  });
});
