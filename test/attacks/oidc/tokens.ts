import { member, refused, type Expectation } from '../verdict.js';
import { jws, signature, type Json } from './jws.js';
import type { Misbehaviour, OidcCase, OidcSetting } from './oidc-case.js';
import { honestToken } from './provider.js';

type Row = readonly [
  name: string,
  expected: string | 'in' | ((person: string) => Expectation),
  provider: Misbehaviour,
];

export function cases(
  named: string,
  rows: readonly Row[],
  more: Pick<OidcCase, 'oidc' | 'connection' | 'atLogin'> = {},
): OidcCase[] {
  return rows.map(([name, expected, provider]) => ({
    class: named,
    name,
    provider,
    ...more,
    expect: ({ person }) => {
      if (typeof expected === 'function') return expected(person);
      if (expected === 'in') return member(person);
      return refused(expected, more.atLogin ? { notBegun: true } : {});
    },
  }));
}

const token = (make: (setting: OidcSetting) => unknown): Misbehaviour => ({ idToken: make });
const header = (changes: Json, key: 'idp' | 'idpEc' | 'rogue' = 'idp'): Misbehaviour =>
  token(({ claims, keys }) => {
    const whole: Json = { alg: 'RS256', kid: 'rsa', ...changes };
    const stated = Object.fromEntries(Object.entries(whole).filter(([, value]) => value !== undefined));
    return jws(stated, claims, keys[key].privateKey, 'RS256');
  });
const claims = (changes: (honest: Json) => Json): Misbehaviour => ({
  claims: (honest) => {
    const whole = { ...honest, ...changes(honest) };
    return Object.fromEntries(Object.entries(whole).filter(([, value]) => value !== undefined));
  },
});
export const without =
  (name: string) =>
  (all: Json): Json =>
    Object.fromEntries(Object.entries(all).filter(([each]) => each !== name));
const said = (changes: Json) => claims(() => changes);
const now = () => Math.floor(Date.now() / 1_000);
const parts = (setting: OidcSetting) => honestToken(setting).split('.') as [string, string, string];
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
/** The payload as text of the attacker's, under a genuine signature. */
const payload = (change: (text: string, setting: OidcSetting) => string): Misbehaviour =>
  token((setting) =>
    jws(
      { alg: 'RS256', kid: 'rsa' },
      change(JSON.stringify(setting.claims), setting),
      setting.keys.idp.privateKey,
    ),
  );

const hmac = (secret: (setting: OidcSetting) => string | Buffer): Misbehaviour =>
  token((setting) => jws({ alg: 'HS256', kid: 'rsa' }, setting.claims, secret(setting)));
const spki = ({ keys }: OidcSetting, format: 'pem' | 'der') =>
  keys.idp.publicKey.export({ type: 'spki', format: format as 'pem' });

const algorithm = 'id-token-algorithm';
const unknownKey = 'id-token-key-unknown';
const wrongSignature = 'id-token-signature';
const invalid = 'id-token-invalid';
/** openid-client reads no further. */
const unreadable = 'idp-answer-invalid';

