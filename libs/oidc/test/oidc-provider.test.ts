import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair } from 'jose';
import { Provider } from 'oidc-provider';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect } from './browser.js';
import { Op } from './op.js';

/** An OP that is not of our making, certified, and strict about what we send: PKCE, authentication, redirect URI. */
let server: Server;
const op = Object.assign(new Op(), { clientSecret: 's'.repeat(43) });

beforeAll(async () => {
  server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  op.issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  const provider: Provider = new Provider(op.issuer, {
    clients: [
      {
        client_id: op.clientId,
        client_secret: op.clientSecret,
        redirect_uris: ['https://app.test/sso/c1/callback'],
        token_endpoint_auth_method: 'client_secret_basic',
      },
    ],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], groups: ['groups'] },
    jwks: { keys: [{ ...(await exportJWK(privateKey)), kid: 'real', use: 'sig', alg: 'RS256' }] },
    cookies: { keys: ['test'] },
    pkce: { required: () => true },
    features: { devInteractions: { enabled: false } },
    findAccount: (_, accountId) => ({
      accountId,
      claims: () => ({
        sub: accountId,
        email: 'alice@acme.test',
        email_verified: true,
        groups: ['Engineering'],
      }),
    }),
    interactions: { url: () => '/interact' },
  });
  const handle = provider.callback();
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    if (request.url === '/interact') void signInAs(provider, request, response);
    else void handle(request, response);
  });
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
});

/** Grants whatever is asked for, as `alice`. */
async function signInAs(
  provider: Provider,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { params } = await provider.interactionDetails(request, response);
  const grant = new provider.Grant({ accountId: 'alice', clientId: String(params['client_id']) });
  grant.addOIDCScope(String(params['scope']));
  const result = { login: { accountId: 'alice' }, consent: { grantId: await grant.save() } };
  await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
}

/** A browser with cookies that follows redirects as far as the app. */
async function browse(url: string): Promise<string> {
  const cookies = new Map<string, string>();
  let at = url;
  for (let hop = 0; hop < 10; hop += 1) {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await fetch(at, { redirect: 'manual', headers: { cookie } });
    for (const set of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
      cookies.set(name, value);
    }
    at = new URL(answer.headers.get('location') ?? '', at).href;
    if (at.startsWith('https://app.test')) return at.slice('https://app.test'.length);
  }
  throw new Error(`did not come back, stopped at ${at}`);
}

describe('with oidc-provider', () => {
  it.each([false, true])('a person signs in (asked to authenticate anew: %s)', async (forceAuthn) => {
    const browser = connect(op, { scopes: ['email', 'groups'], useUserInfo: true });
    const { url, state } = await browser.begin({ forceAuthn });
    expect(await browser.finish(await browse(url), state)).toEqual({ id: 'alice' });
    const [signIn] = browser.verified;
    expect(signIn).toMatchObject({ issuer: op.issuer, email: 'alice@acme.test', emailVerified: true });
    expect(signIn?.claims.byName.get('groups')?.value).toEqual(['Engineering']);
    expect(signIn?.claims.partial).toBeUndefined();
  });

  it('an answer brought twice is refused by the code, too', async () => {
    const browser = connect(op);
    const { url, state } = await browser.begin();
    const callback = await browse(url);
    await browser.finish(callback, state);
    await expect(browser.finish(callback, state)).rejects.toMatchObject({ code: 'code-refused' });
  });

  it('the wrong secret', async () => {
    const browser = connect(op, { clientSecret: 'wrong' });
    const { url, state } = await browser.begin();
    await expect(browser.finish(await browse(url), state)).rejects.toMatchObject({ code: 'client-refused' });
  });

  it('a redirect URI it does not know never comes back', async () => {
    const browser = connect(op, { redirectUri: 'https://app.test/elsewhere' });
    const { url } = await browser.begin();
    expect((await fetch(url, { redirect: 'manual' })).status).toBe(400);
  });
});
