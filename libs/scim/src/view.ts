import { isUri } from './attribute-name.js';
import { etagOf } from './etag.js';
import { hidesNothing, shows, type Projection } from './projection.js';

/** How resources are shown. */
export interface View {
  /** `https://…/scim/v2/<directory>`, without a slash at the end. */
  readonly baseUrl: string;
  /** Absent: everything. */
  readonly projection?: Projection;
}

/** A resource as JSON. */
export type Resource = Readonly<Record<string, unknown>> & {
  readonly schemas: readonly string[];
  readonly id: string;
};

interface Stored {
  readonly id: string;
  readonly version: number;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** `id` and `schemas` are always returned (RFC 7643, section 3.1); of the rest, what the projection shows. */
export function present(
  type: 'User' | 'Group',
  schema: string,
  stored: Stored,
  attributes: Readonly<Record<string, unknown>>,
  { baseUrl, projection }: View,
): Resource {
  const shown = projected({ ...attributes, meta: metaOf(type, stored, baseUrl) }, projection);
  const schemas = [schema, ...Object.keys(shown).filter((name) => isUri(name))];
  return { schemas, id: stored.id, ...shown };
}

/** Where a resource is found. */
export function locationOf(baseUrl: string, type: 'User' | 'Group', id: string): string {
  return `${baseUrl}/${type}s/${encodeURIComponent(id)}`;
}

function metaOf(
  type: 'User' | 'Group',
  { id, version, createdAt, updatedAt }: Stored,
  baseUrl: string,
): object {
  return {
    resourceType: type,
    created: new Date(createdAt).toISOString(),
    lastModified: new Date(updatedAt).toISOString(),
    location: locationOf(baseUrl, type, id),
    version: etagOf(version),
  };
}

function projected(
  attributes: Readonly<Record<string, unknown>>,
  projection: Projection | undefined,
): Record<string, unknown> {
  const entries = Object.entries(attributes).filter(([, value]) => value !== undefined);
  if (projection === undefined) return Object.fromEntries(entries);
  if (hidesNothing(projection)) return Object.fromEntries(entries.flatMap(filled));
  return Object.fromEntries(
    entries.flatMap(([name, value]) => {
      const one = shows(projection, name) ? below(name, value, projection) : undefined;
      return one === undefined ? [] : [[name, one]];
    }),
  );
}

/** As `below` where everything is shown, without a copy of each value. */
function filled([name, value]: readonly [string, unknown]): [string, unknown][] {
  if (!Array.isArray(value)) return isEmpty(value) ? [] : [[name, value]];
  const values = value.some(isMissing) ? value.filter((one) => !isMissing(one)) : value;
  return values.length === 0 ? [] : [[name, values]];
}

function isMissing(value: unknown): boolean {
  return value === null || value === undefined || isEmpty(value);
}

function isEmpty(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  for (const _ in value) return false;
  return true;
}

/** Sub-attributes, and the attributes of an extension, may be asked for each by its own name. */
function below(path: string, value: unknown, projection: Projection): unknown {
  if (Array.isArray(value)) {
    const values = value.flatMap((one: unknown) => below(path, one, projection) ?? []);
    return values.length === 0 ? undefined : values;
  }
  if (typeof value !== 'object' || value === null) return value;
  const parted = isUri(path) && !path.slice(path.lastIndexOf(':')).includes('.') ? ':' : '.';
  const shown = Object.entries(value).filter(([name]) => shows(projection, `${path}${parted}${name}`));
  return shown.length === 0 ? undefined : Object.fromEntries(shown);
}
