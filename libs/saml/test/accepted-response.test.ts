import { beforeAll, describe, expect, it } from 'vitest';
import { makeSigningKey, sign } from './identity-provider.js';
import { assertionXml, at, idpIssuer, minute, now, persistent, responseXml } from './response-builder.js';
import { makeBench, type Bench } from './verification.js';

let bench: Bench;
beforeAll(async () => {
  bench = await makeBench();
});

describe('a good response', () => {
  it('L2: is read whole from a signed assertion', () => {
    const signIn = bench.verify(bench.signed({ sessionEnd: at(60 * minute) }));
    expect(signIn).toMatchObject({
      issuer: idpIssuer,
      subject: 'a1b2c3',
      format: persistent,
      sessionIndex: '_session-1',
      sessionNotOnOrAfter: now + 60 * minute,
      replayKey: { id: '_assertion-1', expiresAt: now + 6 * minute },
    });
    expect(signIn.claims.byName.get('groups')?.value).toEqual(['Engineering']);
  });

  it('L2: is read where Response and assertion are both signed', () => {
    expect(bench.verify(bench.signedTwice()).subject).toBe('a1b2c3');
  });

  it('L2: any of several certificates may have signed', async () => {
    const other = await makeSigningKey();
    const certificates = [other.certificate, bench.key.certificate];
    expect(bench.verify(bench.signed(), { certificates }).subject).toBe('a1b2c3');
  });

  it('L2: SHA-512 is accepted', () => {
    const options = {
      method: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha512',
      digest: 'http://www.w3.org/2001/04/xmlenc#sha512',
    };
    const xml = responseXml({}, sign(assertionXml(), 'Assertion', bench.key, options));
    expect(bench.verify(xml).subject).toBe('a1b2c3');
  });

  it('L2: a list of inclusive prefixes changes nothing', () => {
    const xml = responseXml({}, sign(assertionXml(), 'Assertion', bench.key, { prefixList: ['xs'] }));
    expect(bench.verify(xml).subject).toBe('a1b2c3');
  });

  it('L2: nor does one of SignedInfo, with prefixes that the element inherits, declares or has not', () => {
    const options = {
      signedInfoPrefixList: ['saml', 'xs', 'samlp', 'ds', 'nobody'],
      prefixList: ['xs', 'samlp'],
    };
    const whole = sign(responseXml(), 'Assertion', bench.key, options);
    expect(whole).toContain('PrefixList="saml xs samlp ds nobody"');
    expect(bench.verify(whole).subject).toBe('a1b2c3');
    expect(bench.verify(sign(whole, 'Response', bench.key, { prefixList: ['xs'] })).subject).toBe('a1b2c3');
    const declaredTwice = responseXml().replace('<samlp:Response', '<samlp:Response xmlns:xs="urn:other"');
    expect(bench.verify(sign(declaredTwice, 'Assertion', bench.key, options)).subject).toBe('a1b2c3');
  });

  it('L2: characters that XML escapes, and those beyond the BMP, are where they are', () => {
    const values = ['R&D <"é😀\t\n>', '&amp;', ']]>'];
    const xml = bench.signedTwice({ attributes: [{ name: 'groups', values }], before: '<!-- 😀 & -->' });
    expect(bench.verify(xml).claims.byName.get('groups')?.value).toEqual(values);
  });

  it('L2: 5 000 groups are ordinary data', () => {
    const values = Array.from({ length: 5_000 }, (_, index) => `group-${index}`);
    const signIn = bench.verify(bench.signed({ attributes: [{ name: 'groups', values }] }));
    expect(signIn.claims.byName.get('groups')?.value).toHaveLength(5_000);
  });
});
