const uriBefore = /^(urn:.+):([^:]+)$/i;

/** `urn:…:User:name.givenName` apart, each part as it was written. */
export interface WrittenName {
  readonly uri?: string;
  readonly name: string;
  readonly subAttribute?: string;
}

/** RFC 7644, section 3.10. Dots in a URI (`2.0`) part nothing. Undefined where it cannot be a name. */
export function splitName(text: string): WrittenName | undefined {
  const parts = uriBefore.exec(text);
  const [name, subAttribute, more] = (parts?.[2] ?? text).split('.');
  if (name === undefined || !isAttributeName(name) || more !== undefined) return undefined;
  if (subAttribute !== undefined && !isAttributeName(subAttribute)) return undefined;
  return { ...(parts === null ? {} : { uri: parts[1]! }), name, ...(subAttribute && { subAttribute }) };
}

/** RFC 7643, section 2.1, and `$ref`. `__proto__` is none. */
export function isAttributeName(text: string): boolean {
  return text.length <= 256 && /^[A-Za-z$][\w$-]*$/.test(text);
}

export function isUri(text: string): boolean {
  return /^urn:/i.test(text);
}

export function sameUri(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
