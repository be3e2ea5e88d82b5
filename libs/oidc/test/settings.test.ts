import { describe, expect, it } from 'vitest';
import { isSharedIssuer, validateOidcSettings } from '../src/index.js';

const good = {
  connection: 'c1',
  issuer: 'https://idp.example/realm',
  clientId: 'client-1',
  clientSecret: 's',
  redirectUri: 'https://app.test/sso/c1/callback',
};
const problemsOf = (change: Record<string, unknown>, options = {}) => {
  const validated = validateOidcSettings({ ...good, ...change }, options);
  return 'problems' in validated ? validated.problems.map(({ path, code }) => [path, code]) : [];
};

describe('settings', () => {
  it('pass whole, and undefined and null are as if absent', () => {
    const full = {
      ...good,
      scopes: ['profile', 'groups'],
      clientAuthentication: 'client_secret_post',
      idTokenSigningAlg: 'ES256',
      useUserInfo: true,
      requiredClaims: { hd: 'acme.test', tid: ['a', 'b'] },
      subjectClaim: 'oid',
    };
    expect(validateOidcSettings(full)).toEqual({ settings: full, beforeActivation: [] });
    expect(validateOidcSettings({ ...good, scopes: undefined, subjectClaim: null })).toEqual({
      settings: good,
      beforeActivation: [],
    });
  });

  it('tell every problem at once, each with its path', () => {
    const validated = validateOidcSettings({
      issuer: 'http://idp.example',
      clientId: '',
      clientSecret: 7,
      scopes: ['ok', 'two words', 3],
      clientAuthentication: 'private_key',
      idTokenSigningAlg: 'HS256',
      useUserInfo: 'yes',
      requiredClaims: { hd: [], tid: 4 },
      subjectClaim: 'email',
      redirectUri: 'nowhere',
      extra: 1,
    });
    expect('problems' in validated && validated.problems.map(({ path, code }) => `${path}: ${code}`)).toEqual(
      [
        'extra: unknown-setting',
        'connection: missing',
        'issuer: https-required',
        'clientId: empty',
        'clientSecret: wrong-type',
        'scopes.2: wrong-type',
        'clientAuthentication: unknown-value',
        'idTokenSigningAlg: unsafe-algorithm',
        'useUserInfo: wrong-type',
        'requiredClaims.hd: empty',
        'requiredClaims.tid: wrong-type',
        'subjectClaim: changeable-subject',
        'redirectUri: invalid-url',
      ],
    );
  });

  it.each([null, [], 'x', 4])('%j are no settings', (input) => {
    expect(validateOidcSettings(input)).toMatchObject({ problems: [{ path: '', code: 'not-an-object' }] });
  });

  it.each(['none', 'HS256', 'HS512', 'rs256'])('L2: an ID token may not be signed with %s', (alg) => {
    expect(problemsOf({ idTokenSigningAlg: alg })).toEqual([['idTokenSigningAlg', 'unsafe-algorithm']]);
  });

  it.each([
    ['http://idp.example', 'https-required'],
    ['http://localhost:4000', 'https-required'],
    ['ftp://idp.example', 'https-required'],
    ['https://u:p@idp.example', 'invalid-url'],
    ['https://idp.example?x=1', 'invalid-url'],
    ['https://idp.example#x', 'invalid-url'],
    ['https://idp.example/ x', 'invalid-url'],
    ['https://idp.example/.well-known/openid-configuration', 'invalid-url'],
    ['idp.example', 'invalid-url'],
  ])('the issuer %s: %s', (issuer, code) => expect(problemsOf({ issuer })).toEqual([['issuer', code]]));

  it('development allows http on loopback, and nowhere else', () => {
    const options = { allowLoopbackHttp: true };
    expect(
      problemsOf({ issuer: 'http://localhost:4000', redirectUri: 'http://127.0.0.1/cb' }, options),
    ).toEqual([]);
    expect(problemsOf({ issuer: 'http://localhost.evil.io' }, options)).toEqual([
      ['issuer', 'https-required'],
    ]);
  });

  it('a secret goes with client authentication', () => {
    expect(problemsOf({ clientAuthentication: 'none' })).toEqual([['clientSecret', 'secret-unused']]);
    expect(problemsOf({ clientAuthentication: 'client_secret_basic', clientSecret: undefined })).toEqual([
      ['clientSecret', 'secret-missing'],
    ]);
    expect(problemsOf({ clientSecret: undefined })).toEqual([]);
  });

  it('`__proto__` is an ordinary claim name', () => {
    const input = JSON.parse(JSON.stringify(good).replace('}', ',"requiredClaims":{"__proto__":"x"}}'));
    const validated = validateOidcSettings(input);
    expect('settings' in validated && Object.entries(validated.settings.requiredClaims ?? {})).toEqual([
      ['__proto__', 'x'],
    ]);
  });
});

describe('L10: shared issuers', () => {
  const entra = 'https://login.microsoftonline.com';
  it.each([
    `${entra}/common/v2.0`,
    `${entra}/organizations/v2.0`,
    `${entra}/consumers/v2.0`,
    `${entra}/Common/v2.0`,
    `${entra}//common/v2.0`,
    `${entra}/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0`,
    `${entra}/`,
    'https://login.microsoftonline.us/common/v2.0',
    'https://login.windows.net/common',
    'https://LOGIN.microsoftonline.com/common/v2.0',
  ])('%s is refused: it lets in every tenant', (issuer) => {
    expect(problemsOf({ issuer })).toEqual([['issuer', 'multi-tenant-issuer']]);
    expect(isSharedIssuer(issuer)).toBe(true);
  });

  it("a tenant's own Entra issuer is not shared", () => {
    const issuer = `${entra}/72f988bf-86f1-41af-91ab-2d7cd011db47/v2.0`;
    expect([isSharedIssuer(issuer), problemsOf({ issuer })]).toEqual([false, []]);
  });

  it('Google needs `hd` before it is activated, and no other claim will do', () => {
    const google = { ...good, issuer: 'https://accounts.google.com' };
    const lacking = [expect.objectContaining({ path: 'requiredClaims.hd', code: 'required-claims-missing' })];
    expect(validateOidcSettings(google)).toMatchObject({ beforeActivation: lacking });
    const verified = { ...google, requiredClaims: { email_verified: 'true' } };
    expect(validateOidcSettings(verified)).toMatchObject({ beforeActivation: lacking });
    const ours = { ...google, requiredClaims: { hd: 'acme.test' } };
    expect(validateOidcSettings(ours)).toMatchObject({ beforeActivation: [] });
  });

  it('an issuer the operator calls shared needs some required claim', () => {
    const options = { sharedIssuers: [good.issuer] };
    expect(validateOidcSettings(good, options)).toMatchObject({
      beforeActivation: [{ path: 'requiredClaims' }],
    });
    const required = { ...good, requiredClaims: { organization: 'acme' } };
    expect(validateOidcSettings(required, options)).toMatchObject({ beforeActivation: [] });
  });
});
