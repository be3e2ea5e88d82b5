import { assertionNs } from './namespaces.js';
import { SamlError } from './saml-error.js';
import { childrenNamed, type XmlElement } from './xml-element.js';

const unspecifiedFormat = 'urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified';
export const emailFormat = 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress';
export const transientFormat = 'urn:oasis:names:tc:SAML:2.0:nameid-format:transient';

export interface NameId {
  readonly value: string;
  /** `unspecified` where the IdP names none (SAML core §2.2.2). */
  readonly format: string;
  /** Core §2.2.2; they come back in a logout request as they came. */
  readonly nameQualifier?: string;
  readonly spNameQualifier?: string;
}

/** Undefined where the subject has none, or an empty one. */
export function readNameId(subject: XmlElement): NameId | undefined {
  const [nameId, ...rest] = childrenNamed(subject, assertionNs, 'NameID');
  if (rest.length > 0) throw new SamlError('assertion-malformed', 'several NameIDs');
  if (nameId === undefined || nameId.text.trim() === '') return undefined;
  if (nameId.children.length > 0) throw new SamlError('assertion-malformed', 'the NameID has children');
  const { attributes, text: value } = nameId;
  const nameQualifier = attributes.get('NameQualifier');
  const spNameQualifier = attributes.get('SPNameQualifier');
  return {
    value,
    format: attributes.get('Format') ?? unspecifiedFormat,
    ...(nameQualifier !== undefined && { nameQualifier }),
    ...(spNameQualifier !== undefined && { spNameQualifier }),
  };
}

export function onlySubject(assertion: XmlElement): XmlElement {
  const [subject, ...rest] = childrenNamed(assertion, assertionNs, 'Subject');
  if (subject === undefined) throw new SamlError('subject-missing', 'no Subject');
  if (rest.length > 0) throw new SamlError('assertion-malformed', 'several subjects');
  return subject;
}
