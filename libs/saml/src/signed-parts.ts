import type { KeyObject } from 'node:crypto';
import { parseDom } from './canonicalize.js';
import { readCertificate } from './certificate.js';
import { assertionNs, protocolNs } from './namespaces.js';
import { parseXml, signedBounds } from './parse-xml.js';
import type { ResponseDocument } from './response-document.js';
import { SamlError } from './saml-error.js';
import type { SignedInfo } from './signature-shape.js';
import { signedText, type SignedElement } from './signed-text.js';
import { verifySignedInfo } from './verify-signed-info.js';
import { isNamed, type XmlElement } from './xml-element.js';

export interface SignedParts {
  /** From signed bytes where `responseSigned`; else as the message has it, good for refusing only. */
  readonly response: XmlElement;
  readonly responseSigned: boolean;
  /** Always from its own signed bytes. */
  readonly assertion: XmlElement;
}

/**
 * Checks every signature there is, and reads the parts anew from what was signed. Without a key of the connection nobody
 * gets further than the SignedInfos: the message is canonicalised once all of them are genuine.
 */
export function signedParts(
  xml: string,
  document: ResponseDocument,
  certificates: readonly string[],
): SignedParts {
  const { responseSigned, response: shownResponse, assertion: shownAssertion } = document;
  const keys = certificates.map((pem): KeyObject => readCertificate(pem).publicKey);
  const ofResponse = responseSigned ? verifySignedInfo(xml, [shownResponse], keys) : undefined;
  const ofAssertion = verifySignedInfo(xml, [shownResponse, shownAssertion], keys);

  const root = domOf(xml);
  const signed = (element: SignedElement, signedInfo: SignedInfo) =>
    parseXml(signedText(root, element, signedInfo), signedBounds);
  const response = ofResponse === undefined ? shownResponse : signed('Response', ofResponse);
  const assertion = signed('Assertion', ofAssertion);
  if (!isSame(response, shownResponse, protocolNs) || !isSame(assertion, shownAssertion, assertionNs))
    throw new SamlError('signature-invalid', 'the signed bytes are not the elements that the message shows');
  return { response, responseSigned, assertion };
}

function domOf(xml: string): Element {
  try {
    return parseDom(xml);
  } catch (error) {
    throw new SamlError('signature-invalid', error);
  }
}

function isSame(signed: XmlElement, shown: XmlElement, uri: string): boolean {
  return isNamed(signed, uri, shown.local) && signed.attributes.get('ID') === shown.attributes.get('ID');
}
