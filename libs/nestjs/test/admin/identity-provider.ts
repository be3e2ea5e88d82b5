/** A self-signed certificate whose key was thrown away; valid for a hundred years. */
export const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBhjCCAS2gAwIBAgIUBqN5tjFoilqIpgblAurw04t5SBEwCgYIKoZIzj0EAwIw
GDEWMBQGA1UEAwwNaWRwLmFjbWUudGVzdDAgFw0yNjExMjIwMzQyMDhaGA8yMTI2
MTAyOTAzNDIwOFowGDEWMBQGA1UEAwwNaWRwLmFjbWUudGVzdDBZMBMGByqGSM49
AgEGCCqGSM49AwEHA0IABL1w7KMSrV7gK0GqZ2I77toy7tGcxdlo/4rJpPU2ObKW
ed2MIQe2CpmOVRjMxS/lpoIXyOnFXkSECaO8NBSFEhSjUzBRMB0GA1UdDgQWBBQx
ftiKF3rR/iew+ti+WrngeGGgfTAfBgNVHSMEGDAWgBQxftiKF3rR/iew+ti+Wrng
eGGgfTAPBgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0cAMEQCIFsDDh2XbiLh
ECwad1BGvbUt4KNtUUWoddVNVjOdFzKVAiBD18QpnfUIz9QPZEVkwWGIjfI6Uqq3
YiL5aktuXX2K+g==
-----END CERTIFICATE-----
`;

export const saml = {
  idpIssuer: 'https://idp.acme.test/saml',
  entryPoint: 'https://idp.acme.test/sso',
  certificates: [CERTIFICATE],
};

export const oidc = {
  issuer: 'https://idp.acme.test',
  clientId: 'idp-roles',
  clientSecret: 'a-client-secret-that-never-comes-back',
};

/** SAML metadata of the same IdP. */
export const metadataXml = `<?xml version="1.0"?>
<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" xmlns:ds="http://www.w3.org/2000/09/xmldsig#" entityID="${saml.idpIssuer}">
  <md:IDPSSODescriptor WantAuthnRequestsSigned="false" protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
    <md:KeyDescriptor use="signing"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>${CERTIFICATE.replaceAll(/-----.*?-----|\s/g, '')}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>
    <md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="${saml.entryPoint}"/>
  </md:IDPSSODescriptor>
</md:EntityDescriptor>`;
