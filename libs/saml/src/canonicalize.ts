import { DOMParser } from '@xmldom/xmldom';
import { ExclusiveCanonicalization } from 'xml-crypto';

/** A DOM is only ever digested: what is read of a message is read by `parseXml`. Throws for what is not well formed. */
export function parseDom(xml: string): Element {
  return new DOMParser({ errorHandler: { error: refuse, fatalError: refuse } }).parseFromString(
    xml,
    'text/xml',
  ).documentElement;
}

/** Exclusive canonical XML without comments. Namespaces of `prefixes` are rendered as those of inclusive canonical XML are. */
export function canonicalize(element: Element, prefixes: readonly string[]): string {
  return new ExclusiveCanonicalization().process(element, {
    inclusiveNamespacesPrefixList: [...prefixes],
    ancestorNamespaces: prefixes.length === 0 ? [] : inherited(element),
  });
}

/** The namespaces in scope that the element does not declare itself. */
function inherited(element: Element): { prefix: string; namespaceURI: string }[] {
  const own = new Set(declarations(element).map(({ prefix }) => prefix));
  const found = new Map<string, string>();
  for (let at = element.parentNode; at?.nodeType === 1; at = at.parentNode)
    for (const { prefix, namespaceURI } of declarations(at as Element))
      if (!own.has(prefix) && !found.has(prefix)) found.set(prefix, namespaceURI);
  return [...found].map(([prefix, namespaceURI]) => ({ prefix, namespaceURI }));
}

function declarations(element: Element): { prefix: string; namespaceURI: string }[] {
  return Array.from(element.attributes)
    .filter(({ prefix }) => prefix === 'xmlns')
    .map(({ localName, value }) => ({ prefix: localName, namespaceURI: value }));
}

function refuse(message: string): never {
  throw new Error(message);
}
