import { inflateRawSync } from 'node:zlib';
import { DOMParser } from '@xmldom/xmldom';
import { SimulatorError } from '../error.js';
import { namespace } from './xml.js';

export type SentBy = 'redirect' | 'post';

const maxXml = 64 * 1024;
const base64 = /^[A-Za-z0-9+/\s]+={0,2}\s*$/;

type Invalid = (problem: string, cause?: unknown) => SimulatorError;

/** Bindings sections 3.4.4.1 (Redirect: deflated) and 3.5.4 (POST: plain). Signatures are not checked. */
export function readMessage(message: unknown, sentBy: SentBy, root: string, invalid: Invalid): Element {
  return parse(decode(message, sentBy, root, invalid), root, invalid);
}

function decode(message: unknown, sentBy: SentBy, root: string, invalid: Invalid): string {
  const field = root.endsWith('Response') ? 'SAMLResponse' : 'SAMLRequest';
  if (typeof message !== 'string' || message === '') throw invalid(`it lacks \`${field}\``);
  if (message.length > 2 * maxXml || !base64.test(message))
    throw invalid(`\`${field}\` is not base64 or too large`);
  const bytes = Buffer.from(message, 'base64');
  try {
    const xml = sentBy === 'redirect' ? inflateRawSync(bytes, { maxOutputLength: maxXml }) : bytes;
    return new TextDecoder('utf-8', { fatal: true }).decode(xml);
  } catch (cause) {
    throw invalid(`\`${field}\` cannot be decoded`, cause);
  }
}

function parse(xml: string, name: string, invalid: Invalid): Element {
  if (/<!DOCTYPE/i.test(xml)) throw invalid('it has a DOCTYPE');
  const refuse = (problem: string) => {
    throw invalid('it is not well-formed XML', problem);
  };
  const document = new DOMParser({
    errorHandler: { warning: refuse, error: refuse, fatalError: refuse },
  }).parseFromString(xml, 'text/xml');
  const root: Element | null | undefined = document?.documentElement;
  if (!root || root.localName !== name || root.namespaceURI !== namespace.protocol) {
    throw invalid(`it is not ${/^[AEIOU]/.test(name) ? 'an' : 'a'} ${name}`);
  }
  return root;
}

export function child(parent: Element, uri: string, name: string): Element | undefined {
  return Array.from(parent.childNodes)
    .filter((node) => node.nodeType === 1)
    .map((node) => node as Element)
    .find((element) => element.namespaceURI === uri && element.localName === name);
}
