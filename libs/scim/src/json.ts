import { quote, ScimError } from './scim-error.js';

export type JsonObject = Readonly<Record<string, unknown>>;

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** RFC 7643, section 2.5: null and a list of nothing are the same as not being there. */
export function isUnassigned(value: unknown): boolean {
  return value === undefined || value === null || (Array.isArray(value) && value.length === 0);
}

/** Its members by their names in lower case (RFC 7643, section 2.1). Names that differ in letter case alone are refused. */
export function byLowerCase(object: JsonObject): ReadonlyMap<string, { name: string; value: unknown }> {
  const members = new Map<string, { name: string; value: unknown }>();
  for (const [name, value] of Object.entries(object)) {
    const key = name.toLowerCase();
    if (members.has(key)) throw new ScimError(400, 'invalidSyntax', `${quote(name)} is given twice`);
    members.set(key, { name, value });
  }
  return members;
}

/** A message or resource as received. `schemas` may be missing; where it is there, it names `uri`. */
export function readEnvelope(
  body: unknown,
  uri: string,
): ReadonlyMap<string, { name: string; value: unknown }> {
  if (!isJsonObject(body)) throw new ScimError(400, 'invalidSyntax', 'the body is not a JSON object');
  const members = byLowerCase(body);
  const schemas = members.get('schemas')?.value;
  if (schemas === undefined) return members;
  if (!Array.isArray(schemas) || !schemas.every((one) => typeof one === 'string')) {
    throw new ScimError(400, 'invalidSyntax', '`schemas` is not a list of texts');
  }
  if (!schemas.some((one) => one.toLowerCase() === uri.toLowerCase())) {
    throw new ScimError(400, 'invalidSyntax', `\`schemas\` does not name \`${uri}\``);
  }
  return members;
}