export const algorithms = cases('algorithms', [
  ['none', algorithm, token(({ claims: all }) => `${encode({ alg: 'none' })}.${encode(all)}.`)],
  ['None', algorithm, token(({ claims: all }) => `${encode({ alg: 'None', kid: 'rsa' })}.${encode(all)}.`)],
  ['none with a signature', algorithm, header({ alg: 'none' })],
  ['HS256 with the public key', algorithm, hmac((s) => spki(s, 'pem'))],
  ['HS256 with the public key in DER', algorithm, hmac((s) => spki(s, 'der'))],
  ['HS256 with the certificate', algorithm, hmac(({ keys }) => keys.idp.certificate)],
  [
    'HS256 with the modulus',
    algorithm,
    hmac(({ keys }) => String(keys.idp.publicKey.export({ format: 'jwk' }).n)),
  ],
  ['HS256 with our client secret', algorithm, hmac(({ clientSecret }) => clientSecret)],
  ['HS256 with nothing', algorithm, hmac(() => '')],
  [
    'RS512 though RS256 is set',
    algorithm,
    token(({ claims: all, keys }) => jws({ alg: 'RS512', kid: 'rsa' }, all, keys.idp.privateKey)),
  ],
  [
    'PS256 though RS256 is set',
    algorithm,
    token(({ claims: all, keys }) => jws({ alg: 'PS256', kid: 'rsa' }, all, keys.idp.privateKey)),
  ],
  [
    'ES256 though RS256 is set',
    algorithm,
    token(({ claims: all, keys }) => jws({ alg: 'ES256', kid: 'ec' }, all, keys.idpEc.privateKey)),
  ],
  ['rs256 in small letters', algorithm, header({ alg: 'rs256' })],
  ['no algorithm', algorithm, header({ alg: undefined })],
  ['an algorithm that is a list', algorithm, header({ alg: ['RS256'] })],
  [
    'RS256 signed by PS256',
    wrongSignature,
    token(({ claims: all, keys }) => jws({ alg: 'RS256', kid: 'rsa' }, all, keys.idp.privateKey, 'PS256')),
  ],
  [
    'RS256 with the EC key',
    unknownKey,
    token(({ claims: all, keys }) => jws({ alg: 'RS256', kid: 'ec' }, all, keys.idpEc.privateKey, 'ES256')),
  ],
]).concat(
  cases(
    'algorithms',
    [
      [
        'ES256 where it is set',
        'in',
        token(({ claims: all, keys }) => jws({ alg: 'ES256', kid: 'ec' }, all, keys.idpEc.privateKey)),
      ],
      ['RS256 though ES256 is set', algorithm, {}],
      [
        'an ES256 signature of zeros',
        wrongSignature,
        token(
          ({ claims: all }) =>
            `${encode({ alg: 'ES256', kid: 'ec' })}.${encode(all)}.${Buffer.alloc(64).toString('base64url')}`,
        ),
      ],
    ],
    { oidc: { idTokenSigningAlg: 'ES256' } },
  ),
);

export const signatures = cases('signature', [
  ['none at all', wrongSignature, token((s) => `${parts(s)[0]}.${parts(s)[1]}.`)],
  [
    'zeros',
    wrongSignature,
    token((s) => `${parts(s)[0]}.${parts(s)[1]}.${Buffer.alloc(256).toString('base64url')}`),
  ],
  [
    'of another token',
    wrongSignature,
    token((s) => `${parts(s)[0]}.${encode({ ...s.claims, sub: 'admin' })}.${parts(s)[2]}`),
  ],
  ['of another key, which says it is the IdP’s', wrongSignature, header({}, 'rogue')],
  [
    'of another key, brought along as jwk',
    wrongSignature,
    token((s) =>
      jws(
        { alg: 'RS256', kid: 'rsa', jwk: s.keys.rogue.publicKey.export({ format: 'jwk' }) },
        s.claims,
        s.keys.rogue.privateKey,
      ),
    ),
  ],
  [
    'of another key, its certificate brought along',
    wrongSignature,
    token((s) =>
      jws(
        { alg: 'RS256', kid: 'rsa', x5c: [s.keys.rogue.certificate.replace(/-----[A-Z ]+-----|\s/g, '')] },
        s.claims,
        s.keys.rogue.privateKey,
      ),
    ),
  ],
  [
    'of another key, to be fetched by jku',
    wrongSignature,
    header({ jku: 'http://127.0.0.1:1/jwks' }, 'rogue'),
  ],
  ['of another key, to be fetched by x5u', wrongSignature, header({ x5u: 'http://127.0.0.1:1/x' }, 'rogue')],
  [
    'a changed header',
    wrongSignature,
    token((s) => `${encode({ alg: 'RS256', kid: 'rsa', x: 1 })}.${parts(s)[1]}.${parts(s)[2]}`),
  ],
]);

