import { inflateRawSync } from 'node:zlib';
import { DOMParser } from '@xmldom/xmldom';
import { SimulatorError } from '../error.js';
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

const maxXml = 64 * 1024;
const base64 = /^[A-Za-z0-9+/\s]+={0,2}\s*$/;

const invalid = (problem: string, cause?: unknown) =>
  new SimulatorError('authn-request-invalid', `the SAML request cannot be answered: ${problem}`, { cause });

/** Bindings sections 3.4.4.1 (Redirect: deflated) and 3.5.4 (POST: plain). */
function decode(message: unknown, sentBy: 'redirect' | 'post'): string {
  if (typeof message !== 'string' || message === '') throw invalid('it lacks `SAMLRequest`');
  if (message.length > 2 * maxXml || !base64.test(message))
    throw invalid('`SAMLRequest` is not base64 or too large');
  const bytes = Buffer.from(message, 'base64');
  try {
    const xml = sentBy === 'redirect' ? inflateRawSync(bytes, { maxOutputLength: maxXml }) : bytes;
    return new TextDecoder('utf-8', { fatal: true }).decode(xml);
  } catch (cause) {
    throw invalid('`SAMLRequest` cannot be decoded', cause);
  }
}

function parse(xml: string): Element {
  if (/<!DOCTYPE/i.test(xml)) throw invalid('it has a DOCTYPE');
  const refuse = (problem: string) => {
    throw invalid('it is not well-formed XML', problem);
  };
  const document = new DOMParser({
    errorHandler: { warning: refuse, error: refuse, fatalError: refuse },
  }).parseFromString(xml, 'text/xml');
  const root: Element | null | undefined = document?.documentElement;
  if (!root || root.localName !== 'AuthnRequest' || root.namespaceURI !== namespace.protocol) {
    throw invalid('it is not an AuthnRequest');
  }
  return root;
}

function child(parent: Element, uri: string, name: string): Element | undefined {
  return Array.from(parent.childNodes)
    .filter((node) => node.nodeType === 1)
    .map((node) => node as Element)
    .find((element) => element.namespaceURI === uri && element.localName === name);
}

const truth = (value: string | null) => value === 'true' || value === '1';

/** @throws SimulatorError `authn-request-invalid` */
export function parseAuthnRequest(
  message: unknown,
  sentBy: 'redirect' | 'post',
  entryPoint: string,
): AuthnRequest {
  const root = parse(decode(message, sentBy));
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
