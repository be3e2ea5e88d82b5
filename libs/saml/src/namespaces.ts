export const protocolNs = 'urn:oasis:names:tc:SAML:2.0:protocol';
export const assertionNs = 'urn:oasis:names:tc:SAML:2.0:assertion';
export const metadataNs = 'urn:oasis:names:tc:SAML:2.0:metadata';
export const signatureNs = 'http://www.w3.org/2000/09/xmldsig#';
export const exclusiveC14nNs = 'http://www.w3.org/2001/10/xml-exc-c14n#';
export const xmlnsNs = 'http://www.w3.org/2000/xmlns/';
