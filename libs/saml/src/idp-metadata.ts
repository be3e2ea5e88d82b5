import { readCertificate } from './certificate.js';
import { messageLimit, normaliseLineEnds } from './decode-message.js';
import { parseInstant } from './instant.js';
import { metadataNs, protocolNs, signatureNs } from './namespaces.js';
import { messageBounds, parseXml, type Bounds } from './parse-xml.js';
import { SamlError } from './saml-error.js';
import type { RequestBinding } from './saml-settings.js';
import { childrenNamed, elementsWithin, isNamed, type XmlElement } from './xml-element.js';

/** What a connection needs of an IdP, in the words of `SamlSettings`. */
export interface IdpMetadata {
  readonly idpIssuer: string;
  readonly entryPoint: string;
  readonly binding: RequestBinding;
  /** Where the IdP takes logout messages, if it does. */
  readonly logoutUrl?: string;
  readonly logoutBinding?: RequestBinding;
  readonly logoutResponseUrl?: string;
  /** PEM, each once. */
  readonly certificates: readonly string[];
  /** The IdP refuses requests that are not signed. */
  readonly wantAuthnRequestsSigned: boolean;
  /** When the document says it ends, in ms since the epoch. */
  readonly validUntil?: number;
}

const bindings: readonly (readonly [RequestBinding, string])[] = [
  ['redirect', 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect'],
  ['post', 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST'],
];

/** An admin hands it in, and no signature on it is checked: a collection may hold many elements. */
const metadataBounds: Bounds = {
  ...messageBounds,
  elements: 25_000,
  allXmlAttributes: 100_000,
  turns: Infinity,
};

/**
 * An IdP's metadata document (SAML metadata §2.4.3), under the same bounds as a response. A signature on it is not checked:
 * whoever hands it in vouches for it. `validateSamlSettings` judges addresses and keys. Throws `SamlError`.
 */
export function parseIdpMetadata(xml: string): IdpMetadata {
  if (Buffer.byteLength(xml) > messageLimit) throw new SamlError('response-too-large');
  const entity = onlyIdp(parseXml(normaliseLineEnds(xml.replace(/^\uFEFF/, '')), metadataBounds));
  const idp = descriptorOf(entity);
  const idpIssuer = entity.attributes.get('entityID') ?? '';
  if (idp === undefined || idpIssuer === '') throw new SamlError('metadata-not-an-idp', 'no entityID');

  const validUntil = entity.attributes.get('validUntil');
  return {
    idpIssuer,
    ...endpointOf(idp),
    ...logoutOf(idp),
    certificates: certificatesOf(idp),
    wantAuthnRequestsSigned: ['true', '1'].includes(idp.attributes.get('WantAuthnRequestsSigned') ?? ''),
    ...(validUntil !== undefined && {
      validUntil: parseInstant(validUntil, 'metadata-not-an-idp', 'validUntil'),
    }),
  };
}

/** The document may be one entity, or a collection that holds one IdP. */
function onlyIdp(root: XmlElement): XmlElement {
  const idps = elementsWithin(root).filter(
    (element) => isNamed(element, metadataNs, 'EntityDescriptor') && descriptorOf(element) !== undefined,
  );
  const [idp] = idps;
  if (idp === undefined) throw new SamlError('metadata-not-an-idp', `the root is \`${root.local}\``);
  if (idps.length > 1) throw new SamlError('metadata-several-idps', `${idps.length} found`);
  return idp;
}

function descriptorOf(entity: XmlElement): XmlElement | undefined {
  return childrenNamed(entity, metadataNs, 'IDPSSODescriptor').find((descriptor) =>
    (descriptor.attributes.get('protocolSupportEnumeration') ?? '').split(/\s+/).includes(protocolNs),
  );
}

function endpointOf(idp: XmlElement): { entryPoint: string; binding: RequestBinding } {
  const services = childrenNamed(idp, metadataNs, 'SingleSignOnService');
  for (const [binding, uri] of bindings) {
    const entryPoint = services
      .find(({ attributes }) => attributes.get('Binding') === uri)
      ?.attributes.get('Location');
    if (entryPoint !== undefined && entryPoint.trim() !== '')
      return { entryPoint: entryPoint.trim(), binding };
  }
  throw new SamlError('metadata-endpoint-missing');
}

function logoutOf(idp: XmlElement): Partial<IdpMetadata> {
  const services = childrenNamed(idp, metadataNs, 'SingleLogoutService');
  for (const [logoutBinding, uri] of bindings) {
    const service = services.find(({ attributes }) => attributes.get('Binding') === uri)?.attributes;
    const logoutUrl = service?.get('Location')?.trim() ?? '';
    const logoutResponseUrl = service?.get('ResponseLocation')?.trim() ?? '';
    if (logoutUrl === '') continue;
    return { logoutUrl, logoutBinding, ...(logoutResponseUrl !== '' && { logoutResponseUrl }) };
  }
  return {};
}

/** Keys for signing, or for everything; one that cannot be read is left out as long as another can. */
function certificatesOf(idp: XmlElement): string[] {
  const found = childrenNamed(idp, metadataNs, 'KeyDescriptor')
    .filter(({ attributes }) => (attributes.get('use') ?? 'signing') === 'signing')
    .flatMap((key) =>
      elementsWithin(key).filter((element) => isNamed(element, signatureNs, 'X509Certificate')),
    )
    .flatMap(({ text }) => {
      try {
        return [readCertificate(text).toString()];
      } catch {
        return [];
      }
    });
  if (found.length === 0) throw new SamlError('metadata-certificate-missing');
  return [...new Set(found)];
}