export const headers = cases('header', [
  ['a key nobody publishes', unknownKey, header({ kid: 'other' })],
  ['a key called __proto__', unknownKey, header({ kid: '__proto__' })],
  ['a key that is a path', unknownKey, header({ kid: '../../dev/null' })],
  ['a key of 100 000 characters', unknownKey, header({ kid: 'k'.repeat(100_000) })],
  ['no key, of which one fits', 'in', header({ kid: undefined })],
  ['an access token', 'id-token-type', header({ typ: 'at+jwt' })],
  ['an access token in capitals', 'id-token-type', header({ typ: 'AT+JWT' })],
  ['an access token as media type', 'id-token-type', header({ typ: 'application/at+jwt' })],
  ['a logout token', 'id-token-type', header({ typ: 'logout+jwt' })],
  ['a JWT', 'in', header({ typ: 'JWT' })],
  ['something critical', unreadable, header({ crit: ['exp'], exp: 1 })],
  [
    'something critical that nobody knows',
    unreadable,
    header({ crit: ['http://evil'], 'http://evil': true }),
  ],
  ['nothing critical', unreadable, header({ crit: [] })],
  ['an unencoded payload', unreadable, header({ b64: false, crit: ['b64'] })],
  ['encrypted', unreadable, token(() => 'eyJhbGciOiJSU0EtT0FFUCIsImVuYyI6IkEyNTZHQ00ifQ.a.b.c.d')],
  ['two parts', unreadable, token((s) => parts(s).slice(0, 2).join('.'))],
  ['four parts', unreadable, token((s) => `${honestToken(s)}.x`)],
  [
    'with its padding',
    unreadable,
    token((s) =>
      parts(s)
        .map((part) => `${part}==`)
        .join('.'),
    ),
  ],
  ['text', unreadable, token(() => 'no token')],
  ['a number', unreadable, token(() => 7)],
  ['an object', unreadable, token(() => ({}))],
  ['nothing', 'id-token-missing', token(() => undefined)],
  ['null', unreadable, token(() => null)],
]);

