import { splitName, sameUri } from './attribute-name.js';
import type { DirectoryFilter } from './directory-query.js';
import type { CompareOperator, Filter, Literal } from './filter.js';
import { parseInstant } from './instant.js';
import type { Queryable, QueryableAttribute } from './queryable.js';
import { quote, ScimError } from './scim-error.js';

/** Only what is listed as queryable comes through; all else is `invalidFilter`, never a wider answer than was asked for. */
export function resolveFilter<Attribute extends string>(
  filter: Filter,
  queryable: Queryable<Attribute>,
  within = '',
): DirectoryFilter<Attribute> {
  if ('attribute' in filter && within === '' && isResourceType(filter.attribute)) {
    return resourceType(filter, queryable.resourceType);
  }
  switch (filter.op) {
    case 'and':
    case 'or':
      return {
        op: filter.op,
        filters: filter.filters.map((one) => resolveFilter(one, queryable, within)),
      };
    case 'not':
      return { op: 'not', filter: resolveFilter(filter.filter, queryable, within) };
    case 'pr':
      return { op: 'pr', attribute: find(filter.attribute, queryable, within).attribute };
    case 'some':
      return oneValue(filter, queryable, within);
    default:
      return comparison(filter.op, find(filter.attribute, queryable, within), filter.value);
  }
}

function isResourceType(attribute: string): boolean {
  return attribute.toLowerCase() === 'meta.resourcetype';
}

/** RFC 7644, section 3.4.2.1: what tells users and groups apart in a search of both. All resources have an `id`, and none lacks it. */
function resourceType<Attribute extends string>(filter: Filter, type: string): DirectoryFilter<Attribute> {
  const everyone = { op: 'pr', attribute: 'id' as Attribute } as const;
  const nobody = { op: 'not', filter: everyone } as const;
  if (filter.op === 'pr') return everyone;
  if ((filter.op !== 'eq' && filter.op !== 'ne') || typeof filter.value !== 'string') {
    return refuse('`meta.resourceType` is compared with a text by `eq` or `ne`');
  }
  return (filter.value === type) === (filter.op === 'eq') ? everyone : nobody;
}

/** Its name as the allow-list has it: without a schema's URI where that is the one it belongs to, lower case. */
export function findQueryable<Attribute extends string>(
  text: string,
  { attributes, core }: Queryable<Attribute>,
  within = '',
): QueryableAttribute<Attribute> | undefined {
  const written = splitName(text);
  if (written === undefined || (within !== '' && written.subAttribute !== undefined)) return undefined;
  const { uri, name, subAttribute } = written;
  const path = [within, name, subAttribute].filter(Boolean).join('.').toLowerCase();
  const found = attributes.get(path);
  if (found === undefined) return undefined;
  if (uri !== undefined && !sameUri(uri, found.uri ?? core)) return undefined;
  return found;
}

function find<Attribute extends string>(
  text: string,
  queryable: Queryable<Attribute>,
  within: string,
): QueryableAttribute<Attribute> {
  return (
    findQueryable(text, queryable, within) ??
    refuse(`${quote(within === '' ? text : `${within}[${text}]`)} cannot be asked for by a filter`)
  );
}

function oneValue<Attribute extends string>(
  { attribute, filter }: Extract<Filter, { op: 'some' }>,
  queryable: Queryable<Attribute>,
  within: string,
): DirectoryFilter<Attribute> {
  const written = splitName(attribute);
  const name = written?.name.toLowerCase() ?? '';
  const ours = written?.uri === undefined || sameUri(written.uri, queryable.core);
  if (within !== '' || written?.subAttribute !== undefined || !ours || !queryable.plural.has(name)) {
    return refuse(`${quote(attribute)} cannot be asked for by a filter in brackets`);
  }
  const inner = resolveFilter(filter, queryable, name);
  if (name === 'emails') return { op: 'some', of: 'emails', filter: inner };
  // Of the others only `value` can be asked for; one comparison says the same without brackets.
  if (inner.op === 'and' || inner.op === 'or' || inner.op === 'not') {
    return refuse(`${quote(attribute)} can be asked for by one comparison of \`value\` only`);
  }
  return inner;
}

const orders: ReadonlySet<CompareOperator> = new Set<CompareOperator>(['eq', 'ne', 'gt', 'ge', 'lt', 'le']);

/** RFC 7644, table 3: booleans have no order, and `co`, `sw` and `ew` are for texts. */
function comparison<Attribute extends string>(
  op: CompareOperator,
  { attribute, type }: QueryableAttribute<Attribute>,
  value: Literal,
): DirectoryFilter<Attribute> {
  if (value === null) return absence(op, attribute);
  if (type === 'boolean') {
    if (op !== 'eq' && op !== 'ne') return refuse(`\`${attribute}\` has no \`${op}\``);
    // Who writes "True" when it patches asks for it so: test/idps/entra/patch-active-string.json
    const flag = typeof value === 'string' ? flags.get(value.toLowerCase()) : value;
    if (typeof flag !== 'boolean') return refuse(`\`${attribute}\` is compared with \`true\` or \`false\``);
    return { op, attribute, value: flag };
  }
  if (typeof value !== 'string') return refuse(`\`${attribute}\` is compared with a text in double quotes`);
  if (type === 'text') {
    if (!isStorable(value)) return refuse(`\`${attribute}\` is compared with a text that no resource has`);
    return { op, attribute, value };
  }
  if (!orders.has(op)) return refuse(`\`${attribute}\` has no \`${op}\``);
  const instant = parseInstant(value);
  if (instant === undefined) return refuse(`\`${attribute}\` is compared with a date and time`);
  return { op, attribute, value: instant };
}

const flags = new Map([
  ['true', true],
  ['false', false],
]);

/** RFC 7643, section 2.5: null is the same as not being there. */
function absence<Attribute extends string>(
  op: CompareOperator,
  attribute: Attribute,
): DirectoryFilter<Attribute> {
  if (op === 'ne') return { op: 'pr', attribute };
  if (op === 'eq') return { op: 'not', filter: { op: 'pr', attribute } };
  return refuse(`\`null\` has no \`${op}\``);
}

/** No stored text has a NUL or half a surrogate pair, and no database takes them. */
function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0');
}

function refuse(detail: string): never {
  throw new ScimError(400, 'invalidFilter', detail);
}
