import { randomBytes, X509Certificate } from 'node:crypto';
import { member, refused, type Expectation } from '../verdict.js';
import { assertion, honest, honestTwice, response } from './message.js';
import type { SamlCase, SamlSetting } from './saml-case.js';
import {
  afterIssuer,
  ds,
  enveloped,
  exclusive,
  inclusive,
  sha256,
  signatureOf,
  signed,
  transform,
  usualTransforms,
  type SignatureParts,
} from './signer.js';

type Row = readonly [name: string, expected: string | 'in', make: (setting: SamlSetting) => string];

function cases(named: string, rows: readonly Row[]): SamlCase[] {
  return rows.map(([name, expected, make]) => ({
    class: named,
    name,
    make,
    expect: ({ person }): Expectation => (expected === 'in' ? member(person) : refused(expected)),
  }));
}

/** The assertion signed as said, by the key that the connection trusts unless `by` says otherwise. */
const by =
  (parts: SignatureParts, key: 'idp' | 'idpEc' | 'rogue' | 'rogueEc' = 'idp') =>
  (setting: SamlSetting) =>
    response(setting, signed(assertion(setting), setting.keys[key], parts));

const more = 'http://www.w3.org/2001/04/xmldsig-more#';
const rsa = (hash: string) => `${more}rsa-${hash}`;
const ecdsa = (hash: string) => `${more}ecdsa-${hash}`;
const refusedAlgorithm = 'signature-algorithm-refused';
const invalid = 'signature-invalid';
const malformed = 'signature-malformed';

const x509 = (pem: string) =>
  `<ds:KeyInfo><ds:X509Data><ds:X509Certificate>${pem.replace(/-----[A-Z ]+-----|\s/g, '')}</ds:X509Certificate></ds:X509Data></ds:KeyInfo>`;

const fromUrl = (text: string) => Buffer.from(text, 'base64url').toString('base64');

function rsaKeyValue({ keys }: SamlSetting): string {
  const { n = '', e = '' } = keys.rogue.publicKey.export({ format: 'jwk' });
  return `<ds:KeyInfo><ds:KeyValue><ds:RSAKeyValue><ds:Modulus>${fromUrl(n)}</ds:Modulus><ds:Exponent>${fromUrl(e)}</ds:Exponent></ds:RSAKeyValue></ds:KeyValue></ds:KeyInfo>`;
}

const withValue = (xml: string, value: Buffer) =>
  xml.replace(/(<ds:SignatureValue>)[^<]*/, `$1${value.toString('base64')}`);

const hmac = (method: string, secret: (setting: SamlSetting) => string | Buffer) => (setting: SamlSetting) =>
  by({ method, secret: secret(setting) })(setting);
const hmacSha256 = `${more}hmac-sha256`;
const spki = (setting: SamlSetting, format: 'pem' | 'der') =>
  setting.keys.idp.publicKey.export({ type: 'spki', format: format as 'pem' });

