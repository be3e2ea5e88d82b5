import { SignedXml } from 'xml-crypto';
import type { SimulatorKeys } from '../keys.js';

/** Which elements carry a signature. `none` and `response` exist for tests of what must be refused. */
export type Signed = 'assertion' | 'response' | 'both' | 'none';

const exclusive = 'http://www.w3.org/2001/10/xml-exc-c14n#';
const response = "/*[local-name(.)='Response']";
const assertion = `${response}/*[local-name(.)='Assertion']`;

function signElement(xml: string, element: string, keys: SimulatorKeys): string {
  const signer = new SignedXml({
    privateKey: keys.samlPrivateKey,
    publicCert: keys.samlCertificate,
    signatureAlgorithm: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
    canonicalizationAlgorithm: exclusive,
  });
  signer.addReference({
    xpath: element,
    transforms: ['http://www.w3.org/2000/09/xmldsig#enveloped-signature', exclusive],
    digestAlgorithm: 'http://www.w3.org/2001/04/xmlenc#sha256',
  });
  signer.computeSignature(xml, {
    prefix: 'ds',
    location: { reference: `${element}/*[local-name(.)='Issuer']`, action: 'after' },
  });
  return signer.getSignedXml();
}

/** An enveloped signature over a LogoutRequest or LogoutResponse. */
export function signLogout(xml: string, keys: SimulatorKeys): string {
  return signElement(xml, '/*', keys);
}

/** RSA-SHA256; the assertion first, so that a signature of the response covers the assertion's. */
export function signResponse(xml: string, signed: Signed, keys: SimulatorKeys): string {
  const inner = signed === 'assertion' || signed === 'both' ? signElement(xml, assertion, keys) : xml;
  return signed === 'response' || signed === 'both' ? signElement(inner, response, keys) : inner;
}
