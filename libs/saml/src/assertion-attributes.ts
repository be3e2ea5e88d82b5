import { assertionNs } from './namespaces.js';
import { SamlError } from './saml-error.js';
import { childrenNamed, isNamed, type XmlElement } from './xml-element.js';

/** One attribute as the IdP named it. Names are data: nothing is looked up on an object by them. */
export interface AssertionAttribute {
  readonly name: string;
  readonly friendlyName?: string;
  /** Text only. What is nil or nested is not a value (M3), but for a NameID inside, as eduPersonTargetedID has it. */
  readonly values: readonly string[];
}

const xsiNil = '{http://www.w3.org/2001/XMLSchema-instance}nil';

/** All attributes of all statements, in their order. */
export function readAttributes(assertion: XmlElement): AssertionAttribute[] {
  return childrenNamed(assertion, assertionNs, 'AttributeStatement')
    .flatMap((statement) => childrenNamed(statement, assertionNs, 'Attribute'))
    .map((attribute) => {
      const name = attribute.attributes.get('Name');
      if (name === undefined) throw new SamlError('assertion-malformed', 'an attribute without a name');
      const friendlyName = attribute.attributes.get('FriendlyName');
      const values = childrenNamed(attribute, assertionNs, 'AttributeValue').flatMap(textOf);
      return friendlyName === undefined ? { name, values } : { name, friendlyName, values };
    });
}

function textOf(value: XmlElement): string[] {
  const nil = value.attributes.get(xsiNil);
  if (nil === 'true' || nil === '1') return [];
  if (value.children.length === 0) return [value.text];
  const [nameId, ...rest] = value.children;
  return nameId !== undefined && rest.length === 0 && isNamed(nameId, assertionNs, 'NameID')
    ? [nameId.text]
    : [];
}
