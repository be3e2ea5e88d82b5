import { SimulatorError } from '../error.js';
import { child, readMessage, type SentBy } from './protocol-message.js';
import { binding, namespace } from './xml.js';

/** What matters of an AuthnRequest (SAML core section 3.4.1). Its signature, if any, is not checked. */
export interface AuthnRequest {
  readonly id: string;
  readonly issuer: string;
  readonly acsUrl?: string;
  readonly nameIdFormat?: string;
  readonly forceAuthn: boolean;
  readonly isPassive: boolean;
}

const invalid = (problem: string, cause?: unknown) =>
  new SimulatorError('authn-request-invalid', `the SAML request cannot be answered: ${problem}`, { cause });

const truth = (value: string | null) => value === 'true' || value === '1';

/** @throws SimulatorError `authn-request-invalid` */
export function parseAuthnRequest(message: unknown, sentBy: SentBy, entryPoint: string): AuthnRequest {
  const root = readMessage(message, sentBy, 'AuthnRequest', invalid);
  const id = root.getAttribute('ID');
  const issuer = child(root, namespace.assertion, 'Issuer')?.textContent?.trim();
  const destination = root.getAttribute('Destination');
  const answerBinding = root.getAttribute('ProtocolBinding');
  if (!id) throw invalid('it has no ID');
  if (root.getAttribute('Version') !== '2.0') throw invalid('its Version is not 2.0');
  if (!issuer) throw invalid('it has no Issuer');
  if (destination && destination !== entryPoint) {
    throw invalid(`its Destination is \`${destination}\`, this is \`${entryPoint}\``);
  }
  if (answerBinding && answerBinding !== binding.post) {
    throw invalid(`it asks for an answer by \`${answerBinding}\`; only HTTP-POST is spoken here`);
  }
  return {
    id,
    issuer,
    acsUrl: root.getAttribute('AssertionConsumerServiceURL') || undefined,
    nameIdFormat: child(root, namespace.protocol, 'NameIDPolicy')?.getAttribute('Format') || undefined,
    forceAuthn: truth(root.getAttribute('ForceAuthn')),
    isPassive: truth(root.getAttribute('IsPassive')),
  };
}
