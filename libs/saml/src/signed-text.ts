import { canonicalize } from './canonicalize.js';
import { assertionNs, protocolNs, signatureNs } from './namespaces.js';
import { SamlError } from './saml-error.js';
import { digest } from './signature-algorithms.js';
import type { SignedInfo } from './signature-shape.js';

/** The element whose enveloped signature is checked: the root, or a Response's Assertion. */
export type SignedElement = 'Response' | 'Assertion' | 'LogoutRequest' | 'LogoutResponse';

/**
 * Digests the message at the root, or its Assertion child, and returns the canonical text that a genuine `signedInfo`
 * vouches for. Trust this and nothing else of the message: whatever the DOM parser made of the rest is not in it.
 */
export function signedText(root: Element, element: SignedElement, signedInfo: SignedInfo): string {
  let text: string;
  try {
    const signed = elementOf(root, element);
    text = withoutSignature(signed, () => canonicalize(signed, signedInfo.digestedPrefixes));
  } catch (error) {
    throw new SamlError('signature-invalid', error);
  }
  if (!digest(signedInfo.digestMethod, text).equals(signedInfo.digestValue))
    throw new SamlError('signature-invalid', `the digest of the ${element} does not match`);
  return text;
}

function elementOf(root: Element, element: SignedElement): Element {
  const message = element === 'Assertion' ? 'Response' : element;
  if (root.namespaceURI !== protocolNs || root.localName !== message)
    throw new Error(`the root is not a ${message}`);
  return element === message ? root : onlyChild(root, assertionNs, element);
}

/** The enveloped-signature transform (XML Signature §6.6.4). The signature is put back: it is part of what another one signs. */
function withoutSignature<T>(element: Element, run: () => T): T {
  const signature = onlyChild(element, signatureNs, 'Signature');
  const next = signature.nextSibling;
  element.removeChild(signature);
  try {
    return run();
  } finally {
    element.insertBefore(signature, next);
  }
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
