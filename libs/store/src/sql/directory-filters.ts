import { sql, type RawBuilder, type SqlBool } from 'kysely';
import type { DirectoryFilter } from '../ports/directory-query.js';
import { StoreError } from '../ports/store.js';
import { fold } from '../fold.js';
import { ABSENT, above, bounded, PRESENT } from './directory-keys.js';
import type { Home } from './home.js';
import { ofDirectory } from './of-directory.js';

type Comparison = 'eq' | 'ne' | 'co' | 'sw' | 'ew' | 'gt' | 'ge' | 'lt' | 'le';

/** What an attribute is in SQL. Nothing else of a filter becomes part of a statement's text. */
export type Searched =
  /** `keyed`: as `directory-keys.ts` writes it; otherwise an id, never absent. */
  | {
      readonly kind: 'text';
      readonly column: string;
      readonly keyed: boolean;
      readonly fold: boolean;
      readonly order: boolean;
      /** Few rows share a value. */
      readonly narrow: boolean;
    }
  | { readonly kind: 'instant' | 'truth'; readonly column: string; readonly order: boolean }
  /** Of rows that belong to this one: it holds where it holds for one of them. */
  | { readonly kind: 'rows'; readonly rows: Rows; readonly of: Searched; readonly orderColumn?: string };

export interface Rows {
  readonly table: 'directory_user_emails' | 'directory_group_members';
  /** The column with the id of whose row it is. */
  readonly owner: 'user_id' | 'group_id';
}

export interface Scope {
  readonly home: Home;
  readonly organization: string;
  readonly directory: string;
}

export type Attributes<Attribute extends string> = Readonly<Record<Attribute, Searched>>;
type Condition = RawBuilder<SqlBool>;

const TRUE: Condition = sql`1 = 1`;
const FALSE: Condition = sql`1 = 0`;

/** A condition that is always true or false and never null, so that `not` means what it says. */
export function conditionOf<Attribute extends string>(
  scope: Scope,
  attributes: Attributes<Attribute>,
  filter: DirectoryFilter<Attribute>,
  within?: Rows,
): Condition {
  const inner = (each: DirectoryFilter<Attribute>) => conditionOf(scope, attributes, each, within);
  switch (filter.op) {
    case 'and':
      return joined(filter.filters.map(inner), sql` and `, TRUE);
    case 'or': {
      const below = within ? undefined : rowsOfAll(attributes, filter.filters);
      if (below === undefined) return joined(filter.filters.map(inner), sql` or `, FALSE);
      // One of them has this or that: asked once, whatever the number of terms. Of «and» that would be another question.
      const conditions = filter.filters.map((each) =>
        conditionOf(scope, attributes, each.op === 'some' ? each.filter : each, below),
      );
      const few = filter.filters.every((each) => isNarrow(attributes, each));
      return among(scope, below, few, joined(conditions, sql` or `, FALSE));
    }
    case 'not':
      return sql`not (${inner(filter.filter)})`;
    case 'some': {
      const rows = rowsBelow(attributes, filter.of);
      if (within || !rows || filter.of !== 'emails') throw unsupported(filter.of);
      const few = isNarrow(attributes, filter.filter);
      return among(scope, rows, few, conditionOf(scope, attributes, filter.filter, rows));
    }
    default: {
      const searched = found(attributes, filter.attribute);
      const value = filter.op === 'pr' ? undefined : filter.value;
      return tested(scope, searched, filter.op, value, within, filter.attribute);
    }
  }
}

function tested(
  scope: Scope,
  searched: Searched,
  op: Comparison | 'pr',
  value: string | number | boolean | undefined,
  within: Rows | undefined,
  attribute: string,
): Condition {
  if (searched.kind === 'rows') {
    const { rows, of } = searched;
    if (within) {
      if (within !== rows) throw unsupported(attribute);
      return tested(scope, of, op, value, undefined, attribute);
    }
    const few = op === 'eq' && of.kind === 'text' && of.narrow;
    return among(scope, rows, few, tested(scope, of, op, value, undefined, attribute));
  }
  if (within) throw unsupported(attribute);
  if (searched.kind === 'text') {
    if (op === 'pr') return textPresent(searched);
    if (typeof value === 'string') return textTested(scope.home, searched, op, value);
  } else {
    if (op === 'pr') return TRUE;
    const number = searched.kind === 'truth' && typeof value === 'boolean' ? Number(value) : value;
    const operator = NUMERIC[op];
    const orders = op !== 'eq' && op !== 'ne';
    if (typeof number === 'number' && Number.isSafeInteger(number) && operator)
      if (
        typeof value === (searched.kind === 'truth' ? 'boolean' : 'number') &&
        !(orders && searched.kind === 'truth')
      )
        return sql`${sql.ref(searched.column)} ${operator} ${number}`;
  }
  throw unsupported(attribute);
}

const NUMERIC: Partial<Record<Comparison, RawBuilder<unknown>>> = {
  eq: sql`=`,
  ne: sql`<>`,
  gt: sql`>`,
  ge: sql`>=`,
  lt: sql`<`,
  le: sql`<=`,
};