export const keys: readonly SamlCase[] = cases('keys', [
  ['signed by anybody', invalid, by({}, 'rogue')],
  [
    'signed by anybody, who brings the certificate along (CVE-2024-32962)',
    invalid,
    (s) => by({ keyInfo: x509(s.keys.rogue.certificate) }, 'rogue')(s),
  ],
  [
    'signed by anybody, with the certificate of the IdP',
    invalid,
    (s) => by({ keyInfo: x509(s.keys.idp.certificate) }, 'rogue')(s),
  ],
  [
    'signed by anybody, who brings the bare key along',
    invalid,
    (s) => by({ keyInfo: rsaKeyValue(s) }, 'rogue')(s),
  ],
  [
    'signed by anybody, with both certificates',
    invalid,
    (s) =>
      by(
        {
          keyInfo:
            x509(s.keys.idp.certificate).replace('</ds:KeyInfo>', '') +
            x509(s.keys.rogue.certificate).replace('<ds:KeyInfo>', ''),
        },
        'rogue',
      )(s),
  ],
  [
    'a KeyInfo that points to the web',
    invalid,
    by(
      {
        keyInfo:
          '<ds:KeyInfo><ds:RetrievalMethod URI="http://127.0.0.1:1/key"></ds:RetrievalMethod></ds:KeyInfo>',
      },
      'rogue',
    ),
  ],
  [
    'a KeyInfo that names the IdP',
    invalid,
    by({ keyInfo: '<ds:KeyInfo><ds:KeyName>idp</ds:KeyName></ds:KeyInfo>' }, 'rogue'),
  ],
  ['an EC key of anybody', invalid, by({ method: ecdsa('sha256') }, 'rogueEc')],
  ['HMAC keyed with the certificate', refusedAlgorithm, hmac(hmacSha256, (s) => s.keys.idp.certificate)],
  [
    'HMAC keyed with the certificate in DER',
    refusedAlgorithm,
    hmac(hmacSha256, (s) => new X509Certificate(s.keys.idp.certificate).raw),
  ],
  ['HMAC keyed with the public key', refusedAlgorithm, hmac(hmacSha256, (s) => spki(s, 'pem'))],
  ['HMAC keyed with the public key in DER', refusedAlgorithm, hmac(hmacSha256, (s) => spki(s, 'der'))],
  ['HMAC keyed with nothing', refusedAlgorithm, hmac(hmacSha256, () => '')],
  ['HMAC with SHA-1', refusedAlgorithm, hmac(`${ds}hmac-sha1`, (s) => s.keys.idp.certificate)],
  ['an HMAC under the name of RSA', invalid, (s) => by({ secret: s.keys.idp.certificate })(s)],
  ['a signature of nothing', invalid, (s) => withValue(honest(s), Buffer.alloc(0))],
  ['a signature of zeros', invalid, (s) => withValue(honest(s), Buffer.alloc(256))],
  ['a signature of ones', invalid, (s) => withValue(honest(s), Buffer.alloc(256, 0xff))],
  ['a signature by chance', invalid, (s) => withValue(honest(s), randomBytes(256))],
  [
    'an ECDSA signature of zeros',
    invalid,
    (s) => withValue(by({ method: ecdsa('sha256') }, 'idpEc')(s), Buffer.alloc(64)),
  ],
  [
    'an RSA signature under the name of ECDSA',
    invalid,
    by({ method: ecdsa('sha256'), madeWith: rsa('sha256') }),
  ],
  ['an ECDSA signature under the name of RSA', invalid, by({ madeWith: ecdsa('sha256') }, 'idpEc')],
  [
    'PKCS #1 under the name of PSS',
    invalid,
    by({ method: 'http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1', madeWith: rsa('sha256') }),
  ],
  [
    'PSS under the name of PKCS #1',
    invalid,
    by({ madeWith: 'http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1' }),
  ],
  [
    'the Response signed by anybody, the assertion by the IdP',
    invalid,
    (s) => signed(honest(s), s.keys.rogue),
  ],
  [
    'the assertion signed by anybody, the Response by the IdP',
    invalid,
    (s) => honestTwice(s, {}, signed(assertion(s), s.keys.rogue)),
  ],
  ['not signed', 'signature-missing', (s) => response(s, assertion(s))],
  ['only the Response signed', 'assertion-unsigned', (s) => signed(response(s, assertion(s)), s.keys.idp)],
]);

