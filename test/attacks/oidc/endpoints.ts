import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { member, refused } from '../verdict.js';
import { jws, type Json } from './jws.js';
import type { Misbehaviour, OidcCase, Route } from './oidc-case.js';
import { honestToken, json, publicKey } from './provider.js';
import { cases, without } from './tokens.js';

const metadata = (changes: Json | ((honest: Json) => Json)): Misbehaviour => ({
  metadata: (honest) => {
    const whole = { ...honest, ...(typeof changes === 'function' ? changes(honest) : changes) };
    return Object.fromEntries(Object.entries(whole).filter(([, value]) => value !== undefined));
  },
});
const route = (path: string, answer: Route): Misbehaviour => ({ routes: { [path]: answer } });
const text =
  (body: string | Buffer, status = 200, headers: Record<string, string> = {}): Route =>
  (_, response) =>
    void response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);

/** What any endpoint may do instead of answering. */
const redirect: Route = (request, response) =>
  void response.writeHead(302, { location: `${request.url}?again` }).end();
/** To where the usual answer is. */
const moved: Route = (request, response) =>
  void response.writeHead(307, { location: `${request.url}-moved` }).end();
const inwards: Route = (_, response) =>
  void response.writeHead(307, { location: 'http://169.254.169.254/latest/meta-data' }).end();
const never: Route = () => undefined;
const drop: Route = (request) => void request.socket.destroy();
const drip: Route = (_, response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  const drops = setInterval(() => response.write(' '), 100);
  response.on('close', () => clearInterval(drops));
};
const endless: Route = (_, response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.on('error', () => undefined);
  pour(response);
};
function pour(response: ServerResponse): void {
  while (!response.destroyed && response.write(' '.repeat(65_536)));
  response.once('drain', () => pour(response));
}
/** 20 MB of blanks in 20 kB. */
const zipped: Route = text(gzipSync(Buffer.alloc(20_000_000, ' ')), 200, { 'content-encoding': 'gzip' });
const large: Route = text(JSON.stringify({ x: 'a'.repeat(1_100_000) }));
const html: Route = text('<html>', 200, { 'content-type': 'text/html' });
const failed: Route = text('{}', 500);
const invalid = 'idp-answer-invalid';

/** The same at each endpoint: code of a refusal, and what the endpoint does. */
const troubles: readonly (readonly [string, string, Route])[] = [
  ['redirects', invalid, redirect],
  ['has moved', invalid, moved],
  ['redirects inwards', invalid, inwards],
  ['never answers', 'idp-timeout', never],
  ['answers a blank at a time', 'idp-timeout', drip],
  ['hangs up', 'idp-unreachable', drop],
  ['does not end', invalid, endless],
  ['sends a zip bomb', invalid, zipped],
  ['sends more than 1 MiB', invalid, large],
  ['sends HTML', invalid, html],
  ['fails', invalid, failed],
  ['sends nothing', invalid, text('')],
  ['sends no JSON', invalid, text('{')],
  ['sends null', invalid, text('null')],
  ['sends a list', invalid, text('[]')],
  ['sends JSON of 200 000 levels', invalid, text('['.repeat(200_000))],
];

/** Takes as long as we wait at most. */
export function isSlow({ provider }: OidcCase): boolean {
  return Object.values(provider.routes ?? {}).some((answer) => answer === never || answer === drip);
}

const wellKnown = '/.well-known/openid-configuration';

export const discovery: readonly OidcCase[] = cases(
  'discovery',
  [
    ...troubles.map(([what, code, answer]) => [what, code, route(wellKnown, answer)] as const),
    ['another issuer', 'discovery-issuer-mismatch', metadata({ issuer: 'https://elsewhere.test' })],
    [
      'the issuer with a slash',
      'discovery-issuer-mismatch',
      metadata(({ issuer }) => ({ issuer: `${String(issuer)}/` })),
    ],
    ['no issuer', invalid, metadata({ issuer: undefined })],
    ['an issuer that is a list', invalid, metadata(({ issuer }) => ({ issuer: [issuer] }))],
    ['no keys', invalid, metadata({ jwks_uri: undefined })],
    ['keys of a file', invalid, metadata({ jwks_uri: 'file:///etc/passwd' })],
    ['keys over plain http', invalid, metadata({ jwks_uri: 'http://elsewhere.test/jwks' })],
    ['keys as data', invalid, metadata({ jwks_uri: 'data:application/json,{"keys":[]}' })],
    ['a sign-in page that is a script', invalid, metadata({ authorization_endpoint: 'javascript:alert(1)' })],
    [
      'a sign-in page over plain http',
      invalid,
      metadata({ authorization_endpoint: 'http://elsewhere.test/' }),
    ],
    ['no sign-in page', invalid, metadata({ authorization_endpoint: undefined })],
    ['no token endpoint', invalid, metadata({ token_endpoint: undefined })],
    [
      'a token endpoint over plain http',
      invalid,
      metadata({ token_endpoint: 'http://elsewhere.test/token' }),
    ],
    [
      'a token endpoint that is a list',
      invalid,
      metadata({ token_endpoint: ['https://elsewhere.test/token'] }),
    ],
  ],
  { atLogin: true },
);

