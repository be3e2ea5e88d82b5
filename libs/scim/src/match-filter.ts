import { named, type AttributeDefinition } from './attribute.js';
import type { CompareOperator, Filter, Literal } from './filter.js';
import { quote, ScimError } from './scim-error.js';

export type Matches = (value: Readonly<Record<string, unknown>>) => boolean;

/** Which values of a multi-valued attribute a filter in brackets selects. Throws `invalidFilter`, before any value is seen. */
export function matcher(filter: Filter, definition: AttributeDefinition): Matches {
  switch (filter.op) {
    case 'and': {
      const all = filter.filters.map((one) => matcher(one, definition));
      return (value) => all.every((matches) => matches(value));
    }
    case 'or': {
      const any = filter.filters.map((one) => matcher(one, definition));
      return (value) => any.some((matches) => matches(value));
    }
    case 'not': {
      const matches = matcher(filter.filter, definition);
      return (value) => !matches(value);
    }
    case 'pr': {
      const { name } = subAttribute(filter.attribute, definition);
      return (value) => value[name] !== undefined && value[name] !== '';
    }
    case 'some':
      throw new ScimError(400, 'invalidFilter', `${quote(filter.attribute)} has no values of its own`);
    default:
      return comparison(filter.op, subAttribute(filter.attribute, definition), filter.value);
  }
}

function subAttribute(name: string, definition: AttributeDefinition): AttributeDefinition {
  const found = named(definition.subAttributes ?? [], name);
  if (found) return found;
  throw new ScimError(400, 'invalidFilter', `\`${definition.name}\` has no ${quote(name)}`);
}

function comparison(
  op: CompareOperator,
  { name, type, caseExact }: AttributeDefinition,
  literal: Literal,
): Matches {
  if (literal === null && (op === 'eq' || op === 'ne')) {
    return (value) => (value[name] === undefined) === (op === 'eq');
  }
  if (type === 'boolean') {
    // "True" for true: test/idps/entra/patch-roles-primary.json
    const wanted = typeof literal === 'string' ? literal.toLowerCase() : String(literal);
    if ((op !== 'eq' && op !== 'ne') || (wanted !== 'true' && wanted !== 'false')) {
      throw new ScimError(
        400,
        'invalidFilter',
        `\`${name}\` is compared with \`true\` or \`false\` by \`eq\` or \`ne\``,
      );
    }
    return (value) => (String(value[name]) === wanted) === (op === 'eq');
  }
  if (typeof literal !== 'string') {
    throw new ScimError(400, 'invalidFilter', `\`${name}\` is compared with a text in double quotes`);
  }
  const fold = (text: string) => (caseExact ? text : text.toLowerCase());
  const wanted = fold(literal);
  return (value) => {
    const text = value[name];
    return typeof text === 'string' ? compare[op](fold(text), wanted) : op === 'ne';
  };
}

const compare: Readonly<Record<CompareOperator, (text: string, wanted: string) => boolean>> = {
  eq: (text, wanted) => text === wanted,
  ne: (text, wanted) => text !== wanted,
  co: (text, wanted) => text.includes(wanted),
  sw: (text, wanted) => text.startsWith(wanted),
  ew: (text, wanted) => text.endsWith(wanted),
  gt: (text, wanted) => text > wanted,
  ge: (text, wanted) => text >= wanted,
  lt: (text, wanted) => text < wanted,
  le: (text, wanted) => text <= wanted,
};
