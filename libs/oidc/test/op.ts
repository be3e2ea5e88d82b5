import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createHash } from 'node:crypto';
import {
  exportJWK,
  generateKeyPair,
  SignJWT,
  type CryptoKey,
  type JWK,
  type JWTHeaderParameters,
} from 'jose';

export interface Key {
  readonly kid: string;
  readonly alg: string;
  readonly privateKey: CryptoKey;
  readonly jwk: JWK;
}

export async function newKey(kid: string, alg = 'RS256'): Promise<Key> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  return { kid, alg, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' } };
}

type Answer = (
  request: IncomingMessage,
  response: ServerResponse,
  body: URLSearchParams,
) => void | Promise<void>;

/** An OpenID Provider over real HTTP with real signatures, each part of which a test may make misbehave. */
export class Op {
  /** Path of each request, in order. */
  readonly requests: string[] = [];
  readonly clientId = 'client-1';
  readonly clientSecret = 'secret & more:1';
  /** How long a connection made now waits for an answer. */
  patienceMs = 5_000;
  issuer = '';
  metadata: Record<string, unknown> = {};
  published: Key[] = [];
  signing!: Key;
  /** Overrides of the ID token's claims; undefined removes one. */
  claims: Record<string, unknown> = {};
  header: Partial<JWTHeaderParameters> = {};
  /** Last word on the ID token. */
  forge: (idToken: string) => string | undefined | Promise<string> = (idToken) => idToken;
  userInfo: Record<string, unknown> | undefined;
  /** Parameters of the authorization response. */
  response: Record<string, string | undefined> = {};
  /** Path → answer in place of the usual one. */
  readonly instead = new Map<string, Answer>();
  readonly #codes = new Map<string, URLSearchParams>();
  readonly #server = createServer((request, response) => void this.#answer(request, response));

  static async start(): Promise<Op> {
    const op = new Op();
    await new Promise<void>((done) => op.#server.listen(0, '127.0.0.1', done));
    op.issuer = `http://127.0.0.1:${(op.#server.address() as AddressInfo).port}/realm`;
    op.signing = await newKey('k1');
    op.published = [op.signing];
    return op;
  }

  close(): Promise<void> {
    return new Promise((done) => {
      this.#server.close(() => done());
      this.#server.closeAllConnections();
    });
  }

  count(path: string): number {
    return this.requests.filter((seen) => seen === path).length;
  }

  /** What the browser does: goes to the authorization URL and comes back with path and query of the callback. */
  authorize(url: string, person = 'alice'): string {
    const { searchParams } = new URL(url);
    const code = `code-${this.#codes.size}-${Math.random()}`;
    searchParams.set('person', person);
    this.#codes.set(code, searchParams);
    const answer = { code, state: searchParams.get('state') ?? '', iss: this.issuer, ...this.response };
    const query = Object.entries(answer).filter((entry): entry is [string, string] => entry[1] !== undefined);
    return `/sso/c1/callback?${new URLSearchParams(query)}`;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = new URL(request.url ?? '', 'http://op').pathname.replace('/realm', '');
    this.requests.push(path);
    let text = '';
    for await (const chunk of request) text += String(chunk);
    const body = new URLSearchParams(text);
    const answer = this.instead.get(path) ?? this.#routes[path];
    if (!answer) return json(response, { error: 'not_found' }, 404);
    await answer(request, response, body);
  }

  readonly #routes: Record<string, Answer> = {
    '/.well-known/openid-configuration': (_, response) =>
      json(response, {
        issuer: this.issuer,
        authorization_endpoint: `${this.issuer}/authorize`,
        token_endpoint: `${this.issuer}/token`,
        userinfo_endpoint: `${this.issuer}/userinfo`,
        jwks_uri: `${this.issuer}/jwks`,
        authorization_response_iss_parameter_supported: true,
        id_token_signing_alg_values_supported: ['RS256', 'ES256', 'HS256', 'none'],
        userinfo_signing_alg_values_supported: ['RS256'],
        ...this.metadata,
      }),
    '/jwks': (_, response) => json(response, { keys: this.published.map(({ jwk }) => jwk) }),
    '/token': (request, response, body) => this.#token(request, response, body),
    '/userinfo': (_, response) => json(response, { sub: 'alice', ...this.userInfo }),
  };

  async #token(request: IncomingMessage, response: ServerResponse, body: URLSearchParams): Promise<void> {
    const asked = this.#codes.get(body.get('code') ?? '');
    this.#codes.delete(body.get('code') ?? '');
    if (!this.#knows(request.headers.authorization)) {
      return json(response, { error: 'invalid_client' }, 401);
    }
    const challenge = createHash('sha256')
      .update(body.get('code_verifier') ?? '')
      .digest('base64url');
    const proven =
      asked?.get('code_challenge_method') === 'S256' && asked.get('code_challenge') === challenge;
    if (!asked || !proven || asked.get('redirect_uri') !== body.get('redirect_uri')) {
      return json(response, { error: 'invalid_grant' }, 400);
    }
    const idToken = await this.forge(
      await this.sign({ nonce: asked.get('nonce'), sub: asked.get('person') }),
    );
    json(response, { access_token: 'at', token_type: 'Bearer', id_token: idToken });
  }

  /** RFC 6749 2.3.1: client id and secret are form-encoded before they become Basic credentials. */
  #knows(authorization = ''): boolean {
    const basic = Buffer.from(authorization.replace(/^Basic /, ''), 'base64').toString();
    const [id, secret] = basic.split(':').map((part) => new URLSearchParams(`x=${part}`).get('x'));
    return id === this.clientId && secret === this.clientSecret;
  }

  async sign(claims: Record<string, unknown>, key = this.signing): Promise<string> {
    const now = Math.floor(Date.now() / 1000);
    const payload = {
      iss: this.issuer,
      aud: this.clientId,
      sub: 'alice',
      iat: now,
      exp: now + 300,
      ...claims,
      ...this.claims,
    };
    return new SignJWT(payload)
      .setProtectedHeader({ alg: key.alg, kid: key.kid, ...this.header })
      .sign(key.privateKey);
  }
}

export function json(response: ServerResponse, value: unknown, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}
