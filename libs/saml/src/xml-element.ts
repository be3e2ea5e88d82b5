/** An element as the signed bytes have it: names resolved to namespaces, comments gone, text whole. */
export interface XmlElement {
  readonly uri: string;
  readonly local: string;
  /** Attributes without a namespace by their name; namespaced ones by `{uri}name`. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  /** The element's own text and CDATA, concatenated across comments and children. */
  readonly text: string;
  /** A comment stands somewhere inside. */
  readonly commented: boolean;
  /** Where a SignedInfo stands in the text, whose canonical form is of its own characters; of no other element. */
  readonly source?: { readonly start: number; readonly end: number };
}

export function isNamed(element: XmlElement, uri: string, local: string): boolean {
  return element.local === local && element.uri === uri;
}

export function childrenNamed(element: XmlElement, uri: string, local: string): XmlElement[] {
  return element.children.filter((child) => isNamed(child, uri, local));
}

/** In document order, the element itself first. */
export function elementsWithin(element: XmlElement, found: XmlElement[] = []): XmlElement[] {
  found.push(element);
  for (const child of element.children) elementsWithin(child, found);
  return found;
}
