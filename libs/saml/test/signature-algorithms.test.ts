import { sign as rawSign, constants } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { enveloped, exclusive, makeSigningKey, sha256, sign, type SigningKey } from './identity-provider.js';
import { assertionXml, responseXml } from './response-builder.js';
import { makeBench, type Bench } from './verification.js';

let bench: Bench;
beforeAll(async () => {
  bench = await makeBench();
});

const more = 'http://www.w3.org/2001/04/xmldsig-more#';
const sha1 = 'http://www.w3.org/2000/09/xmldsig#sha1';
const inclusive = 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315';

/** Puts the value that `key` would have made with another method, over the same SignedInfo. */
function resign(xml: string, method: string, make: (signedInfo: Buffer) => Buffer): string {
  const renamed = xml.replace(`${more}rsa-sha256`, method);
  const signedInfo = /<ds:SignedInfo>.*<\/ds:SignedInfo>/s.exec(renamed)?.[0] ?? '';
  // The signer writes SignedInfo canonically already, but for the namespace that it takes from its parent and empty elements.
  const canonical = signedInfo
    .replace('<ds:SignedInfo>', '<ds:SignedInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#">')
    .replace(/<(ds:[A-Za-z]+)([^<>]*?)\s*\/>/g, '<$1$2></$1>');
  return renamed.replace(
    /<ds:SignatureValue>[^<]*/,
    `<ds:SignatureValue>${make(Buffer.from(canonical)).toString('base64')}`,
  );
}

const signed = (key: SigningKey, options = {}) =>
  responseXml({}, sign(assertionXml(), 'Assertion', key, options));

describe('algorithms', () => {
  it.each([
    ['SHA-1 signatures', { method: 'http://www.w3.org/2000/09/xmldsig#rsa-sha1' }],
    ['SHA-1 digests', { digest: sha1 }],
    ['inclusive canonicalisation', { canonicalization: inclusive }],
    ['an inclusive transform', { transforms: [enveloped, inclusive] }],
  ])('L2: %s are refused, though valid', (_name, options) => {
    expect(bench.refusal(signed(bench.key, options))).toBe('signature-algorithm-refused');
  });

  it('L2: HMAC keyed with the public certificate is refused', () => {
    for (const privateKey of [bench.key.certificate, bench.key.publicKey]) {
      const xml = responseXml(
        {},
        sign(
          assertionXml(),
          'Assertion',
          { privateKey },
          { hmac: true, method: 'http://www.w3.org/2000/09/xmldsig#hmac-sha1' },
        ),
      );
      expect(bench.refusal(xml)).toBe('signature-algorithm-refused');
    }
  });

  it.each(['__proto__', 'constructor', 'toString', ''])('L2: `%s` is no algorithm', (name) => {
    const xml = signed(bench.key);
    expect(bench.refusal(xml.replace(`${more}rsa-sha256`, name))).toBe('signature-algorithm-refused');
    expect(bench.refusal(xml.replace(sha256, name))).toBe('signature-algorithm-refused');
    expect(bench.refusal(xml.replace(exclusive, name))).toBe('signature-algorithm-refused');
  });

  it('L2: an XSLT transform is refused', () => {
    const xml = signed(bench.key).replace(enveloped, 'http://www.w3.org/TR/1999/REC-xslt-19991116');
    expect(bench.refusal(xml)).toBe('signature-algorithm-refused');
  });

  it('L2: a third transform is refused', () => {
    expect(bench.refusal(signed(bench.key, { transforms: [enveloped, exclusive, exclusive] }))).toBe(
      'signature-malformed',
    );
  });

  it('L2: RSA-PSS with SHA-256 is accepted', () => {
    const xml = resign(
      signed(bench.key),
      'http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1',
      (material) =>
        rawSign('sha256', material, {
          key: bench.key.privateKey,
          padding: constants.RSA_PKCS1_PSS_PADDING,
          saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
        }),
    );
    expect(bench.refusal(xml)).toBe('accepted');
  });

  it('L2: RSA with SHA-384 is accepted', () => {
    const xml = resign(signed(bench.key), `${more}rsa-sha384`, (material) =>
      rawSign('sha384', material, bench.key.privateKey),
    );
    expect(bench.refusal(xml)).toBe('accepted');
  });

  it('L2: ECDSA is accepted with an EC key, and only there', async () => {
    const ec = await makeSigningKey({ curve: 'P-256' });
    const xml = resign(signed(bench.key), `${more}ecdsa-sha256`, (material) =>
      rawSign('sha256', material, { key: ec.privateKey, dsaEncoding: 'ieee-p1363' }),
    );
    expect(bench.refusal(xml, { certificates: [ec.certificate] })).toBe('accepted');
    expect(bench.refusal(xml)).toBe('signature-invalid');
    expect(bench.refusal(xml.replace('ecdsa-sha256', 'rsa-sha256'), { certificates: [ec.certificate] })).toBe(
      'signature-invalid',
    );
  });

  it('L2: a method is not bent to the key', async () => {
    const ec = await makeSigningKey({ curve: 'P-256' });
    const xml = resign(signed(bench.key), `${more}rsa-sha256`, (material) =>
      rawSign('sha256', material, ec.privateKey),
    );
    expect(bench.refusal(xml, { certificates: [ec.certificate] })).toBe('signature-invalid');
  });

  it('L2: a certificate that the message brings along is not trusted', async () => {
    const stranger = await makeSigningKey();
    const body = stranger.certificate.replace(/-----[^-]+-----|\s/g, '');
    const keyInfo = `<ds:KeyInfo><ds:X509Data><ds:X509Certificate>${body}</ds:X509Certificate></ds:X509Data></ds:KeyInfo>`;
    const xml = signed(stranger).replace('</ds:SignatureValue>', `</ds:SignatureValue>${keyInfo}`);
    expect(bench.refusal(xml, { certificates: [stranger.certificate] })).toBe('accepted');
    expect(bench.refusal(xml)).toBe('signature-invalid');
  });

  it('L2: without a certificate nothing is accepted', () => {
    expect(bench.refusal(signed(bench.key), { certificates: [] })).toBe('signature-invalid');
  });
});