export const keys: readonly OidcCase[] = cases('keys', [
  ...troubles
    .map(
      ([what, code, answer]) =>
        [
          what,
          what === 'sends a list' || what === 'sends null' ? [code, 'id-token-key-unknown'] : code,
          route('/jwks', answer),
        ] as const,
    )
    .map(
      ([what, code, provider]) =>
        [what, Array.isArray(code) ? () => refused(code) : String(code), provider] as const,
    ),
  ['the usual, with 500', invalid, { jwksStatus: 500 }],
  ['the usual, with 203', invalid, { jwksStatus: 203 }],
  ['none', 'id-token-key-unknown', { jwks: () => ({ keys: [] }) }],
  ['keys that are text', invalid, { jwks: () => ({ keys: 'rsa' }) }],
  [
    'a key that is null',
    () => refused([invalid, 'id-token-key-unknown']),
    { jwks: () => ({ keys: [null] }) },
  ],
  [
    'keys of another form',
    'id-token-key-unknown',
    { jwks: (all) => ({ keys: all.map(({ kid }) => ({ kid, kty: 'oct', k: 'c2VjcmV0' })) }) },
  ],
  [
    'a key for encryption',
    'id-token-key-unknown',
    { jwks: (all) => ({ keys: all.map((key) => ({ ...key, use: 'enc' })) }) },
  ],
  [
    'a key for another algorithm',
    'id-token-key-unknown',
    { jwks: (all) => ({ keys: all.map((key) => ({ ...key, alg: 'PS256' })) }) },
  ],
  [
    'a key to sign with, not to verify',
    'id-token-key-unknown',
    { jwks: (all) => ({ keys: all.map((key) => ({ ...key, key_ops: ['encrypt'] })) }) },
  ],
  [
    'a key without numbers',
    () => refused([invalid, 'id-token-key-unknown', 'id-token-invalid']),
    { jwks: () => ({ keys: [{ kty: 'RSA', kid: 'rsa', alg: 'RS256' }] }) },
  ],
  [
    'the key under another name',
    'id-token-key-unknown',
    { jwks: (all) => ({ keys: all.map((key) => ({ ...key, kid: 'other' })) }) },
  ],
  [
    'another key under its name',
    'id-token-signature',
    { jwks: (_, { keys: own }) => ({ keys: [publicKey(own.rogue.publicKey, 'rsa', 'RS256')] }) },
  ],
  [
    'two keys under its name',
    'id-token-key-unknown',
    { jwks: (all, { keys: own }) => ({ keys: [...all, publicKey(own.rogue.publicKey, 'rsa', 'RS256')] }) },
  ],
  [
    'no name in the token, of which two fit',
    'id-token-key-unknown',
    {
      jwks: (all, { keys: own }) => ({ keys: [...all, publicKey(own.rogue.publicKey, 'more', 'RS256')] }),
      idToken: ({ claims, keys: own }) => jws({ alg: 'RS256' }, claims, own.idp.privateKey),
    },
  ],
  [
    'RSA of 1024 bits',
    () => refused(['id-token-invalid', 'id-token-key-unknown', 'id-token-key-weak']),
    {
      jwks: (_, { keys: own }) => ({ keys: [publicKey(own.weak.publicKey, 'rsa', 'RS256')] }),
      idToken: ({ claims, keys: own }) => jws({ alg: 'RS256', kid: 'rsa' }, claims, own.weak.privateKey),
    },
  ],
  [
    'a thousand, the one among them',
    'in',
    {
      jwks: (all) => ({
        keys: [...Array.from({ length: 1_000 }, (_, index) => ({ ...all[0], kid: `k${index}` })), ...all],
      }),
    },
  ],
  [
    'private parts published too',
    'in',
    {
      jwks: (_, { keys: own }) => ({
        keys: [{ ...own.idp.publicKey.export({ format: 'jwk' }), kid: 'rsa', use: 'sig' }],
      }),
    },
  ],
]);

const tokens = (changes: Json): Misbehaviour => ({
  tokens: (honest) =>
    Object.fromEntries(Object.entries({ ...honest, ...changes }).filter(([, value]) => value !== undefined)),
});
const error = (status: number, body: unknown): Misbehaviour =>
  route('/token', (_, response) => json(response, body, status));

