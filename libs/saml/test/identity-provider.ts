import 'reflect-metadata';
import { webcrypto, KeyObject } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import { SignedXml } from 'xml-crypto';

/** A key pair of an IdP of the tests, with a certificate that is self-signed like those of most IdPs. Made anew each run. */
export interface SigningKey {
  readonly privateKey: string;
  readonly certificate: string;
  readonly publicKey: string;
}

export interface KeyOptions {
  readonly bits?: number;
  readonly curve?: 'P-256';
  readonly notBefore?: Date;
  readonly notAfter?: Date;
}

export async function makeSigningKey({
  bits = 2048,
  curve,
  notBefore = new Date(Date.now() - 86_400_000),
  notAfter = new Date(Date.now() + 86_400_000),
}: KeyOptions = {}): Promise<SigningKey> {
  const algorithm = curve
    ? { name: 'ECDSA', namedCurve: curve, hash: 'SHA-256' }
    : {
        name: 'RSASSA-PKCS1-v1_5',
        modulusLength: bits,
        publicExponent: new Uint8Array([1, 0, 1]),
        hash: 'SHA-256',
      };
  const keys = (await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])) as CryptoKeyPair;
  const certificate = await x509.X509CertificateGenerator.createSelfSigned(
    { name: 'CN=idp.test', serialNumber: '01', notBefore, notAfter, signingAlgorithm: algorithm, keys },
    webcrypto as unknown as Crypto,
  );
  return {
    privateKey: pem(keys.privateKey, 'pkcs8'),
    publicKey: pem(keys.publicKey, 'spki'),
    certificate: certificate.toString('pem'),
  };
}

function pem(key: webcrypto.CryptoKey, type: 'pkcs8' | 'spki'): string {
  return KeyObject.from(key)
    .export({ type: type as 'spki', format: 'pem' })
    .toString();
}

export interface SignOptions {
  readonly method?: string;
  readonly digest?: string;
  readonly canonicalization?: string;
  readonly transforms?: readonly string[];
  readonly prefixList?: readonly string[];
  /** The same of SignedInfo. */
  readonly signedInfoPrefixList?: readonly string[];
  /** `hmac`: the key is the secret. */
  readonly hmac?: boolean;
  /** XPath of a second element to sign. */
  readonly alsoSign?: string;
  /** Where the signature goes, if not into the element that it signs. */
  readonly placedIn?: 'Response' | 'Assertion';
}

const rsaSha256 = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256';
export const sha256 = 'http://www.w3.org/2001/04/xmlenc#sha256';
export const exclusive = 'http://www.w3.org/2001/10/xml-exc-c14n#';
export const enveloped = 'http://www.w3.org/2000/09/xmldsig#enveloped-signature';

/** Signs the Response or the Assertion as IdPs do: enveloped, right after the Issuer. */
export function sign(
  xml: string,
  element: 'Response' | 'Assertion',
  key: { readonly privateKey: string },
  { method = rsaSha256, digest = sha256, canonicalization = exclusive, ...options }: SignOptions = {},
): string {
  const signer = new SignedXml({
    privateKey: key.privateKey,
    signatureAlgorithm: method,
    canonicalizationAlgorithm: canonicalization,
    inclusiveNamespacesPrefixList: [...(options.signedInfoPrefixList ?? [])],
  });
  if (options.hmac) signer.enableHMAC();
  const reference = {
    digestAlgorithm: digest,
    transforms: [...(options.transforms ?? [enveloped, exclusive])],
    inclusiveNamespacesPrefixList: [...(options.prefixList ?? [])],
  };
  signer.addReference({ xpath: `//*[local-name(.)='${element}']`, ...reference });
  if (options.alsoSign !== undefined) signer.addReference({ xpath: options.alsoSign, ...reference });
  const parent = options.placedIn ?? element;
  signer.computeSignature(xml, {
    prefix: 'ds',
    location: { reference: `//*[local-name(.)='${parent}']/*[local-name(.)='Issuer']`, action: 'after' },
  });
  return signer.getSignedXml();
}

export function encode(xml: string): string {
  return Buffer.from(xml, 'utf8').toString('base64');
}
