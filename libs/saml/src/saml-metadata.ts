import { createHash } from 'node:crypto';
import { metadataNs, protocolNs, signatureNs } from './namespaces.js';
import type { SamlSettings } from './saml-settings.js';
import { attributeXml as attribute } from './xml-text.js';

const redirect = 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect';
const post = 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST';

/** What an IdP imports to know us: SP metadata (SAML metadata §2.4.4). Same settings, same bytes. Rules L6, L9. */
export function samlMetadata(
  settings: Pick<SamlSettings, 'entityId' | 'acsUrl' | 'sloUrl' | 'signing'>,
): string {
  const { entityId, acsUrl, sloUrl, signing } = settings;
  const id = createHash('sha256').update(`${entityId} ${acsUrl}`).digest('hex').slice(0, 40);
  // The schema fixes the order: keys, single logout, assertion consumers.
  const parts = [
    ...(signing === undefined ? [] : [keyXml(signing.certificate)]),
    ...(sloUrl === undefined
      ? []
      : [redirect, post].map(
          (binding) =>
            `<md:SingleLogoutService${attribute('Binding', binding)}${attribute('Location', sloUrl)}/>`,
        )),
    `<md:AssertionConsumerService index="1" isDefault="true"${attribute('Binding', post)}${attribute('Location', acsUrl)}/>`,
  ];
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<md:EntityDescriptor xmlns:md="${metadataNs}"${attribute('entityID', entityId)} ID="_${id}">`,
    `  <md:SPSSODescriptor protocolSupportEnumeration="${protocolNs}" AuthnRequestsSigned="${signing !== undefined}" WantAssertionsSigned="true">`,
    ...parts.map((part) => `    ${part}`),
    '  </md:SPSSODescriptor>',
    '</md:EntityDescriptor>',
    '',
  ].join('\n');
}

function keyXml(pem: string): string {
  const base64 = pem.replace(/-----[^-]+-----|\s/g, '');
  return `<md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="${signatureNs}"><ds:X509Data><ds:X509Certificate>${base64}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>`;
}
