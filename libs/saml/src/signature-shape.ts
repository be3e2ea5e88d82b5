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

/**
 * Holds a signature to the one shape of the SAML profile (core §5.4): SignedInfo, SignatureValue and an optional
 * KeyInfo in this order, one reference to the parent's ID, enveloped-signature and exclusive canonicalisation, allowed
 * algorithms. A library that takes the first descendant of a name can then take only the right one.
 */
export function assertSignatureShape(signature: XmlElement, parentId: string): void {
  if (signature.commented) malformed('a comment inside the signature');
  const [signedInfo, signatureValue, keyInfo, ...rest] = signature.children;
  if (rest.length > 0 || (keyInfo !== undefined && !isNamed(keyInfo, signatureNs, 'KeyInfo')))
    malformed('children other than SignedInfo, SignatureValue and KeyInfo');
  leaf(signatureValue, 'SignatureValue');

  const [canonicalization, method, reference, ...more] = expected(signedInfo, 'SignedInfo').children;
  if (more.length > 0) malformed('more than one reference');
  canonicalizationMethod(expected(canonicalization, 'CanonicalizationMethod'));
  refuseUnless(isSignatureMethod, leaf(method, 'SignatureMethod'));

  const [transforms, digestMethod, digestValue, ...others] = expected(reference, 'Reference').children;
  if (reference?.attributes.get('URI') !== `#${parentId}`)
    malformed('the reference is not to the parent of the signature');
  if (others.length > 0) malformed('unknown children of the reference');
  refuseUnless(isDigestMethod, leaf(digestMethod, 'DigestMethod'));
  leaf(digestValue, 'DigestValue');

  const [enveloped, exclusive, ...extra] = expected(transforms, 'Transforms').children;
  if (extra.length > 0) malformed('more than two transforms');
  refuseUnless((name) => name === envelopedSignature, expected(enveloped, 'Transform'));
  prefixList(enveloped);
  canonicalizationMethod(expected(exclusive, 'Transform'));
}

function canonicalizationMethod(element: XmlElement): void {
  refuseUnless(isCanonicalization, element);
  prefixList(element);
}

/** The only child there may be. IdPs built on xml-crypto write it into the enveloped-signature transform too, in that one's name. */
function prefixList(algorithm: XmlElement | undefined): void {
  const [inclusive, ...rest] = algorithm?.children ?? [];
  if (inclusive === undefined) return;
  const named =
    isNamed(inclusive, exclusiveC14nNs, 'InclusiveNamespaces') ||
    isNamed(inclusive, envelopedSignature, 'InclusiveNamespaces');
  if (rest.length > 0 || !named || inclusive.children.length > 0)
    malformed('unknown children of an algorithm');
  if ((inclusive.attributes.get('PrefixList') ?? '').length > prefixListLimit)
    malformed('a list of prefixes too long');
}

function refuseUnless(allowed: (algorithm: string) => boolean, element: XmlElement): void {
  const algorithm = element.attributes.get('Algorithm') ?? '';
  if (!allowed(algorithm))
    throw new SamlError('signature-algorithm-refused', `${element.local} \`${algorithm}\``);
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
