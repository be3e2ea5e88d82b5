import type { DirectoryFilter, DirectoryQuery, GroupAttribute, UserAttribute } from './directory-query.js';
import { checkComparisons, checkScans } from './filter-terms.js';
import { byLowerCase, readEnvelope, isJsonObject } from './json.js';
import { limits } from './limits.js';
import { parseFilter } from './parse-filter.js';
import { projectionOf, type Projection } from './projection.js';
import { queryableGroup, queryableUser, type Queryable } from './queryable.js';
import { findQueryable, resolveFilter } from './resolve-filter.js';
import { quote, ScimError, type ScimType } from './scim-error.js';
import { uris } from './uris.js';

export interface ParsedQuery<Attribute extends string> {
  readonly query: DirectoryQuery<Attribute>;
  readonly projection: Projection;
}

/** RFC 7644, section 3.4.2, and RFC 9865. `asked`: texts of a query string by name, or the body of a `.search`. */
export function parseUserQuery(asked: unknown): ParsedQuery<UserAttribute> {
  return parseQuery(asked, queryableUser);
}

/** Likewise. */
export function parseGroupQuery(asked: unknown): ParsedQuery<GroupAttribute> {
  return parseQuery(asked, queryableGroup);
}

const parameters = [
  'filter',
  'sortBy',
  'sortOrder',
  'startIndex',
  'count',
  'cursor',
  'attributes',
  'excludedAttributes',
] as const;
type Parameters = Readonly<Partial<Record<(typeof parameters)[number], unknown>>>;

function parseQuery<Attribute extends string>(
  asked: unknown,
  queryable: Queryable<Attribute>,
): ParsedQuery<Attribute> {
  const params = parametersOf(asked);
  const projection = projectionOf(params);
  const filter = text(params.filter, 'filter', 'invalidFilter');
  const sortBy = text(params.sortBy, 'sortBy', 'invalidValue');
  return {
    query: {
      ...(filter === undefined ? {} : { filter: filterOf(filter, queryable) }),
      ...(sortBy === undefined ? {} : sorting(sortBy, params.sortOrder, queryable)),
      ...page(params),
    },
    projection,
  };
}

function filterOf<Attribute extends string>(
  asked: string,
  queryable: Queryable<Attribute>,
): DirectoryFilter<Attribute> {
  const written = parseFilter(asked);
  checkComparisons(written);
  const filter = resolveFilter(written, queryable);
  checkScans(filter);
  return filter;
}

/** Those that are there. Null is as good as absent. */
function parametersOf(asked: unknown): Parameters {
  if (asked === undefined || asked === null) return {};
  if (!isJsonObject(asked)) throw new ScimError(400, 'invalidSyntax', 'the body is not a JSON object');
  const members = 'schemas' in asked ? readEnvelope(asked, uris.searchRequest) : byLowerCase(asked);
  return Object.fromEntries(
    parameters.map((name) => [name, members.get(name.toLowerCase())?.value ?? undefined]),
  );
}

function sorting<Attribute extends string>(
  sortBy: string,
  order: unknown,
  queryable: Queryable<Attribute>,
): Pick<DirectoryQuery<Attribute>, 'sortBy' | 'descending'> {
  const found = findQueryable(sortBy, queryable);
  if (!found?.sortable) throw new ScimError(400, 'invalidValue', `nothing is sorted by ${quote(sortBy)}`);
  const direction = text(order, 'sortOrder', 'invalidValue')?.toLowerCase() ?? 'ascending';
  if (direction !== 'ascending' && direction !== 'descending') {
    throw new ScimError(400, 'invalidValue', '`sortOrder` is `ascending` or `descending`');
  }
  return { sortBy: found.attribute, descending: direction === 'descending' };
}

type Paging = Pick<DirectoryQuery<string>, 'count' | 'startIndex' | 'cursor' | 'total'>;

/** By index unless `cursor` is there, even empty, which asks for the first page (RFC 9865, section 2). */
function page(params: Parameters): Paging {
  const cursor = text(params.cursor, 'cursor', 'invalidCursor');
  const startIndex = integer(params.startIndex, 'startIndex', 'invalidValue');
  if (cursor !== undefined) return cursorPage(cursor, startIndex, params.count);
  const count = integer(params.count, 'count', 'invalidValue') ?? limits.defaultPageSize;
  return {
    // RFC 7644, table 6: less than 0 is 0, and less than 1 is 1.
    count: Math.min(Math.max(count, 0), limits.pageSize),
    startIndex: Math.max(startIndex ?? 1, 1),
    total: true,
  };
}

/** The total comes with the first page alone: counting again for each costs as much as the page. */
function cursorPage(cursor: string, startIndex: number | undefined, asked: unknown): Paging {
  if (startIndex !== undefined && startIndex > 1) {
    throw new ScimError(400, 'invalidValue', 'give `startIndex` or `cursor`, not both');
  }
  const count = integer(asked, 'count', 'invalidCount') ?? limits.defaultPageSize;
  if (count < 1 || count > limits.pageSize) {
    throw new ScimError(400, 'invalidCount', `with \`cursor\`, \`count\` is 1 to ${limits.pageSize}`);
  }
  return cursor === '' ? { count, total: true } : { count, cursor, total: false };
}

function text(value: unknown, parameter: string, scimType: ScimType): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== 'string') {
    throw new ScimError(400, scimType, `\`${parameter}\` is not a text`);
  }
  return value;
}

function integer(value: unknown, parameter: string, scimType: ScimType): number | undefined {
  if (value === undefined) return undefined;
  const number = typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isSafeInteger(number)) {
    throw new ScimError(400, scimType, `\`${parameter}\` is not a whole number`);
  }
  return number;
}
