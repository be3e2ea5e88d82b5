import type { GroupAttribute, UserAttribute } from './directory-query.js';
import { uris } from './uris.js';

export interface QueryableAttribute<Attribute extends string> {
  readonly attribute: Attribute;
  readonly type: 'text' | 'boolean' | 'instant';
  /** Of the extension it belongs to. */
  readonly uri?: string;
  readonly sortable: boolean;
}

/** What a filter and `sortBy` may name: an allow-list. */
export interface Queryable<Attribute extends string> {
  /** By path, lower case. */
  readonly attributes: ReadonlyMap<string, QueryableAttribute<Attribute>>;
  /** Lower case, with a filter in brackets. */
  readonly plural: ReadonlySet<string>;
  /** URI of the core schema. */
  readonly core: string;
  /** What `meta.resourceType` is of all of them. */
  readonly resourceType: string;
}

type Entry<Attribute extends string> = readonly [Attribute, Partial<QueryableAttribute<Attribute>>?];

function queryable<Attribute extends string>(
  resourceType: string,
  core: string,
  entries: readonly Entry<Attribute>[],
  plural: Readonly<Record<string, Attribute>>,
): Queryable<Attribute> {
  const attributes = new Map<string, QueryableAttribute<Attribute>>();
  for (const [attribute, more] of entries) {
    attributes.set(attribute.toLowerCase(), { attribute, type: 'text', sortable: true, ...more });
  }
  for (const [name, attribute] of Object.entries(plural)) {
    attributes.set(name, attributes.get(attribute.toLowerCase())!);
  }
  return { attributes, plural: new Set(Object.keys(plural)), core, resourceType };
}

const instant = { type: 'instant' } as const;
const unsortable = { sortable: false } as const;
const enterprise = { uri: uris.enterpriseUser } as const;

export const queryableUser = queryable<UserAttribute>(
  'User',
  uris.user,
  [
    ['id'],
    ['externalId'],
    ['userName'],
    ['active', { type: 'boolean' }],
    ['displayName'],
    ['name.familyName'],
    ['name.givenName'],
    ['title'],
    ['department', enterprise],
    ['employeeNumber', enterprise],
    ['emails.value'],
    ['emails.type', unsortable],
    ['groups.value', unsortable],
    ['meta.created', instant],
    ['meta.lastModified', instant],
  ],
  { emails: 'emails.value', groups: 'groups.value' },
);

export const queryableGroup = queryable<GroupAttribute>(
  'Group',
  uris.group,
  [
    ['id'],
    ['externalId'],
    ['displayName'],
    ['members.value', unsortable],
    ['meta.created', instant],
    ['meta.lastModified', instant],
  ],
  { members: 'members.value' },
);
