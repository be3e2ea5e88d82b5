import { signatureNs } from './namespaces.js';
import { SamlError } from './saml-error.js';
import { assertSignatureShape } from './signature-shape.js';
import { childrenNamed, type XmlElement } from './xml-element.js';

/** Whether it carries a signature of its own; refused where that one has not the prescribed shape. */
export function isSigned(element: XmlElement): boolean {
  const [signature] = childrenNamed(element, signatureNs, 'Signature');
  if (signature === undefined) return false;
  const id = element.attributes.get('ID') ?? '';
  if (!/^[A-Za-z_][\w.-]*$/.test(id))
    throw new SamlError('signature-malformed', `the ${element.local} has no usable ID`);
  assertSignatureShape(signature, id);
  return true;
}

/** Whatever a parser takes for an identifier: `ID`, `Id`, `xml:id`. */
export function assertIdsUnique(elements: readonly XmlElement[]): void {
  const seen = new Set<string>();
  for (const { attributes } of elements)
    for (const [name, value] of attributes) {
      if (!/(?:^|\})id$/i.test(name)) continue;
      if (seen.has(value)) throw new SamlError('response-malformed', `the ID \`${value}\` occurs twice`);
      seen.add(value);
    }
}
