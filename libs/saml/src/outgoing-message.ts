import { sign } from 'node:crypto';
import { deflateRawSync } from 'node:zlib';
import { SignedXml } from 'xml-crypto';
import type { OutgoingRequest } from './authn-request.js';
import { exclusiveC14nNs } from './namespaces.js';
import type { RequestBinding, SamlSettings } from './saml-settings.js';
import { envelopedSignature } from './signature-algorithms.js';

const rsaSha256 = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256';
const sha256 = 'http://www.w3.org/2001/04/xmlenc#sha256';

export interface OutgoingMessage {
  readonly parameter: 'SAMLRequest' | 'SAMLResponse';
  /** One element whose first child is its Issuer. */
  readonly xml: string;
  /** An address of the connection's settings, never one that a message named. */
  readonly destination: string;
  readonly binding: RequestBinding;
  readonly relayState?: string;
}

/** A message ready to leave with the browser, signed where the connection has a key. */
export function outgoing(message: OutgoingMessage, signing: SamlSettings['signing']): OutgoingRequest {
  return message.binding === 'post' ? posted(message, signing) : redirected(message, signing);
}

/** Bindings §3.4.4.1: the signature is over the query as it is sent. */
function redirected(
  { parameter, xml, destination, relayState }: OutgoingMessage,
  signing: SamlSettings['signing'],
): OutgoingRequest {
  const fields: [string, string][] = [[parameter, deflateRawSync(xml).toString('base64')]];
  if (relayState !== undefined) fields.push(['RelayState', relayState]);
  if (signing !== undefined) fields.push(['SigAlg', rsaSha256]);
  const query = fields.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&');
  const signature =
    signing === undefined
      ? ''
      : `&Signature=${encodeURIComponent(sign('sha256', Buffer.from(query), signing.privateKey).toString('base64'))}`;
  return { redirectTo: `${destination}${destination.includes('?') ? '&' : '?'}${query}${signature}` };
}

/** Bindings §3.5.4. */
function posted(
  { parameter, xml, destination, relayState }: OutgoingMessage,
  signing: SamlSettings['signing'],
): OutgoingRequest {
  const message = signing === undefined ? xml : enveloped(xml, signing);
  const fields = {
    [parameter]: Buffer.from(message).toString('base64'),
    ...(relayState !== undefined && { RelayState: relayState }),
  };
  return { form: { action: destination, fields } };
}

function enveloped(xml: string, { privateKey, certificate }: NonNullable<SamlSettings['signing']>): string {
  const signer = new SignedXml({
    privateKey,
    publicCert: certificate,
    signatureAlgorithm: rsaSha256,
    canonicalizationAlgorithm: exclusiveC14nNs,
  });
  signer.addReference({
    xpath: '/*',
    transforms: [envelopedSignature, exclusiveC14nNs],
    digestAlgorithm: sha256,
  });
  signer.computeSignature(xml, { prefix: 'ds', location: { reference: '/*/*[1]', action: 'after' } });
  return signer.getSignedXml();
}
