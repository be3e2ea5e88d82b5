import { createHash } from 'node:crypto';
import { refused } from '../verdict.js';
import type { Misbehaviour, OidcCase } from './oidc-case.js';
import { cases, without } from './tokens.js';

const back = (callback: NonNullable<Misbehaviour['callback']>): Misbehaviour => ({ callback });
const invalid = 'response-invalid';
const issuer = 'response-issuer-mismatch';
const unknown = () => refused('sign-in-unknown', { notBegun: true });

/** What the browser brings back. */
export const answers: readonly OidcCase[] = cases('answer', [
  ['no code', invalid, back(() => ({ code: undefined }))],
  ['an empty code', invalid, back(() => ({ code: '' }))],
  ['two codes', () => refused([invalid, 'idp-answer-invalid']), back(() => ({ code: ['a', 'b'] }))],
  ['a code nobody gave', 'code-refused', back(() => ({ code: 'forged' }))],
  ['a code of 5 000 characters', 'code-refused', back(() => ({ code: 'c'.repeat(5_000) }))],
  ['a code with line breaks', 'code-refused', back(() => ({ code: 'a\r\nhost: x' }))],
  ['no state', unknown, back(() => ({ state: undefined }))],
  ['another state', unknown, back(() => ({ state: 'other' }))],
  [
    'the state twice',
    unknown,
    back(({ asked }) => ({ state: [asked.get('state') ?? '', asked.get('state') ?? ''] })),
  ],
  ['the state and another', unknown, back(({ asked }) => ({ state: [asked.get('state') ?? '', 'other'] }))],
  ['the state with something after it', unknown, back(({ asked }) => ({ state: `${asked.get('state')}x` }))],
  [
    'the state as an object',
    unknown,
    back(({ asked }) => ({ state: undefined, 'state[x]': asked.get('state') ?? '' })),
  ],
  ['a state called __proto__', unknown, back(() => ({ state: '__proto__' }))],
  ['another issuer (RFC 9207)', issuer, back(() => ({ iss: 'https://elsewhere.test' }))],
  ['the issuer with a slash', issuer, back(({ issuer: own }) => ({ iss: `${own}/` }))],
  ['no issuer, though it says it sends one', issuer, back(() => ({ iss: undefined }))],
  ['two issuers', issuer, back(({ issuer: own }) => ({ iss: [own, 'https://elsewhere.test'] }))],
  [
    'the issuer twice',
    () => refused([issuer, 'idp-answer-invalid']),
    back(({ issuer: own }) => ({ iss: [own, own] })),
  ],
  ['a refusal', 'idp-refused', back(() => ({ code: undefined, error: 'access_denied' }))],
  [
    'an error',
    'idp-refused',
    back(() => ({ code: undefined, error: 'server_error', error_description: '<script>' })),
  ],
  [
    'an error of markup',
    'idp-refused',
    back(() => ({ code: undefined, error: '<script>alert(1)</script>' })),
  ],
  ['an error and a code', 'idp-refused', back(() => ({ error: 'server_error' }))],
  [
    'an error of another issuer',
    issuer,
    back(() => ({ code: undefined, error: 'access_denied', iss: 'https://elsewhere.test' })),
  ],
  ['an ID token in the query', 'idp-answer-invalid', back(() => ({ id_token: 'eyJhbGciOiJub25lIn0.e30.' }))],
  [
    'a JWT response nobody asked for (JARM)',
    () => refused([invalid, 'idp-answer-invalid', issuer]),
    back(() => ({ code: undefined, iss: undefined, response: 'eyJhbGciOiJub25lIn0.e30.' })),
  ],
  [
    'another party’s parameters',
    'in',
    back(() => ({ session_state: 'x', scope: 'openid', foo: ['a', 'b'] })),
  ],
]);

const wrongHash = createHash('sha256').update('x').digest('base64url');
export const provided: readonly OidcCase[] = cases('genuine', [
  ['an ID token signed with RS256', 'in', {}],
  [
    'PKCE with S256, though the provider offers plain alone',
    'in',
    { metadata: (honest) => ({ ...honest, code_challenge_methods_supported: ['plain'] }) },
  ],
  [
    'PKCE with S256, though the provider says nothing of it',
    'in',
    { metadata: without('code_challenge_methods_supported') },
  ],
  [
    'no issuer in the answer of a provider that sends none',
    'in',
    {
      metadata: without('authorization_response_iss_parameter_supported'),
      callback: () => ({ iss: undefined }),
    },
  ],
  [
    'an at_hash, though no access token is used',
    'in',
    { claims: (honest) => ({ ...honest, at_hash: wrongHash }) },
  ],
]);
