import { createHash, randomBytes, type KeyObject } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { jws, type Json } from './jws.js';
import type { Misbehaviour, OidcKeys, OidcSetting } from './oidc-case.js';

const clientId = 'client-1';
const clientSecret = 'a secret & more: ü';

/** OpenID providers of one address, each with a path of its own and ways of its own. */
export class Providers {
  readonly #all = new Map<string, Provider>();
  readonly #server: Server;

  private constructor(readonly keys: OidcKeys) {
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  static async start(keys: OidcKeys): Promise<Providers> {
    const providers = new Providers(keys);
    await new Promise<void>((done) => providers.#server.listen(0, 'localhost', done));
    return providers;
  }

  make(misbehaviour: Misbehaviour): Provider {
    const name = `op-${this.#all.size + 1}`;
    const { port } = this.#server.address() as AddressInfo;
    const provider = new Provider(`http://localhost:${port}/${name}`, this.keys, misbehaviour);
    this.#all.set(name, provider);
    return provider;
  }

  close(): Promise<void> {
    return new Promise((done) => {
      this.#server.close(() => done());
      this.#server.closeAllConnections();
    });
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, name = '', ...path] = new URL(request.url ?? '', 'http://op').pathname.split('/');
    let text = '';
    for await (const chunk of request) text += String(chunk);
    const provider = this.#all.get(name);
    if (provider) provider.answer(`/${path.join('/')}`, request, response, new URLSearchParams(text));
    else response.writeHead(404).end();
  }
}

export class Provider {
  readonly clientId = clientId;
  readonly clientSecret = clientSecret;
  readonly person = `person-${randomBytes(6).toString('hex')}`;
  /** Path of each request, in order. */
  readonly requests: string[] = [];
  /** What may change from one sign-in to the next. */
  misbehaviour: Misbehaviour;
  readonly #codes = new Map<string, OidcSetting>();

  constructor(
    readonly issuer: string,
    readonly keys: OidcKeys,
    misbehaviour: Misbehaviour,
  ) {
    this.misbehaviour = misbehaviour;
  }

  count(path: string): number {
    return this.requests.filter((seen) => seen === path).length;
  }

  /** What the browser comes back to, from the address it was sent to. */
  authorize(location: string): string {
    const asked = new URL(location).searchParams;
    const now = Math.floor(Date.now() / 1_000);
    const honest: Json = {
      iss: this.issuer,
      aud: clientId,
      sub: this.person,
      nonce: asked.get('nonce'),
      iat: now,
      exp: now + 300,
      groups: ['Engineering'],
    };
    const { claims = (all: Json) => all } = this.misbehaviour;
    const setting: OidcSetting = {
      keys: this.keys,
      issuer: this.issuer,
      clientId,
      clientSecret,
      person: this.person,
      claims: claims(honest) as Json,
      asked,
      redirectUri: asked.get('redirect_uri') ?? '',
    };
    const code = randomBytes(12).toString('hex');
    this.#codes.set(code, setting);
    const parameters = {
      code,
      state: asked.get('state') ?? '',
      iss: this.issuer,
      ...this.misbehaviour.callback?.(setting),
    };
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(parameters))
      for (const each of [value ?? []].flat()) query.append(name, each);
    return `${setting.redirectUri}?${query}`;
  }

  answer(path: string, request: IncomingMessage, response: ServerResponse, body: URLSearchParams): void {
    this.requests.push(path);
    const route = this.misbehaviour.routes?.[path];
    if (route) return route(request, response, body);
    switch (path.replace(/-moved$/, '')) {
      case '/.well-known/openid-configuration':
        return json(response, (this.misbehaviour.metadata ?? same)(this.#metadata));
      case '/jwks': {
        const { jwks = (keys: readonly Json[]) => ({ keys }), jwksStatus } = this.misbehaviour;
        return json(response, jwks(publicKeys(this.keys), this), jwksStatus);
      }
      case '/token':
        return this.#token(request, response, body);
      case '/userinfo':
        return this.#userInfo(request, response);
      default:
        return json(response, { error: 'not_found' }, 404);
    }
  }

  get #metadata(): Json {
    return {
      issuer: this.issuer,
      authorization_endpoint: `${this.issuer}/authorize`,
      token_endpoint: `${this.issuer}/token`,
      userinfo_endpoint: `${this.issuer}/userinfo`,
      jwks_uri: `${this.issuer}/jwks`,
      authorization_response_iss_parameter_supported: true,
      id_token_signing_alg_values_supported: ['RS256', 'ES256', 'HS256', 'none'],
      code_challenge_methods_supported: ['plain'],
    };
  }

  #token(request: IncomingMessage, response: ServerResponse, body: URLSearchParams): void {
    const setting = this.#codes.get(body.get('code') ?? '');
    this.#codes.delete(body.get('code') ?? '');
    const challenge = createHash('sha256')
      .update(body.get('code_verifier') ?? '')
      .digest('base64url');
    const proven =
      setting?.asked.get('code_challenge_method') === 'S256' &&
      setting.asked.get('code_challenge') === challenge;
    if (!isClient(request.headers.authorization)) return json(response, { error: 'invalid_client' }, 401);
    if (!setting || !proven || setting.redirectUri !== body.get('redirect_uri'))
      return json(response, { error: 'invalid_grant' }, 400);
    const { idToken = honestToken, tokens = same } = this.misbehaviour;
    const honest = { access_token: this.person, token_type: 'Bearer', id_token: idToken(setting) };
    json(response, tokens(honest, setting));
  }

  #userInfo(request: IncomingMessage, response: ServerResponse): void {
    const person = request.headers.authorization?.replace('Bearer ', '');
    const { userInfo = same } = this.misbehaviour;
    json(response, userInfo({ sub: person }, { keys: this.keys, issuer: this.issuer } as OidcSetting));
  }
}

const same = (value: unknown) => value;

export function honestToken({ claims, keys }: Pick<OidcSetting, 'claims' | 'keys'>): string {
  return jws({ alg: 'RS256', kid: 'rsa' }, claims, keys.idp.privateKey);
}

export function publicKey(key: KeyObject, kid: string, alg: string): Json {
  return { ...key.export({ format: 'jwk' }), kid, alg, use: 'sig' };
}

function publicKeys({ idp, idpEc }: OidcKeys): Json[] {
  return [publicKey(idp.publicKey, 'rsa', 'RS256'), publicKey(idpEc.publicKey, 'ec', 'ES256')];
}

/** RFC 6749 2.3.1: both are form-encoded before they become Basic credentials. */
function isClient(authorization = ''): boolean {
  const basic = Buffer.from(authorization.replace(/^Basic /, ''), 'base64').toString();
  const [id, secret] = basic.split(':').map((part) => new URLSearchParams(`x=${part}`).get('x'));
  return id === clientId && secret === clientSecret;
}

/** Text is sent as it is. */
export function json(response: ServerResponse, value: unknown, status = 200): void {
  response
    .writeHead(status, { 'content-type': 'application/json' })
    .end(typeof value === 'string' ? value : JSON.stringify(value));
}
