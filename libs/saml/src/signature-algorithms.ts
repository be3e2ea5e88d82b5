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

/** The hash algorithms in the form xml-crypto takes them: nothing else can be looked up by name. */
export function hashAlgorithms() {
  const byName = Object.create(null) as Record<
    string,
    new () => { getAlgorithmName(): string; getHash(xml: string): string }
  >;
  for (const [name, hash] of digests)
    byName[name] = class {
      getAlgorithmName = () => name;
      getHash = (xml: string) => createHash(hash).update(xml, 'utf8').digest('base64');
    };
  return byName;
}

interface Verifier {
  getAlgorithmName(): string;
  getSignature(): never;
  verifySignature(material: string, key: unknown, signature: string): boolean;
}

/**
 * The signature algorithms in the form xml-crypto takes them. They try each of `keys` that is of the method's type
 * and no other key, so that the document is read once however many certificates a connection has.
 */
export function signatureAlgorithms(keys: readonly KeyObject[]) {
  const byName = Object.create(null) as Record<string, new () => Verifier>;
  for (const [name, method] of methods)
    byName[name] = class implements Verifier {
      getAlgorithmName = () => name;
      getSignature = (): never => {
        throw new Error('verifies only');
      };
      verifySignature = (material: string, _key: unknown, signature: string) =>
        keys.some((key) =>
          matches(method, key, Buffer.from(material, 'utf8'), Buffer.from(signature, 'base64')),
        );
    };
  return byName;
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