export const claimsCases = cases('claims', [
  ['another issuer', 'id-token-issuer', said({ iss: 'http://localhost:1/other' })],
  ['the issuer with a slash', 'id-token-issuer', claims(({ iss }) => ({ iss: `${String(iss)}/` }))],
  ['no issuer', invalid, said({ iss: undefined })],
  ['a list of issuers', invalid, claims(({ iss }) => ({ iss: [iss] }))],
  ['another client', 'id-token-audience', said({ aud: 'other' })],
  ['us and another', 'id-token-audience', claims(({ aud }) => ({ aud: [aud, 'other'] }))],
  [
    'us and another, us as party',
    'id-token-audience',
    claims(({ aud }) => ({ aud: [aud, 'other'], azp: aud })),
  ],
  ['us twice', 'id-token-audience', claims(({ aud }) => ({ aud: [aud, aud] }))],
  ['us in a list', 'in', claims(({ aud }) => ({ aud: [aud] }))],
  ['nobody', 'id-token-audience', said({ aud: [] })],
  ['no audience', invalid, said({ aud: undefined })],
  ['an audience that is an object', invalid, said({ aud: { 'client-1': true } })],
  ['another party', 'id-token-authorized-party', said({ azp: 'other' })],
  ['us as party', 'in', claims(({ aud }) => ({ azp: aud }))],
  ['a party that is null', 'id-token-authorized-party', said({ azp: null })],
  ['another nonce', 'id-token-nonce', said({ nonce: 'other' })],
  ['no nonce', invalid, said({ nonce: undefined })],
  ['a list of nonces', 'id-token-nonce', claims(({ nonce }) => ({ nonce: [nonce] }))],
  ['expired', 'id-token-expired', claims(() => ({ exp: now() - 120 }))],
  ['no end', invalid, said({ exp: undefined })],
  ['an end that is text', invalid, said({ exp: '9999999999' })],
  ['issued eleven minutes ago', 'id-token-issued-at', claims(() => ({ iat: now() - 660 }))],
  ['issued in two minutes', 'id-token-issued-at', claims(() => ({ iat: now() + 120 }))],
  ['issued at no time', invalid, said({ iat: undefined })],
  ['issued at a text', invalid, claims(({ iat }) => ({ iat: String(iat) }))],
  ['valid from tomorrow', 'id-token-issued-at', claims(() => ({ nbf: now() + 86_400 }))],
  ['no subject', invalid, said({ sub: undefined })],
  ['an empty subject', 'id-token-subject', said({ sub: '' })],
  ['a subject of 256 characters', 'id-token-subject', said({ sub: 'a'.repeat(256) })],
  ['a subject that is a number', invalid, said({ sub: 7 })],
  ['a subject that is a list', invalid, said({ sub: ['admin'] })],
  ['a subject that is an object', invalid, said({ sub: { toString: 'admin' } })],
  ['a subject with NUL', 'id-token-subject', said({ sub: 'admin\0x' })],
  [
    'half a character as subject',
    'id-token-subject',
    payload((text, { person }) => text.replace(person, 'admin\\ud800')),
  ],
  [
    'a subject of other letters',
    (person) => member(`${person}\u202e`),
    claims(({ sub }) => ({ sub: `${String(sub)}\u202e` })),
  ],
  [
    'a subject with blanks',
    (person) => member(` ${person} `),
    claims(({ sub }) => ({ sub: ` ${String(sub)} ` })),
  ],
  [
    'the subject twice, of which the last counts (RFC 7519 4)',
    (person) => member(`${person}-last`),
    payload((text, { person }) => text.replace('}', `,"sub":"${person}-last"}`)),
  ],
  [
    'claims called __proto__',
    'in',
    payload((text) => text.replace('{', '{"__proto__":{"groups":["Admins"]},')),
  ],
  [
    'groups of a prototype',
    (person) => member(person, []),
    payload((text) => text.replace('"groups":["Engineering"]', '"__proto__":{"groups":["Admins"]}')),
  ],
  ['groups that are an object', (person) => member(person, []), said({ groups: { 0: 'Admins' } })],
  [
    'groups in a list of lists (M3: each counts)',
    (person) => member(person, ['org-admin']),
    said({ groups: [['Admins']] }),
  ],
  ['groups as one text', (person) => member(person, ['org-admin']), said({ groups: 'Admins' })],
  ['groups in text with commas', (person) => member(person, []), said({ groups: 'Admins,Engineering' })],
  [
    'a payload that is a list',
    unreadable,
    token(({ keys }) => jws({ alg: 'RS256', kid: 'rsa' }, [], keys.idp.privateKey)),
  ],
  [
    'a payload that is null',
    unreadable,
    token(({ keys }) => jws({ alg: 'RS256', kid: 'rsa' }, 'null', keys.idp.privateKey)),
  ],
  ['a payload that is no JSON', unreadable, payload((text) => `${text}}`)],
  [
    'a payload that is no UTF-8',
    invalid,
    token(({ claims: all, keys }) => {
      const [head] = honestToken({ claims: all, keys }).split('.');
      const body = Buffer.concat([
        Buffer.from(JSON.stringify(all).slice(0, -1)),
        Buffer.from(',"x":"'),
        Buffer.of(0xff),
        Buffer.from('"}'),
      ]);
      const material = `${head}.${body.toString('base64url')}`;
      return `${material}.${signature(material, keys.idp.privateKey, 'RS256')}`;
    }),
  ],
  [
    'nested 5 000 levels',
    'in',
    payload((text) => text.replace('{', `{"deep":${'['.repeat(5_000)}${']'.repeat(5_000)},`)),
  ],
]);

export const required: readonly OidcCase[] = [
  ...cases(
    'claims',
    [
      ['a required claim is absent', 'required-claim-unmet', {}],
      ['a required claim is another', 'required-claim-unmet', said({ tid: 'other' })],
      [
        'a required claim is of a prototype',
        'required-claim-unmet',
        payload((text) => text.replace('{', '{"__proto__":{"tid":"acme"},')),
      ],
      ['a required claim is met', 'in', said({ tid: 'acme' })],
    ],
    { connection: { requiredClaims: { tid: 'acme' } } },
  ),
  ...cases(
    'claims',
    [
      ['the claim that names the person is absent', 'subject-claim-missing', {}],
      ['the claim that names the person is a list', 'subject-claim-missing', said({ oid: ['x'] })],
      [
        'the claim that names the person',
        (person) => member(`oid-${person}`),
        claims(({ sub }) => ({ oid: `oid-${String(sub)}` })),
      ],
    ],
    { connection: { subjectClaim: 'oid' } },
  ),
];
