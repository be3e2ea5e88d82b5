import { binding, escapeXml as x, nameIdFormat, namespace } from './xml.js';

/** Metadata section 2.4.3. */
export function idpMetadataXml(
  idpIssuer: string,
  entryPoint: string,
  sloUrl: string,
  certificate: string,
): string {
  const key = certificate.replace(/-----[^-]+-----|\s/g, '');
  const formats = [nameIdFormat.persistent, nameIdFormat.emailAddress, nameIdFormat.transient];
  return (
    `<?xml version="1.0" encoding="UTF-8"?>\n` +
    `<md:EntityDescriptor xmlns:md="${namespace.metadata}" entityID="${x(idpIssuer)}">\n` +
    `  <md:IDPSSODescriptor WantAuthnRequestsSigned="false" protocolSupportEnumeration="${namespace.protocol}">\n` +
    `    <md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="${namespace.signature}"><ds:X509Data>` +
    `<ds:X509Certificate>${key}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>\n` +
    [binding.redirect, binding.post]
      .map((way) => `    <md:SingleLogoutService Binding="${way}" Location="${x(sloUrl)}"/>\n`)
      .join('') +
    formats.map((format) => `    <md:NameIDFormat>${format}</md:NameIDFormat>\n`).join('') +
    [binding.redirect, binding.post]
      .map((way) => `    <md:SingleSignOnService Binding="${way}" Location="${x(entryPoint)}"/>\n`)
      .join('') +
    `  </md:IDPSSODescriptor>\n</md:EntityDescriptor>\n`
  );
}
