import { beforeAll, describe, expect, it } from 'vitest';
import { validateSamlSettings } from '../src/index.js';
import { makeSigningKey, type SigningKey } from './identity-provider.js';
import { acsUrl, entityId, idpIssuer } from './response-builder.js';

let key: SigningKey;
let other: SigningKey;
beforeAll(async () => {
  [key, other] = await Promise.all([makeSigningKey(), makeSigningKey()]);
});

const now = Date.now();
const good = () => ({
  connection: 'con_1',
  idpIssuer,
  entryPoint: 'https://idp.test/sso',
  certificates: [key.certificate],
  entityId,
  acsUrl,
});
const found = (changes: object) =>
  validateSamlSettings({ ...good(), ...changes }, now).problems.map(({ path, code }) => `${path} ${code}`);

describe('settings', () => {
  it('are returned typed and frozen, certificates as PEM', () => {
    const bare = key.certificate.replace(/-----[^-]+-----|\s/g, '');
    const extra = {
      allowIdpInitiated: true,
      requiredClaims: JSON.parse('{"tid": ["a", "b"], "__proto__": "x"}') as object,
      subjectClaim: 'uid',
      binding: 'post',
      signing: { privateKey: key.privateKey, certificate: key.certificate },
    };
    const { settings, problems, warnings } = validateSamlSettings(
      { ...good(), certificates: [bare], ...extra },
      now,
    );
    expect(problems).toEqual([]);
    expect(warnings).toEqual([]);
    expect(settings?.certificates[0]).toMatch(/^-----BEGIN CERTIFICATE-----\n/);
    expect(settings).toMatchObject({ allowIdpInitiated: true, subjectClaim: 'uid', binding: 'post' });
    expect(Object.entries(settings?.requiredClaims ?? {})).toEqual([
      ['tid', ['a', 'b']],
      ['__proto__', 'x'],
    ]);
    expect(Object.isFrozen(settings)).toBe(true);
  });

  it('list every problem at once, each with its path', () => {
    expect(
      validateSamlSettings({ certificates: ['x', 7], binding: 'soap', typo: 1 }, now).problems.map(
        ({ path, code }) => [path, code],
      ),
    ).toEqual([
      ['typo', 'unknown-setting'],
      ['connection', 'missing'],
      ['idpIssuer', 'missing'],
      ['entryPoint', 'missing'],
      ['certificates[0]', 'certificate-unreadable'],
      ['certificates[1]', 'not-a-string'],
      ['entityId', 'missing'],
      ['acsUrl', 'missing'],
      ['binding', 'unknown-value'],
    ]);
  });

  it.each([undefined, null, 7, 'x', []])('that are %j are no settings', (input) => {
    expect(validateSamlSettings(input, now)).toMatchObject({
      problems: [{ path: '', code: 'not-an-object' }],
    });
  });

  it.each([
    [{ entryPoint: 'idp.test/sso' }, 'entryPoint not-a-url'],
    [{ entryPoint: 'http://idp.test/sso' }, 'entryPoint url-not-https'],
    [{ entryPoint: 'javascript:alert(1)' }, 'entryPoint url-not-https'],
    [{ entryPoint: 'https://idp.test/#x' }, 'entryPoint url-with-fragment'],
    [{ entryPoint: 'https://a:b@idp.test/' }, 'entryPoint url-with-credentials'],
    [{ entryPoint: 'http://localhost.evil.test/' }, 'entryPoint url-not-https'],
    [{ idpIssuer: ' ' }, 'idpIssuer missing'],
    [{ idpIssuer: 'x'.repeat(1_025) }, 'idpIssuer too-long'],
    [{ certificates: [] }, 'certificates missing'],
    [{ certificates: 'x' }, 'certificates not-a-list'],
    [{ allowIdpInitiated: 'false' }, 'allowIdpInitiated not-a-boolean'],
    [{ requiredClaims: [] }, 'requiredClaims not-an-object'],
    [{ requiredClaims: { tid: [] } }, 'requiredClaims.tid missing'],
    [{ requiredClaims: { tid: ['a', 1] } }, 'requiredClaims.tid[1] not-a-string'],
    [{ subjectClaim: '' }, 'subjectClaim missing'],
    [{ signing: 1 }, 'signing not-an-object'],
  ])('%j: %s', (changes, problem) => {
    expect(found(changes)).toEqual([problem]);
  });

  it.each(['http://localhost:3001/sso', 'http://127.0.0.1/sso', 'http://[::1]:1/sso'])(
    'allow %s',
    (entryPoint) => {
      expect(found({ entryPoint })).toEqual([]);
    },
  );

  it('refuse a key pair that is none', () => {
    const privateKey = key.privateKey;
    expect(found({ signing: { privateKey, certificate: other.certificate } })).toEqual([
      'signing.privateKey private-key-mismatch',
    ]);
    expect(found({ signing: { privateKey: 'x', certificate: key.certificate } })).toEqual([
      'signing.privateKey private-key-unreadable',
    ]);
  });

  it('refuse weak and foreign keys', async () => {
    const weak = await makeSigningKey({ bits: 1024 });
    expect(found({ certificates: [key.certificate, weak.certificate] })).toEqual([
      'certificates[1] certificate-key-weak',
    ]);
    const elliptic = await makeSigningKey({ curve: 'P-256' });
    expect(found({ certificates: [elliptic.certificate] })).toEqual([]);
    expect(found({ signing: elliptic })).toEqual(['signing.privateKey certificate-key-unsupported']);
  });

  it.each([
    'email',
    'Mail',
    'upn',
    'name',
    'preferred_username',
    'User.Email',
    'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress',
    'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name',
    'urn:oid:0.9.2342.19200300.100.1.3',
    'urn:oid:1.2.840.113549.1.9.1',
  ])('L4: refuse `%s` as the subject', (subjectClaim) => {
    expect(found({ subjectClaim })).toEqual(['subjectClaim changeable-subject']);
  });

  it.each([
    'uid',
    'employeeNumber',
    'objectGUID',
    'http://schemas.microsoft.com/identity/claims/objectidentifier',
  ])('L4: take `%s` as the subject', (subjectClaim) => {
    expect(found({ subjectClaim })).toEqual([]);
  });

  it('warn of certificates out of their dates', async () => {
    const day = 86_400_000;
    const expired = await makeSigningKey({
      notBefore: new Date(now - 3 * day),
      notAfter: new Date(now - day),
    });
    const early = await makeSigningKey({ notBefore: new Date(now + day), notAfter: new Date(now + 3 * day) });
    const { settings, warnings } = validateSamlSettings(
      { ...good(), certificates: [expired.certificate, early.certificate] },
      now,
    );
    expect(settings).toBeDefined();
    expect(warnings.map(({ path, code }) => `${path} ${code}`)).toEqual([
      'certificates[0] certificate-expired',
      'certificates[1] certificate-not-yet-valid',
    ]);
  });
});
