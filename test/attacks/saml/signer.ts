import { createHash, createHmac, constants, sign } from 'node:crypto';
import type { SigningKey } from '../signing-key.js';

export const ds = 'http://www.w3.org/2000/09/xmldsig#';
export const exclusive = 'http://www.w3.org/2001/10/xml-exc-c14n#';
export const inclusive = 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315';
export const enveloped = `${ds}enveloped-signature`;
const rsaSha256 = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256';
export const sha256 = 'http://www.w3.org/2001/04/xmlenc#sha256';

/** How a signature is made, each part of which may be what no honest signer writes. */
export interface SignatureParts {
  readonly method?: string;
  /** What the value is made with, where that is not what `method` says. */
  readonly madeWith?: string;
  readonly digestMethod?: string;
  readonly digestedWith?: string;
  readonly canonicalization?: string;
  /** Inside `Transforms`. */
  readonly transforms?: string;
  readonly uri?: string;
  /** What is digested, where that is not the element as it stands: its canonical form. */
  readonly digested?: string;
  /** Keys an HMAC. */
  readonly secret?: string | Buffer;
  /** After SignatureValue. */
  readonly keyInfo?: string;
  /** Around the digest in what is shown, and in what is signed. */
  readonly digestValue?: (value: string) => { readonly shown: string; readonly signed: string };
  /** More references, inside SignedInfo. */
  readonly moreReferences?: string;
}

const transform = (algorithm: string, inside = '') =>
  `<ds:Transform Algorithm="${algorithm}">${inside}</ds:Transform>`;
export const usualTransforms = transform(enveloped) + transform(exclusive);
export { transform };

/**
 * A detached signature over an element that is written in its exclusive canonical form already. No XML library has a
 * part in it: what is signed is text of ours.
 */
export function signatureOf(element: string, key: SigningKey, parts: SignatureParts = {}): string {
  const {
    method = rsaSha256,
    digestMethod = sha256,
    canonicalization = exclusive,
    transforms = usualTransforms,
    uri = `#${/ ID="([^"]*)"/.exec(element)?.[1] ?? ''}`,
  } = parts;
  const digest = createHash(hashOf(parts.digestedWith ?? digestMethod))
    .update(parts.digested ?? element)
    .digest('base64');
  const value = parts.digestValue?.(digest) ?? { shown: digest, signed: digest };
  const signedInfo = (digestValue: string, declaration: string) =>
    `<ds:SignedInfo${declaration}><ds:CanonicalizationMethod Algorithm="${canonicalization}"></ds:CanonicalizationMethod>` +
    `<ds:SignatureMethod Algorithm="${method}"></ds:SignatureMethod><ds:Reference URI="${uri}">` +
    `<ds:Transforms>${transforms}</ds:Transforms><ds:DigestMethod Algorithm="${digestMethod}"></ds:DigestMethod>` +
    `<ds:DigestValue>${digestValue}</ds:DigestValue></ds:Reference>${parts.moreReferences ?? ''}</ds:SignedInfo>`;
  const material = signedInfo(value.signed, ` xmlns:ds="${ds}"`);
  const signature = valueOf(material, parts.madeWith ?? method, key, parts.secret);
  return (
    `<ds:Signature xmlns:ds="${ds}">${signedInfo(value.shown, '')}` +
    `<ds:SignatureValue>${signature.toString('base64')}</ds:SignatureValue>${parts.keyInfo ?? ''}</ds:Signature>`
  );
}

/** Enveloped, right after the Issuer, as IdPs do. */
export function signed(element: string, key: SigningKey, parts?: SignatureParts): string {
  return afterIssuer(element, signatureOf(element, key, parts));
}

export function afterIssuer(element: string, insert: string): string {
  return element.replace('</saml:Issuer>', () => `</saml:Issuer>${insert}`);
}

function hashOf(algorithm: string): string {
  const [name = ''] = /sha1$|sha224$|sha256|sha384|sha512|md5|ripemd160/i.exec(algorithm) ?? [];
  return name === '' ? 'sha256' : name.toLowerCase();
}

function valueOf(
  text: string,
  method: string,
  { privateKey }: SigningKey,
  secret: string | Buffer | undefined,
): Buffer {
  const hash = hashOf(method);
  if (secret !== undefined) return createHmac(hash, secret).update(text).digest();
  const material = Buffer.from(text);
  if (method.includes('MGF1'))
    return sign(hash, material, {
      key: privateKey,
      padding: constants.RSA_PKCS1_PSS_PADDING,
      saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
    });
  return sign(hash, material, { key: privateKey, dsaEncoding: 'ieee-p1363' });
}
