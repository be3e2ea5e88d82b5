import type { KeyObject } from 'node:crypto';
import { DOMParser } from '@xmldom/xmldom';
import { SignedXml } from 'xml-crypto';
import { assertionNs, protocolNs, signatureNs } from './namespaces.js';
import { SamlError } from './saml-error.js';
import { hashAlgorithms, signatureAlgorithms } from './signature-algorithms.js';

/** The element whose enveloped signature is checked. */
export type SignedElement = 'Response' | 'Assertion';

/**
 * Checks the enveloped signature of the Response, or of its Assertion child, and returns the canonical bytes that were
 * signed, as text. Trust these and nothing else of the message: whatever the DOM parser made of the rest is not in them.
 * The shape of the signature has been checked before.
 */
export function verifySignature(xml: string, element: SignedElement, keys: readonly KeyObject[]): string {
  const [key] = keys;
  if (key === undefined) throw new SamlError('signature-invalid', 'the connection has no certificate');
  const signed = new SignedXml({ publicCert: key });
  signed.idAttributes = ['ID'];
  signed.SignatureAlgorithms = signatureAlgorithms(keys);
  signed.HashAlgorithms = hashAlgorithms();
  try {
    signed.loadSignature(signatureOf(xml, element));
    if (!signed.checkSignature(xml)) throw new Error('the digest of the signed element does not match');
  } catch (error) {
    throw new SamlError('signature-invalid', error);
  }
  const [bytes, ...rest] = signed.getSignedReferences();
  if (bytes === undefined || rest.length > 0)
    throw new SamlError('signature-invalid', 'not exactly one signed reference');
  return bytes;
}

function signatureOf(xml: string, element: SignedElement): Node {
  const root = new DOMParser({ errorHandler: { error: refuse, fatalError: refuse } }).parseFromString(
    xml,
    'text/xml',
  ).documentElement;
  if (root.namespaceURI !== protocolNs || root.localName !== 'Response')
    throw new Error('the root is not a Response');
  return onlyChild(
    element === 'Response' ? root : onlyChild(root, assertionNs, 'Assertion'),
    signatureNs,
    'Signature',
  );
}

function onlyChild(parent: Element, uri: string, local: string): Element {
  const found = Array.from(parent.childNodes).filter(
    (node): node is Element => node.nodeType === 1 && isElementNamed(node as Element, uri, local),
  );
  const [only, ...rest] = found;
  if (only === undefined || rest.length > 0) throw new Error(`not exactly one ${local}`);
  return only;
}

function isElementNamed(element: Element, uri: string, local: string): boolean {
  return element.namespaceURI === uri && element.localName === local;
}

function refuse(message: string): never {
  throw new Error(message);
}
