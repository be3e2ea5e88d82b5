import { SaxesParser, type SaxesAttributeNS } from 'saxes';
import { messageLimit } from './decode-message.js';
import { assertionNs, signatureNs } from './namespaces.js';
import { SamlError } from './saml-error.js';
import type { XmlElement } from './xml-element.js';

/**
 * How much a document may hold. Whoever can send one decides what reading it costs, so everything that costs more than
 * its bytes has a bound.
 */
export interface Bounds {
  readonly characters: number;
  readonly depth: number;
  /** SAML attributes, and their values. */
  readonly attributes: number;
  readonly values: number;
  /** XML attributes of one element, and of all. */
  readonly xmlAttributes: number;
  readonly allXmlAttributes: number;
  /** Elements that are not attribute values. */
  readonly elements: number;
  readonly comments: number;
  readonly sections: number;
  /** As `turnsOf` counts them. */
  readonly turns: number;
  readonly namespace: number;
}

/** Rule L2's. Within 512 KiB no list of groups reaches those that L2 does not name. */
export const messageBounds: Bounds = {
  characters: messageLimit,
  depth: 64,
  attributes: 1_000,
  values: 10_000,
  xmlAttributes: 100,
  allXmlAttributes: 12_000,
  elements: 2_000,
  comments: 100,
  sections: 1_000,
  turns: 160_000,
  namespace: 256,
};

/** Canonical XML repeats a namespace on every element that is first to use it, and escapes more than it must. */
export const signedBounds: Bounds = {
  ...messageBounds,
  characters: 4 * 1024 * 1024,
  allXmlAttributes: 120_000,
  turns: Infinity,
};

interface OpenElement {
  uri: string;
  local: string;
  attributes: Map<string, string>;
  children: XmlElement[];
  text: string;
  commented: boolean;
  source?: { start: number; end: number };
}

/**
 * Strict, streaming and bounded: stops at the first thing it refuses, before any DOM parser has seen the text.
 * Namespaces are resolved, entities other than XML's five do not exist, no DOCTYPE, no processing instruction.
 */
export function parseXml(xml: string, bounds = messageBounds): XmlElement {
  if (xml.length > bounds.characters) throw new SamlError('response-too-large', `${xml.length} characters`);
  if (turnsOf(xml) > bounds.turns)
    throw new SamlError('xml-too-many-elements', `over ${bounds.turns} references, line breaks and the like`);
  try {
    return scan(xml, bounds);
  } catch (error) {
    throw error instanceof SamlError ? error : new SamlError('xml-malformed', error);
  }
}

function scan(xml: string, bounds: Bounds): XmlElement {
  const parser = new SaxesParser({ xmlns: true, position: false });
  const open: OpenElement[] = [];
  const count = {
    attributes: 0,
    values: 0,
    xmlAttributes: 0,
    elements: 0,
    allXmlAttributes: 0,
    comments: 0,
    sections: 0,
  };
  let root: XmlElement | undefined;
  let tagStart = 0;

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
    tagStart = xml.lastIndexOf('<', parser.position - 1);
  });
  parser.on('attribute', ({ name, value }) => {
    if (value.length > bounds.namespace && name.startsWith('xmlns'))
      throw new SamlError('xml-namespace-too-long', `over ${bounds.namespace} characters`);
    if (++count.xmlAttributes > bounds.xmlAttributes)
      throw new SamlError('xml-too-many-attributes', `over ${bounds.xmlAttributes} on one element`);
    if (++count.allXmlAttributes > bounds.allXmlAttributes)
      throw new SamlError('xml-too-many-attributes', `over ${bounds.allXmlAttributes} in all`);
  });
  parser.on('opentag', ({ uri, local, attributes }) => {
    if (uri === assertionNs && local === 'Attribute' && ++count.attributes > bounds.attributes)
      throw new SamlError('xml-too-many-attributes', `over ${bounds.attributes}`);
    if (uri === assertionNs && local === 'AttributeValue') {
      if (++count.values > bounds.values) throw new SamlError('xml-too-many-values', `over ${bounds.values}`);
    } else if (++count.elements > bounds.elements)
      throw new SamlError('xml-too-many-elements', `over ${bounds.elements}`);
    open.push({
      uri,
      local,
      attributes: byName(Object.values(attributes)),
      children: [],
      text: '',
      commented: false,
      ...(uri === signatureNs && local === 'SignedInfo' && { source: { start: tagStart, end: xml.length } }),
    });
  });
  parser.on('closetag', () => {
    const closed = open.pop();
    if (closed === undefined) return;
    if (closed.source !== undefined) closed.source.end = parser.position;
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

/** Characters at which the parser leaves its loop, and what a reference costs of these: it is slow there by the character. */
function turnsOf(xml: string): number {
  let turns = 0;
  for (let index = 0; index < xml.length; index++) {
    const code = xml.charCodeAt(index);
    if (code === 0x26) turns += 4;
    else if (code === 0x0a || code === 0x09 || code === 0x5d || code === 0x2d) turns++;
  }
  return turns;
}

function byName(attributes: readonly SaxesAttributeNS[]): Map<string, string> {
  return new Map(attributes.map(({ uri, local, value }) => [uri === '' ? local : `{${uri}}${local}`, value]));
}