export const algorithms: readonly SamlCase[] = cases('algorithms', [
  ['RSA with SHA-1', refusedAlgorithm, by({ method: `${ds}rsa-sha1` })],
  ['a digest of SHA-1', refusedAlgorithm, by({ digestMethod: `${ds}sha1` })],
  ['SHA-1 under the name of SHA-256', invalid, by({ madeWith: `${ds}rsa-sha1` })],
  ['a digest of SHA-1 under the name of SHA-256', invalid, by({ digestedWith: `${ds}sha1` })],
  ['RSA with MD5', refusedAlgorithm, by({ method: rsa('md5') })],
  ['a digest of MD5', refusedAlgorithm, by({ digestMethod: `${more}md5` })],
  ['RSA with SHA-224', refusedAlgorithm, by({ method: rsa('sha224') })],
  [
    'PSS with SHA-1',
    refusedAlgorithm,
    by({ method: 'http://www.w3.org/2007/05/xmldsig-more#sha1-rsa-MGF1' }),
  ],
  ['ECDSA with SHA-1', refusedAlgorithm, by({ method: ecdsa('sha1') }, 'idpEc')],
  ['DSA', refusedAlgorithm, by({ method: `${ds}dsa-sha1` })],
  ['`none`', refusedAlgorithm, by({ method: 'none' })],
  ['no name at all', refusedAlgorithm, by({ method: '' })],
  ['a name of an object’s prototype', refusedAlgorithm, by({ method: '__proto__' })],
  ['a digest of that name', refusedAlgorithm, by({ digestMethod: 'constructor' })],
  ['a name in capitals', refusedAlgorithm, by({ method: rsa('sha256').toUpperCase() })],
  ['a name with a blank after it', refusedAlgorithm, by({ method: `${rsa('sha256')} ` })],
  ['a digest with a fragment after it', refusedAlgorithm, by({ digestMethod: `${sha256}#` })],
  [
    'HMACOutputLength on RSA',
    malformed,
    (s) =>
      honest(s).replace(
        'rsa-sha256"></ds:SignatureMethod>',
        'rsa-sha256"><ds:HMACOutputLength>8</ds:HMACOutputLength></ds:SignatureMethod>',
      ),
  ],
]);

const prefixes = (list: string, namespace = exclusive) =>
  `<ec:InclusiveNamespaces xmlns:ec="${namespace}" PrefixList="${list}"></ec:InclusiveNamespaces>`;
const xpath = transform(
  'http://www.w3.org/TR/1999/REC-xpath-19991116',
  '<ds:XPath>not(ancestor-or-self::saml:AttributeStatement)</ds:XPath>',
);

export const transforms: readonly SamlCase[] = cases('transforms', [
  [
    'XSLT',
    malformed,
    by({ transforms: usualTransforms + transform('http://www.w3.org/TR/1999/REC-xslt-19991116', '<x></x>') }),
  ],
  [
    'XSLT first',
    refusedAlgorithm,
    by({ transforms: transform('http://www.w3.org/TR/1999/REC-xslt-19991116') + transform(exclusive) }),
  ],
  ['XPath that leaves the attributes out', malformed, by({ transforms: usualTransforms + xpath })],
  ['XPath in place of canonicalisation', refusedAlgorithm, by({ transforms: transform(enveloped) + xpath })],
  ['base64', refusedAlgorithm, by({ transforms: transform(enveloped) + transform(`${ds}base64`) })],
  ['the two in reverse', refusedAlgorithm, by({ transforms: transform(exclusive) + transform(enveloped) })],
  ['enveloped twice', malformed, by({ transforms: transform(enveloped) + usualTransforms })],
  ['enveloped alone', malformed, by({ transforms: transform(enveloped) })],
  ['canonicalisation alone', refusedAlgorithm, by({ transforms: transform(exclusive) })],
  ['none', malformed, by({ transforms: '' })],
  [
    'a hundred (CVE-2021-39171)',
    malformed,
    by({ transforms: transform(enveloped) + transform(exclusive).repeat(99) }),
  ],
  [
    'inclusive canonicalisation of the assertion',
    refusedAlgorithm,
    by({ transforms: transform(enveloped) + transform(inclusive) }),
  ],
  ['inclusive canonicalisation of SignedInfo', refusedAlgorithm, by({ canonicalization: inclusive })],
  ['canonical XML 1.1', refusedAlgorithm, by({ canonicalization: 'http://www.w3.org/2006/12/xml-c14n11' })],
  [
    'a list of prefixes that is no list',
    malformed,
    by({ transforms: transform(enveloped) + transform(exclusive, '<x></x>') }),
  ],
  [
    'a list of prefixes with something in it',
    malformed,
    by({
      transforms:
        transform(enveloped) + transform(exclusive, `${prefixes('xs').replace('></ec', '><x></x></ec')}`),
    }),
  ],
  [
    'a list of 2 000 prefixes',
    malformed,
    by({
      transforms:
        transform(enveloped) +
        transform(exclusive, prefixes(Array.from({ length: 2_000 }, (_, index) => `p${index}`).join(' '))),
    }),
  ],
]);

