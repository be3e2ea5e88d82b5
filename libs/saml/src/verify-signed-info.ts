import type { KeyObject } from 'node:crypto';
import { canonicalize, parseDom } from './canonicalize.js';
import { signatureNs, xmlnsNs } from './namespaces.js';
import { parseXml } from './parse-xml.js';
import { SamlError } from './saml-error.js';
import { isSignedBy } from './signature-algorithms.js';
import { readSignedInfo, type SignedInfo } from './signature-shape.js';
import { childrenNamed, type XmlElement } from './xml-element.js';

/**
 * Checks the signature of the last of `path` (the root, and what lies between it and the signed element) as far as
 * SignedInfo goes, and returns what the bytes say that a key of the connection signed. Costs what SignedInfo costs:
 * nothing else of the message is canonicalised or digested before this holds. The shape has been checked before.
 */
export function verifySignedInfo(
  xml: string,
  path: readonly XmlElement[],
  keys: readonly KeyObject[],
): SignedInfo {
  const parent = path.at(-1);
  const [signature] = parent === undefined ? [] : childrenNamed(parent, signatureNs, 'Signature');
  const [shown, value] = signature?.children ?? [];
  if (parent === undefined || signature === undefined || shown?.source === undefined || value === undefined)
    throw new SamlError('signature-invalid', 'no SignedInfo');
  const id = parent.attributes.get('ID') ?? '';
  const text = standalone(xml.slice(shown.source.start, shown.source.end), [...path, signature]);
  const bytes = canonical(text, readSignedInfo(shown, id).prefixes);

  // From here on only these bytes count, so that what was verified is what is used.
  const signedInfo = readSignedInfo(parseXml(bytes), id);
  if (!isSignedBy(keys, signedInfo.method, bytes, Buffer.from(value.text, 'base64')))
    throw new SamlError('signature-invalid', 'no certificate of the connection fits the SignatureValue');
  return signedInfo;
}

function canonical(text: string, prefixes: readonly string[]): string {
  try {
    return canonicalize(parseDom(text).firstChild as Element, prefixes);
  } catch (error) {
    throw new SamlError('signature-invalid', error);
  }
}

/** A document of one element, with the namespaces that it has where it stands. */
function standalone(element: string, ancestors: readonly XmlElement[]): string {
  const namespaces = new Map<string, string>();
  for (const { attributes } of ancestors)
    for (const [name, value] of attributes)
      if (name.startsWith(`{${xmlnsNs}}`)) namespaces.set(name.slice(xmlnsNs.length + 2), value);
  const declarations = Array.from(
    namespaces,
    ([prefix, uri]) => ` xmlns${prefix === '' ? '' : `:${prefix}`}="${escape(uri)}"`,
  );
  return `<in-scope${declarations.join('')}>${element}</in-scope>`;
}

function escape(text: string): string {
  return text.replace(/[&<"\t\n\r]/g, (character) => `&#${character.charCodeAt(0)};`);
}