export const tokenEndpoint: readonly OidcCase[] = cases('token endpoint', [
  ...troubles.map(([what, code, answer]) => [what, code, route('/token', answer)] as const),
  ['does not know us', 'client-refused', error(401, { error: 'invalid_client' })],
  [
    'has a challenge for us',
    'client-refused',
    route('/token', text('{}', 401, { 'www-authenticate': 'Basic realm="x"' })),
  ],
  ['does not know the code', 'code-refused', error(400, { error: 'invalid_grant' })],
  ['gives a reason of markup', 'code-refused', error(400, { error: '<script>alert(1)</script>' })],
  [
    'gives a reason that is no text',
    () => refused([invalid, 'code-refused']),
    error(400, { error: { a: 1 } }),
  ],
  ['sends no access token', invalid, tokens({ access_token: undefined })],
  ['sends an access token of no type', invalid, tokens({ token_type: undefined })],
  ['sends a token of another type', invalid, tokens({ token_type: 'mac' })],
  ['sends an end that is text', invalid, tokens({ expires_in: 'never' })],
  ['answers with 201', invalid, { routes: { '/token': text('{}', 201) } }],
  [
    'sends the token of another client’s sign-in',
    'id-token-nonce',
    {
      idToken: ({ claims, keys: own }) =>
        honestToken({ claims: { ...claims, nonce: 'of-another-sign-in' }, keys: own }),
    },
  ],
]);

const encoded = (value: Json) => Buffer.from(JSON.stringify(value)).toString('base64url');
const userInfo = (changes: Json | ((honest: Json) => unknown)): Misbehaviour => ({
  userInfo: (honest) => (typeof changes === 'function' ? changes(honest) : { ...honest, ...changes }),
});
const forged: Route = ({ headers }, response) => {
  const claims = { sub: headers.authorization?.slice('Bearer '.length), groups: ['Admins'] };
  const token = `${encoded({ alg: 'RS256', kid: 'rsa' })}.${encoded(claims)}.${Buffer.alloc(256, 7).toString('base64url')}`;
  response.writeHead(200, { 'content-type': 'application/jwt' }).end(token);
};
/** UserInfo completes: where it fails, the person comes in with what the ID token said. */
export const userInfoCases: readonly OidcCase[] = cases(
  'UserInfo',
  [
    ['another subject', 'user-info-subject-mismatch', userInfo({ sub: 'admin' })],
    [
      'the subject in capitals',
      'user-info-subject-mismatch',
      userInfo(({ sub }) => ({ sub: String(sub).toUpperCase() })),
    ],
    ['no subject', 'in', userInfo(() => ({ groups: ['Admins'] }))],
    ['a list of subjects', 'in', userInfo(({ sub }) => ({ sub: [sub], groups: ['Admins'] }))],
    ['other groups than the ID token', 'in', userInfo({ groups: ['Admins'] })],
    ['another issuer and audience', 'in', userInfo({ iss: 'x', aud: 'y', azp: 'z' })],
    [
      'unsigned, as a JWT',
      'in',
      route(
        '/userinfo',
        text('eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZG1pbiJ9.', 200, { 'content-type': 'application/jwt' }),
      ),
    ],
    ...troubles.map(([what, , answer]) => [what, 'in', route('/userinfo', answer)] as const),
  ],
  { oidc: { useUserInfo: true } },
).concat(
  cases(
    'UserInfo',
    [
      [
        'signed by anybody',
        (person) => member(person, []),
        {
          claims: without('groups'),
          metadata: (honest) => ({ ...honest, userinfo_signing_alg_values_supported: ['RS256'] }),
          routes: { '/userinfo': forged },
        },
      ],
      [
        'groups that the ID token lacks',
        (person) => member(person, ['org-admin']),
        {
          claims: without('groups'),
          userInfo: (honest) => ({ ...(honest as Json), groups: ['Admins'] }),
        },
      ],
    ],
    { oidc: { useUserInfo: true } },
  ),
);

/** Addresses that only we can reach. */
const inner = [
  'https://10.0.0.1',
  'https://169.254.169.254',
  'https://[fd00::1]',
  'https://[::ffff:10.0.0.1]',
  'https://0x0a000001',
  'https://168.63.129.16',
];
export const addresses: readonly OidcCase[] = cases('addresses', [
  ...inner.map(
    (origin) =>
      [
        `a token endpoint at ${origin}`,
        'idp-address-refused',
        metadata({ token_endpoint: `${origin}/token` }),
      ] as const,
  ),
  ...inner.map(
    (origin) =>
      [`keys at ${origin}`, 'idp-address-refused', metadata({ jwks_uri: `${origin}/jwks` })] as const,
  ),
  [
    'a token endpoint on a port of the system',
    'idp-address-refused',
    metadata({ token_endpoint: 'https://elsewhere.test:25/token' }),
  ],
  [
    'a token endpoint with a user name',
    'idp-address-refused',
    metadata({ token_endpoint: 'https://a:b@elsewhere.test/token' }),
  ],
  [
    'a token endpoint that has no address',
    'idp-unreachable',
    metadata({ token_endpoint: 'https://elsewhere.invalid/token' }),
  ],
]);
