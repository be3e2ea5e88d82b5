import { exclusiveC14nNs, signatureNs } from './namespaces.js';
import { SamlError } from './saml-error.js';
import {
  envelopedSignature,
  isCanonicalization,
  isDigestMethod,
  isSignatureMethod,
} from './signature-algorithms.js';
import { isNamed, type XmlElement } from './xml-element.js';

/** Prefixes an IdP lists are a handful; canonicalisation walks the list for each ancestor. */
const prefixListLimit = 1_000;

/** Longer ones than any IdP makes: 4 096-bit keys and a dozen prefixes fit several times. */
const signedInfoLimit = 16_384;
const signatureValueLimit = 4_096;

/** What a SignedInfo says. */
export interface SignedInfo {
  readonly method: string;
  /** Inclusive prefixes of its own canonical form. */
  readonly prefixes: readonly string[];
  readonly digestMethod: string;
  readonly digestValue: Buffer;
  /** Inclusive prefixes of the canonical form that was digested. */
  readonly digestedPrefixes: readonly string[];
}

/**
 * Holds a signature to the one shape of the SAML profile (core §5.4): SignedInfo, SignatureValue and an optional
 * KeyInfo in this order, and the shape of `readSignedInfo`.
 */
export function assertSignatureShape(signature: XmlElement, parentId: string): void {
  if (signature.commented) malformed('a comment inside the signature');
  const [signedInfo, signatureValue, keyInfo, ...rest] = signature.children;
  if (rest.length > 0 || (keyInfo !== undefined && !isNamed(keyInfo, signatureNs, 'KeyInfo')))
    malformed('children other than SignedInfo, SignatureValue and KeyInfo');
  if (leaf(signatureValue, 'SignatureValue').text.length > signatureValueLimit)
    malformed('a SignatureValue too long');
  const { start, end } = expected(signedInfo, 'SignedInfo').source ?? { start: 0, end: Infinity };
  if (end - start > signedInfoLimit) malformed('a SignedInfo too long');
  readSignedInfo(signedInfo, parentId);
}

/** One reference to the parent's ID, enveloped-signature and exclusive canonicalisation, allowed algorithms. */
export function readSignedInfo(signedInfo: XmlElement | undefined, parentId: string): SignedInfo {
  const [canonicalization, method, reference, ...more] = expected(signedInfo, 'SignedInfo').children;
  if (more.length > 0) malformed('more than one reference');
  const prefixes = canonicalizationMethod(expected(canonicalization, 'CanonicalizationMethod'));
  const signatureMethod = allowed(isSignatureMethod, leaf(method, 'SignatureMethod'));

  const [transforms, digestMethod, digestValue, ...others] = expected(reference, 'Reference').children;
  if (reference?.attributes.get('URI') !== `#${parentId}`)
    malformed('the reference is not to the parent of the signature');
  if (others.length > 0) malformed('unknown children of the reference');

  const [enveloped, exclusive, ...extra] = expected(transforms, 'Transforms').children;
  if (extra.length > 0) malformed('more than two transforms');
  allowed((name) => name === envelopedSignature, expected(enveloped, 'Transform'));
  prefixList(enveloped);
  return {
    method: signatureMethod,
    prefixes,
    digestMethod: allowed(isDigestMethod, leaf(digestMethod, 'DigestMethod')),
    digestValue: Buffer.from(leaf(digestValue, 'DigestValue').text, 'base64'),
    digestedPrefixes: canonicalizationMethod(expected(exclusive, 'Transform')),
  };
}

function canonicalizationMethod(element: XmlElement): string[] {
  allowed(isCanonicalization, element);
  return prefixList(element);
}

/** The only child there may be. IdPs built on xml-crypto write it into the enveloped-signature transform too, in that one's name. */
function prefixList(algorithm: XmlElement | undefined): string[] {
  const [inclusive, ...rest] = algorithm?.children ?? [];
  if (inclusive === undefined) return [];
  const named =
    isNamed(inclusive, exclusiveC14nNs, 'InclusiveNamespaces') ||
    isNamed(inclusive, envelopedSignature, 'InclusiveNamespaces');
  if (rest.length > 0 || !named || inclusive.children.length > 0)
    malformed('unknown children of an algorithm');
  const list = inclusive.attributes.get('PrefixList') ?? '';
  if (list.length > prefixListLimit) malformed('a list of prefixes too long');
  return list.split(/\s+/).filter((prefix) => prefix !== '');
}

function allowed(isAllowed: (algorithm: string) => boolean, element: XmlElement): string {
  const algorithm = element.attributes.get('Algorithm') ?? '';
  if (!isAllowed(algorithm))
    throw new SamlError('signature-algorithm-refused', `${element.local} \`${algorithm}\``);
  return algorithm;
}

function leaf(element: XmlElement | undefined, local: string): XmlElement {
  const found = expected(element, local);
  return found.children.length === 0 ? found : malformed(`${local} has children`);
}

function expected(element: XmlElement | undefined, local: string): XmlElement {
  return element !== undefined && isNamed(element, signatureNs, local)
    ? element
    : malformed(`no ${local} in its place`);
}

function malformed(what: string): never {
  throw new SamlError('signature-malformed', what);
}