const goodSignedInfo = (xml: string) => /<ds:SignedInfo>.*?<\/ds:SignedInfo>/s.exec(xml)?.[0] ?? '';

const digestOf = (xml: string) => /<ds:DigestValue>([^<]*)/.exec(xml)?.[1] ?? '';

/** A genuine signature, on an assertion that says something else, with its digest made to fit. */
function forgedDigest(setting: SamlSetting, place: (genuine: string, forged: string) => string): string {
  const forged = assertion(setting, { nameId: `${setting.person}-evil`, groups: ['Admins'] });
  const genuine = signatureOf(assertion(setting), setting.keys.idp);
  const fitting = signatureOf(forged, setting.keys.rogue);
  return response(
    setting,
    afterIssuer(
      forged,
      genuine.replace(/<ds:DigestValue>[^<]*<\/ds:DigestValue>/, () =>
        place(digestOf(genuine), digestOf(fitting)),
      ),
    ),
  );
}

export const shapes: readonly SamlCase[] = cases('signature shape', [
  [
    'a comment before the digest (CVE-2025-29775)',
    malformed,
    (s) =>
      forgedDigest(s, (genuine, forged) => `<ds:DigestValue><!--${forged}-->${genuine}</ds:DigestValue>`),
  ],
  [
    'a comment in place of the digest',
    malformed,
    (s) =>
      forgedDigest(s, (genuine, forged) => `<ds:DigestValue><!--${genuine}-->${forged}</ds:DigestValue>`),
  ],
  [
    'two digests, the genuine first',
    malformed,
    (s) =>
      forgedDigest(
        s,
        (genuine, forged) =>
          `<ds:DigestValue>${genuine}</ds:DigestValue><ds:DigestValue>${forged}</ds:DigestValue>`,
      ),
  ],
  [
    'two digests, the forged first',
    malformed,
    (s) =>
      forgedDigest(
        s,
        (genuine, forged) =>
          `<ds:DigestValue>${forged}</ds:DigestValue><ds:DigestValue>${genuine}</ds:DigestValue>`,
      ),
  ],
  [
    'a digest in an element of the digest',
    malformed,
    (s) =>
      forgedDigest(s, (genuine, forged) => `<ds:DigestValue>${genuine}<x>${forged}</x></ds:DigestValue>`),
  ],
  [
    'the digest alone forged',
    invalid,
    (s) => forgedDigest(s, (_, forged) => `<ds:DigestValue>${forged}</ds:DigestValue>`),
  ],
  [
    'the digest alone genuine',
    invalid,
    (s) => forgedDigest(s, (genuine) => `<ds:DigestValue>${genuine}</ds:DigestValue>`),
  ],
  [
    'the digest in a StatusDetail (CVE-2024-45409)',
    invalid,
    (s) =>
      forgedDigest(s, (genuine) => `<ds:DigestValue>${genuine}</ds:DigestValue>`).replace(
        '</samlp:Status>',
        (end) =>
          `<samlp:StatusDetail><ds:DigestValue xmlns:ds="${ds}">x</ds:DigestValue></samlp:StatusDetail>${end}`,
      ),
  ],
  [
    'two SignedInfos, the genuine first (CVE-2025-29774)',
    malformed,
    (s) => {
      const forged = honest(s, { nameId: `${s.person}-evil` }, {});
      return forged.replace('</ds:SignedInfo>', (end) => end + goodSignedInfo(honest(s)));
    },
  ],
  [
    'two SignedInfos, the forged first',
    malformed,
    (s) => {
      const genuine = honest(s);
      return genuine.replace(
        '<ds:SignedInfo>',
        (start) => goodSignedInfo(honest(s, { nameId: 'x' })) + start,
      );
    },
  ],
  [
    'SignedInfo in an Object',
    malformed,
    (s) => {
      const genuine = honest(s);
      return genuine
        .replace(goodSignedInfo(genuine), '')
        .replace('</ds:Signature>', (end) => `<ds:Object>${goodSignedInfo(genuine)}</ds:Object>${end}`);
    },
  ],
  ['no SignedInfo', malformed, (s) => honest(s).replace(/<ds:SignedInfo>.*<\/ds:SignedInfo>/s, '')],
  [
    'no SignatureValue',
    malformed,
    (s) => honest(s).replace(/<ds:SignatureValue>.*<\/ds:SignatureValue>/s, ''),
  ],
  [
    'two SignatureValues',
    malformed,
    (s) => honest(s).replace(/<ds:SignatureValue>.*<\/ds:SignatureValue>/s, (value) => value + value),
  ],
  [
    'a comment in the SignatureValue',
    malformed,
    (s) => honest(s).replace('<ds:SignatureValue>', (start) => `${start}<!---->`),
  ],
  [
    'a comment in SignedInfo',
    malformed,
    (s) => honest(s).replace('<ds:SignedInfo>', (start) => `${start}<!--x-->`),
  ],
  ['two references', malformed, by({ moreReferences: `<ds:Reference URI="#other"></ds:Reference>` })],
  [
    'a reference more, of a type called Manifest',
    malformed,
    by({ moreReferences: `<ds:Reference Type="${ds}Manifest" URI="#m"></ds:Reference>` }),
  ],
  ['no reference', malformed, (s) => honest(s).replace(/<ds:Reference .*<\/ds:Reference>/s, '')],
  ['an Object', malformed, by({ keyInfo: '<ds:Object>x</ds:Object>' })],
  [
    'an Object after KeyInfo',
    malformed,
    by({ keyInfo: '<ds:KeyInfo></ds:KeyInfo><ds:Object>x</ds:Object>' }),
  ],
  ['a Manifest in KeyInfo’s place', malformed, by({ keyInfo: '<ds:Manifest></ds:Manifest>' })],
  [
    'SignedInfo of another namespace',
    malformed,
    (s) =>
      honest(s)
        .replaceAll('ds:SignedInfo', 'x:SignedInfo')
        .replace('<x:SignedInfo>', '<x:SignedInfo xmlns:x="urn:x">'),
  ],
  [
    'a Reference inside the Reference',
    malformed,
    (s) => honest(s).replace('</ds:Reference>', (end) => `<ds:Reference URI="#x"></ds:Reference>${end}`),
  ],
  [
    'a genuine signature of the element one level up',
    malformed,
    (s) => {
      const whole = response(s, assertion(s));
      return response(s, afterIssuer(assertion(s), signatureOf(whole, s.keys.idp)));
    },
  ],
  ['a SignedInfo of 20 000 characters', malformed, by({ moreReferences: ' '.repeat(20_000) })],
  ['a SignatureValue of 5 000 characters', malformed, (s) => withValue(honest(s), Buffer.alloc(3_800))],
]);

