import { createPublicKey, randomBytes, sign } from 'node:crypto';

/** X.690 DER: one tag, its length in the fewest bytes, its content. */
function der(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(contents);
  if (content.length < 0x80) return Buffer.concat([Buffer.of(tag, content.length), content]);
  const length = Buffer.from(content.length.toString(16).padStart(content.length > 0xff ? 4 : 2, '0'), 'hex');
  return Buffer.concat([Buffer.of(tag, 0x80 | length.length), length, content]);
}

const sequence = (...contents: readonly Uint8Array[]) => der(0x30, ...contents);
const oid = (hex: string) => der(0x06, Buffer.from(hex, 'hex'));

/** 1.2.840.113549.1.1.11, RFC 8017 section A.2.4. */
const sha256WithRsa = sequence(oid('2a864886f70d01010b'), der(0x05));
const commonNameType = oid('550403');

/** RFC 5280 section 4.1.2.5: UTCTime through 2049, GeneralizedTime from 2050 on. */
function time(instant: Date): Buffer {
  const digits = instant.toISOString().replace(/[-:T]|\.\d+/g, '');
  return instant.getUTCFullYear() < 2050
    ? der(0x17, Buffer.from(digits.slice(2)))
    : der(0x18, Buffer.from(digits));
}

/**
 * A self-signed certificate (RFC 5280, version 1) around an RSA key, as PEM: SAML uses it only to carry the key.
 * Valid from a day ago for ten years.
 */
export function selfSignedCertificate(commonName: string, privateKeyPem: string): string {
  const serial = randomBytes(16);
  serial[0] = ((serial[0] ?? 0) & 0x3f) | 0x40;
  const name = sequence(der(0x31, sequence(commonNameType, der(0x0c, Buffer.from(commonName)))));
  const notBefore = new Date(Date.now() - 86_400_000);
  const notAfter = new Date(notBefore);
  notAfter.setUTCFullYear(notAfter.getUTCFullYear() + 10);
  const content = sequence(
    der(0x02, serial),
    sha256WithRsa,
    name,
    sequence(time(notBefore), time(notAfter)),
    name,
    createPublicKey(privateKeyPem).export({ type: 'spki', format: 'der' }),
  );
  const signature = der(0x03, Buffer.of(0), sign('sha256', content, privateKeyPem));
  const lines =
    sequence(content, sha256WithRsa, signature)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}
