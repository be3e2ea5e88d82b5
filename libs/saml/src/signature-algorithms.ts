import { constants, createHash, verify, type KeyObject } from 'node:crypto';
import { exclusiveC14nNs } from './namespaces.js';

/** What a SignatureMethod may name: the hash, and the key it needs. SHA-1, MD5 and HMAC are not here. Rule L2. */
interface Method {
  readonly hash: 'sha256' | 'sha384' | 'sha512';
  readonly key: 'rsa' | 'ec';
  readonly pss?: boolean;
}

/** RFC 9231 §2.3; names are compared whole. */
const methods: ReadonlyMap<string, Method> = new Map([
  ['http://www.w3.org/2001/04/xmldsig-more#rsa-sha256', { hash: 'sha256', key: 'rsa' }],
  ['http://www.w3.org/2001/04/xmldsig-more#rsa-sha384', { hash: 'sha384', key: 'rsa' }],
  ['http://www.w3.org/2001/04/xmldsig-more#rsa-sha512', { hash: 'sha512', key: 'rsa' }],
  ['http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1', { hash: 'sha256', key: 'rsa', pss: true }],
  ['http://www.w3.org/2007/05/xmldsig-more#sha384-rsa-MGF1', { hash: 'sha384', key: 'rsa', pss: true }],
  ['http://www.w3.org/2007/05/xmldsig-more#sha512-rsa-MGF1', { hash: 'sha512', key: 'rsa', pss: true }],
  ['http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256', { hash: 'sha256', key: 'ec' }],
  ['http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384', { hash: 'sha384', key: 'ec' }],
  ['http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha512', { hash: 'sha512', key: 'ec' }],
]);

const digests: ReadonlyMap<string, string> = new Map([
  ['http://www.w3.org/2001/04/xmlenc#sha256', 'sha256'],
  ['http://www.w3.org/2001/04/xmldsig-more#sha384', 'sha384'],
  ['http://www.w3.org/2001/04/xmlenc#sha512', 'sha512'],
]);

export const envelopedSignature = 'http://www.w3.org/2000/09/xmldsig#enveloped-signature';

/** Comments are dropped from a `#id` reference whichever of the two is named (XML Signature §4.4.3.3). */
const canonicalizations: ReadonlySet<string> = new Set([exclusiveC14nNs, `${exclusiveC14nNs}WithComments`]);

export const isSignatureMethod = (name: string): boolean => methods.has(name);
export const isDigestMethod = (name: string): boolean => digests.has(name);
export const isCanonicalization = (name: string): boolean => canonicalizations.has(name);

/** By one of the digest methods above; throws for any other. */
export function digest(method: string, text: string): Buffer {
  const hash = digests.get(method);
  if (hash === undefined) throw new Error(`not a digest method: \`${method}\``);
  return createHash(hash).update(text, 'utf8').digest();
}

/** Whether one of `keys` made the signature. Only keys of the method's type are tried; a method unknown here verifies nothing. */
export function isSignedBy(
  keys: readonly KeyObject[],
  method: string,
  text: string,
  signature: Buffer,
): boolean {
  const known = methods.get(method);
  if (known === undefined) return false;
  const material = Buffer.from(text, 'utf8');
  return keys.some((key) => matches(known, key, material, signature));
}

function matches(
  { hash, key: type, pss }: Method,
  key: KeyObject,
  material: Buffer,
  signature: Buffer,
): boolean {
  if (key.asymmetricKeyType !== type) return false;
  if (type === 'ec') return verify(hash, material, { key, dsaEncoding: 'ieee-p1363' }, signature);
  if (pss !== true) return verify(hash, material, key, signature);
  const { RSA_PKCS1_PSS_PADDING: padding, RSA_PSS_SALTLEN_DIGEST: saltLength } = constants;
  return verify(hash, material, { key, padding, saltLength }, signature);
}
