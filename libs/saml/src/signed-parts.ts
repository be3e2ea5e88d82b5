import type { KeyObject } from 'node:crypto';
import { readCertificate } from './certificate.js';
import { assertionNs, protocolNs } from './namespaces.js';
import { parseXml } from './parse-xml.js';
import type { ResponseDocument } from './response-document.js';
import { SamlError } from './saml-error.js';
import { verifySignature, type SignedElement } from './verify-signature.js';
import { isNamed, type XmlElement } from './xml-element.js';

/** Canonical XML repeats namespaces, so the signed bytes may be longer than the message. */
const signedBytesLimit = 4 * 1024 * 1024;

export interface SignedParts {
  /** From signed bytes where `responseSigned`; else as the message has it, good for refusing only. */
  readonly response: XmlElement;
  readonly responseSigned: boolean;
  /** Always from its own signed bytes. */
  readonly assertion: XmlElement;
}

/** Checks every signature there is, and reads the parts anew from what was signed. */
export function signedParts(
  xml: string,
  document: ResponseDocument,
  certificates: readonly string[],
): SignedParts {
  const keys = certificates.map((pem): KeyObject => readCertificate(pem).publicKey);
  const signed = (name: SignedElement) => parseXml(verifySignature(xml, name, keys), signedBytesLimit);

  const { responseSigned } = document;
  const response = responseSigned ? signed('Response') : document.response;
  const assertion = signed('Assertion');
  if (!isSame(response, document.response, protocolNs) || !isSame(assertion, document.assertion, assertionNs))
    throw new SamlError('signature-invalid', 'the signed bytes are not the elements that the message shows');
  return { response, responseSigned, assertion };
}

function isSame(signed: XmlElement, shown: XmlElement, uri: string): boolean {
  return isNamed(signed, uri, shown.local) && signed.attributes.get('ID') === shown.attributes.get('ID');
}