type Text = Extract<Searched, { kind: 'text' }>;

/** An empty text is not present (RFC 7644, section 3.4.2.2). */
function textPresent({ column, keyed }: Text): Condition {
  const ref = sql.ref(column);
  return keyed ? sql`(${ref} <> ${ABSENT} and ${ref} <> ${PRESENT})` : sql`${ref} <> ''`;
}

function textTested(
  home: Home,
  { column, keyed, fold: folds }: Text,
  op: Comparison,
  value: string,
): Condition {
  const ref = sql.ref(column);
  const mark = keyed ? PRESENT : '';
  const text = (folds ? fold(value) : value).replaceAll('\0', '\ufffd').toWellFormed();
  const key = mark + bounded(text);
  const there: Condition = keyed ? sql`${ref} < ${ABSENT}` : TRUE;
  switch (op) {
    case 'eq':
      return sql`${ref} = ${key}`;
    case 'ne':
      return sql`${ref} <> ${key}`;
    case 'gt':
      return sql`(${ref} > ${key} and ${there})`;
    case 'ge':
      return sql`(${ref} >= ${key} and ${there})`;
    case 'lt':
      return sql`${ref} < ${key}`;
    case 'le':
      return sql`${ref} <= ${key}`;
    case 'sw': {
      if (text === '') return there;
      const limit = above(mark + text);
      const from = sql<SqlBool>`${ref} >= ${mark + text}`;
      return limit === undefined ? from : sql`(${from} and ${ref} < ${limit})`;
    }
    case 'co': {
      if (text === '') return there;
      const body = keyed ? sql`substr(${ref}, 2)` : ref;
      return sql`${sql.raw(home.positionOf)}(${body}, ${text}) > 0`;
    }
    case 'ew': {
      if (text === '') return there;
      // Counted by code points, as both homes do.
      const length = [...text].length;
      const least = length + mark.length;
      return sql`(length(${ref}) >= ${sql.lit(least)} and substr(${ref}, length(${ref}) - ${sql.lit(length - 1)}) = ${text})`;
    }
  }
}

/** By a set of ids, which an index of the rows can make, and not row by row. */
function among(
  { home, organization, directory }: Scope,
  { table, owner }: Rows,
  few: boolean,
  condition: Condition,
): Condition {
  const ref = sql.ref(`${table}.${owner}`);
  const query = sql`
    select ${ref} from ${sql.table(table)}
    where organization = ${organization} and ${ofDirectory(directory)} and ${ref} is not null and ${condition}`;
  return home.amongFound(sql.ref('id'), query, few);
}

/** Whether an index leaves so few rows that putting them in order costs nothing, whatever the directory holds. */
export function isNarrow<Attribute extends string>(
  attributes: Attributes<Attribute>,
  filter: DirectoryFilter<Attribute>,
): boolean {
  switch (filter.op) {
    case 'and':
      return filter.filters.some((each) => isNarrow(attributes, each));
    case 'or':
      return filter.filters.every((each) => isNarrow(attributes, each));
    case 'some':
      return isNarrow(attributes, filter.filter);
    case 'eq': {
      const searched = found(attributes, filter.attribute);
      const text = searched.kind === 'rows' ? searched.of : searched;
      return text.kind === 'text' && text.narrow;
    }
    default:
      return false;
  }
}

function joined(conditions: readonly Condition[], by: RawBuilder<unknown>, empty: Condition): Condition {
  return conditions.length === 0 ? empty : sql`(${sql.join(conditions, by)})`;
}

function found<Attribute extends string>(attributes: Attributes<Attribute>, attribute: Attribute): Searched {
  if (!Object.hasOwn(attributes, attribute)) throw unsupported(attribute);
  return attributes[attribute];
}

/** The rows that each of these asks about; undefined where they are not the same, or some ask about the resource itself. */
function rowsOfAll<Attribute extends string>(
  attributes: Attributes<Attribute>,
  filters: readonly DirectoryFilter<Attribute>[],
): Rows | undefined {
  const asked = filters.map((each) => {
    if (each.op === 'some') return each.of === 'emails' ? rowsBelow(attributes, each.of) : undefined;
    if (!('attribute' in each)) return undefined;
    const searched = found(attributes, each.attribute);
    return searched.kind === 'rows' ? searched.rows : undefined;
  });
  return asked.every((rows) => rows === asked[0]) ? asked[0] : undefined;
}

function rowsBelow(attributes: Attributes<string>, name: string): Rows | undefined {
  const value = Object.hasOwn(attributes, `${name}.value`) ? attributes[`${name}.value`] : undefined;
  return value?.kind === 'rows' ? value.rows : undefined;
}

/** What reads the request resolves it against what may be asked: this is a defect of that. */
export function unsupported(attribute: string): StoreError {
  return new StoreError('store-misused', `\`${attribute}\` cannot be asked for like this`);
}
