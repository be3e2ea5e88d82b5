import { named, type AttributeDefinition } from './attribute.js';
import type { Filter } from './filter.js';
import { limits } from './limits.js';
import type { Matches } from './match-filter.js';
import type { PatchWork } from './patch-work.js';
import { hasContent, invalid, type Complex } from './read-value.js';
import { quote, ScimError } from './scim-error.js';
import { sameType } from './value-key.js';

type Values = readonly Complex[];
type Selected = {
  readonly filter: Filter;
  readonly matches: Matches;
  readonly definition: AttributeDefinition;
  readonly path: string;
};

/** RFC 7644, section 3.5.2.1: what is there already is not there twice; what is said about it is merged. */
export function addValues(
  definition: AttributeDefinition,
  current: Values,
  added: Values,
  work: PatchWork,
): Values {
  const values = [...current];
  const touched = new Set<Complex>();
  const positions = Map.groupBy(values.keys(), (at) => work.keyOf(definition, values[at]!).text);
  for (const one of added) {
    const key = work.keyOf(definition, one);
    const alike = positions.get(key.text) ?? [];
    const at = alike.find((position) => sameType(work.keyOf(definition, values[position]!), key));
    const merged = at === undefined ? one : { ...values[at], ...one };
    if (at === undefined) positions.set(key.text, [...alike, values.push(merged) - 1]);
    else values[at] = merged;
    touched.add(merged);
  }
  return settle(definition, values, touched);
}

/** Entra and others name the values to be removed instead of a filter: test/idps/entra/patch-remove-member-value.json */
export function withoutValues(
  definition: AttributeDefinition,
  current: Values,
  removed: Values,
  work: PatchWork,
): Values {
  const keys = removed.map((one) => work.keyOf(definition, one));
  const alike = Map.groupBy(keys, ({ text }) => text);
  return current.filter((value) => {
    const key = work.keyOf(definition, value);
    return !alike.get(key.text)?.some((one) => sameType(one, key));
  });
}

/**
 * `change` is given what is selected; where nothing is, a value made of the filter, or `noTarget`; what comes of that fulfils the filter.
 * Undefined removes it.
 */
export function changeSelected(
  { filter, matches, definition, path }: Selected,
  current: Values,
  create: 'any-type' | 'known-type',
  change: (value: Complex) => Complex | undefined,
): Values {
  if (!current.some(matches)) {
    const made = change(asked(filter, definition, create) ?? noTarget(path));
    if (made !== undefined && !matches(made)) noTarget(path);
    return made === undefined ? current : settle(definition, [...current, made], new Set([made]));
  }
  const touched = new Set<Complex>();
  const values = current.flatMap((value) => {
    if (!matches(value)) return [value];
    const changed = change(value);
    if (changed === undefined) return [];
    touched.add(changed);
    return [changed];
  });
  return settle(definition, values, touched);
}

/**
 * As `changeSelected`, for what goes. Where nothing is selected it is gone already if the filter asks for a known type, else `noTarget`
 * (RFC 7644, table 9).
 */
export function removeSelected(
  { filter, matches, definition, path }: Selected,
  current: Values,
  change: (value: Complex) => Complex | undefined,
): Values {
  if (!current.some(matches) && asked(filter, definition, 'known-type') === undefined) noTarget(path);
  return current.flatMap((value): Values => {
    const kept = matches(value) ? change(value) : value;
    return kept === undefined ? [] : [kept];
  });
}

/** Without the sub-attribute; undefined where nothing worth keeping is left. */
export function withoutSubAttribute(
  definition: AttributeDefinition,
  value: Complex,
  subAttribute: AttributeDefinition,
): Complex | undefined {
  const { [subAttribute.name]: _, ...rest } = value;
  return (definition.multiValued ? hasContent(definition, rest) : Object.keys(rest).length > 0)
    ? rest
    : undefined;
}

/**
 * The value that a filter describes, where it is nothing but `type eq "…"`, `primary eq true`, or both. Entra changes the work address
 * so whether there is one or not: test/idps/entra/patch-emails-work.json. Other filters that select nothing select nothing
 * (RFC 7644, section 3.5.2.3).
 */
function asked(
  filter: Filter,
  definition: AttributeDefinition,
  create: 'any-type' | 'known-type',
): Complex | undefined {
  const parts = filter.op === 'and' ? filter.filters : [filter];
  const made: Record<string, unknown> = {};
  for (const part of parts) {
    if (part.op !== 'eq') return undefined;
    const sub = named(definition.subAttributes ?? [], part.attribute);
    if (sub?.name === 'primary' && String(part.value).toLowerCase() === 'true') made['primary'] = true;
    else if (sub?.name === 'type' && typeof part.value === 'string') {
      const { value } = part;
      const known = sub.canonicalValues?.find((one) => one === value.toLowerCase());
      if (known === undefined && create === 'known-type') return undefined;
      made['type'] = value;
    } else return undefined;
  }
  return made;
}

/** RFC 7644, section 3.5.2: a new primary value takes that from the others. */
function settle(definition: AttributeDefinition, values: Values, touched: ReadonlySet<Complex>): Values {
  if (values.length > limits.values) throw invalid(definition.name, `has at most ${limits.values} values`);
  const primary = values.filter((value) => touched.has(value) && value['primary'] === true);
  if (primary.length > 1) throw invalid(definition.name, 'has at most one primary value');
  if (primary.length === 0) return values;
  return values.map((value) =>
    value !== primary[0] && value['primary'] === true ? { ...value, primary: false } : value,
  );
}

function noTarget(path: string): never {
  throw new ScimError(400, 'noTarget', `${quote(path)} selects nothing`);
}