export const genuine: readonly SamlCase[] = cases('genuine', [
  ['the assertion signed', 'in', (s) => honest(s)],
  ['assertion and Response signed', 'in', (s) => honestTwice(s)],
  ['RSA with SHA-384', 'in', by({ method: rsa('sha384'), digestMethod: `${more}sha384` })],
  [
    'RSA with SHA-512',
    'in',
    by({ method: rsa('sha512'), digestMethod: 'http://www.w3.org/2001/04/xmlenc#sha512' }),
  ],
  ['RSA-PSS', 'in', by({ method: 'http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1' })],
  ['ECDSA', 'in', by({ method: ecdsa('sha256') }, 'idpEc')],
  [
    'canonicalised with comments',
    'in',
    by({
      canonicalization: `${exclusive}WithComments`,
      transforms: transform(enveloped) + transform(`${exclusive}WithComments`),
    }),
  ],
  [
    'a list of prefixes',
    'in',
    by({ transforms: transform(enveloped) + transform(exclusive, prefixes('xs xsi')) }),
  ],
  ['a certificate in KeyInfo', 'in', (s) => by({ keyInfo: x509(s.keys.rogue.certificate) })(s)],
  [
    'line breaks in the SignatureValue',
    'in',
    (s) =>
      honest(s).replace(
        /(<ds:SignatureValue>)([^<]*)/,
        (_, start: string, value: string) => start + (value.match(/.{1,64}/g) ?? []).join('\n'),
      ),
  ],
  ['an XML declaration and blanks', 'in', (s) => `<?xml version="1.0" encoding="UTF-8"?>\n${honest(s)}\n`],
]);
