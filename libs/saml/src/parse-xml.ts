import { SaxesParser, type SaxesAttributeNS } from 'saxes';
import { messageLimit } from './decode-message.js';
import { assertionNs } from './namespaces.js';
import { SamlError } from './saml-error.js';
import type { XmlElement } from './xml-element.js';

/**
 * Rule L2's bounds. The others keep what those leave open from costing more than its bytes: canonicalisation
 * repeats a namespace on every element that is first to use it, and takes the square of the comments to drop them.
 */
const bounds = {
  depth: 64,
  attributes: 1_000,
  values: 10_000,
  xmlAttributes: 100,
  elements: 25_000,
  comments: 100,
  sections: 1_000,
  namespace: 256,
} as const;

interface OpenElement {
  uri: string;
  local: string;
  attributes: Map<string, string>;
  children: XmlElement[];
  text: string;
  commented: boolean;
}

/**
 * Strict, streaming and bounded: stops at the first thing it refuses, before any DOM parser has seen the text.
 * Namespaces are resolved, entities other than XML's five do not exist, no DOCTYPE, no processing instruction.
 */
export function parseXml(xml: string, limit = messageLimit): XmlElement {
  if (xml.length > limit) throw new SamlError('response-too-large', `${xml.length} characters`);
  try {
    return scan(xml);
  } catch (error) {
    throw error instanceof SamlError ? error : new SamlError('xml-malformed', error);
  }
}

function scan(xml: string): XmlElement {
  const parser = new SaxesParser({ xmlns: true, position: false });
  const open: OpenElement[] = [];
  const count = { attributes: 0, values: 0, xmlAttributes: 0, elements: 0, comments: 0, sections: 0 };
  let root: XmlElement | undefined;

  parser.on('xmldecl', ({ version, encoding }) => {
    if (version !== undefined && version !== '1.0')
      throw new SamlError('xml-malformed', `XML version \`${version}\``);
    if (encoding !== undefined && encoding.toLowerCase() !== 'utf-8')
      throw new SamlError('xml-malformed', `encoding \`${encoding}\``);
  });
  parser.on('doctype', () => {
    throw new SamlError('xml-doctype');
  });
  parser.on('processinginstruction', () => {
    throw new SamlError('xml-processing-instruction');
  });
  parser.on('opentagstart', () => {
    count.xmlAttributes = 0;
    if (open.length >= bounds.depth) throw new SamlError('xml-too-deep', `over ${bounds.depth} levels`);
    if (++count.elements > bounds.elements)
      throw new SamlError('xml-too-many-elements', `over ${bounds.elements}`);
  });
  parser.on('attribute', ({ name, value }) => {
    if (value.length > bounds.namespace && name.startsWith('xmlns'))
      throw new SamlError('xml-namespace-too-long', `over ${bounds.namespace} characters`);
    if (++count.xmlAttributes > bounds.xmlAttributes)
      throw new SamlError('xml-too-many-attributes', `over ${bounds.xmlAttributes} on one element`);
  });
  parser.on('opentag', ({ uri, local, attributes }) => {
    if (uri === assertionNs && local === 'Attribute' && ++count.attributes > bounds.attributes)
      throw new SamlError('xml-too-many-attributes', `over ${bounds.attributes}`);
    if (uri === assertionNs && local === 'AttributeValue' && ++count.values > bounds.values)
      throw new SamlError('xml-too-many-values', `over ${bounds.values}`);
    open.push({
      uri,
      local,
      attributes: byName(Object.values(attributes)),
      children: [],
      text: '',
      commented: false,
    });
  });
  parser.on('closetag', () => {
    const closed = open.pop();
    if (closed === undefined) return;
    const parent = open.at(-1);
    if (parent === undefined) root = closed;
    else {
      parent.children.push(closed);
      parent.commented ||= closed.commented;
    }
  });
  const addText = (text: string) => {
    const current = open.at(-1);
    if (current !== undefined) current.text += text;
  };
  parser.on('text', addText);
  parser.on('cdata', (text) => {
    if (++count.sections > bounds.sections)
      throw new SamlError('xml-too-many-elements', `over ${bounds.sections} CDATA sections`);
    addText(text);
  });
  parser.on('comment', () => {
    if (++count.comments > bounds.comments)
      throw new SamlError('xml-too-many-elements', `over ${bounds.comments} comments`);
    const current = open.at(-1);
    if (current !== undefined) current.commented = true;
  });

  parser.write(xml).close();
  if (root === undefined) throw new SamlError('xml-malformed', 'no element');
  return root;
}

function byName(attributes: readonly SaxesAttributeNS[]): Map<string, string> {
  return new Map(attributes.map(({ uri, local, value }) => [uri === '' ? local : `{${uri}}${local}`, value]));
}
