import type { PatchOperation } from './patch-operation.js';
import type { PatchTarget } from './patch-target.js';
import {
  addValues,
  changeSelected,
  removeSelected,
  withoutSubAttribute,
  withoutValues,
} from './patch-values.js';
import { isUnassigned } from './json.js';
import { checkComparisons, comparisonsIn } from './filter-terms.js';
import { matcher, type Matches } from './match-filter.js';
import type { PatchWork } from './patch-work.js';
import { invalid, readValue, type Complex } from './read-value.js';
import { quote, ScimError } from './scim-error.js';

type Target = Extract<PatchTarget, { kind: 'attribute' }> & { readonly matches?: Matches };
/** The attribute's value before and after; undefined: unassigned. */
export type Change = (current: unknown, work: PatchWork) => unknown;

const untouched: Change = (current) => current;

/** One operation on one attribute of a schema, checked before any resource is seen; throws `ScimError` then and when applied. */
export function attributeChange(
  asked: Extract<PatchTarget, { kind: 'attribute' }>,
  operation: PatchOperation,
): Change {
  const { definition, subAttribute, filter } = asked;
  for (const { mutability } of subAttribute ? [definition, subAttribute] : [definition]) {
    if (mutability !== 'readOnly') continue;
    // What a client has read, it may send back whole.
    if (operation.pathless) return untouched;
    throw new ScimError(400, 'mutability', `${quote(asked.path)} cannot be changed`);
  }
  if (filter) checkComparisons(filter);
  const target = filter ? { ...asked, matches: matcher(filter, definition) } : asked;
  const change = operation.op === 'remove' ? removal(target, operation.value) : assignment(target, operation);
  if (definition.returned === 'never') return untouched;
  const times = filter ? comparisonsIn(filter) : 1;
  return (current, work) => {
    work.spend(current, times);
    return change(current, work);
  };
}

function removal({ definition, subAttribute, filter, matches, path }: Target, value: unknown): Change {
  if (subAttribute === undefined && filter === undefined) {
    if (definition.required || definition.name === 'active') {
      throw new ScimError(400, 'mutability', `\`${definition.name}\` can be changed, and not removed`);
    }
    if (!definition.multiValued || value === undefined) return () => undefined;
    const removed = readValue(definition, value, path, 'ignored') as readonly Complex[] | undefined;
    if (removed === undefined)
      throw invalid(path, 'names no value to be removed; leave `value` out to remove all');
    return (current, work) => some(withoutValues(definition, list(current), removed, work));
  }
  const change = (one: Complex): Complex | undefined =>
    subAttribute && withoutSubAttribute(definition, one, subAttribute);
  if (filter && matches) {
    const which = { filter, matches, definition, path };
    return (current) => some(removeSelected(which, list(current), change));
  }
  if (definition.multiValued)
    return (current) =>
      some(
        list(current).flatMap((one): readonly Complex[] => {
          const kept = change(one);
          return kept === undefined ? [] : [kept];
        }),
      );
  return (current) => current && change(current as Complex);
}

function assignment(target: Target, operation: PatchOperation): Change {
  const { definition, subAttribute, filter, path } = target;
  if (isUnassigned(operation.value)) {
    // RFC 7643, section 2.5: replacing by null or by nothing removes; there is nothing to add.
    if (operation.op === 'replace') return removal(target, undefined);
    if (definition.required) throw invalid(path, 'is required');
    return untouched;
  }
  if (subAttribute) {
    const value = readValue(subAttribute, operation.value, path, 'refused');
    const set = (one: Complex): Complex => ({ ...one, [subAttribute.name]: value });
    if (filter) return selected(target, operation, set);
    if (!definition.multiValued) return (current) => set((current ?? {}) as Complex);
    return (current, work) => some(theOnly(target, list(current), set, work));
  }
  if (filter) {
    const sent =
      Array.isArray(operation.value) && operation.value.length === 1 ? operation.value[0] : operation.value;
    const value = readValue({ ...definition, multiValued: false }, sent, path, 'refused') as
      Complex | undefined;
    // What is replaced stays what it is for, so that the filter finds it again.
    return selected(target, operation, (one, isNew) =>
      operation.op === 'add' || isNew
        ? { ...one, ...value }
        : { ...('type' in one && { type: one['type'] }), ...value },
    );
  }
  const value = readValue(definition, operation.value, path, 'refused');
  if (!definition.multiValued) return single(target, operation, value);
  if (operation.op === 'replace') return () => value;
  return (current, work) => some(addValues(definition, list(current), list(value), work));
}

/** RFC 7644, section 3.5.2.3: what a complex value leaves out stays; not so of a manager, whose parts belong to one person. */
function single({ definition }: Target, { op }: PatchOperation, value: unknown): Change {
  if (definition.type !== 'complex') return () => value;
  if (value === undefined)
    return op === 'replace' && definition.name === 'manager' ? () => undefined : untouched;
  if (definition.name === 'manager') return () => value;
  return (current) => ({ ...(current as Complex | undefined), ...(value as Complex) });
}

function selected(
  { definition, filter, matches, path }: Target,
  { op }: PatchOperation,
  change: (one: Complex, isNew: boolean) => Complex,
): Change {
  return (current) => {
    const values = list(current);
    const known = new Set(values);
    const create = op === 'add' ? 'any-type' : 'known-type';
    return some(
      changeSelected({ filter: filter!, matches: matches!, definition, path }, values, create, (one) => {
        const changed = change(one, !known.has(one));
        return readValue({ ...definition, multiValued: false }, changed, path, 'refused') as
          Complex | undefined;
      }),
    );
  };
}

/** `emails.value` says which one only where there is one; where there is none it makes one. */
function theOnly(
  { definition, path }: Target,
  current: readonly Complex[],
  set: (one: Complex) => Complex,
  work: PatchWork,
): readonly Complex[] {
  if (current.length > 1) {
    throw new ScimError(
      400,
      'noTarget',
      `${quote(path)} is one of several; select it by a filter in brackets`,
    );
  }
  return addValues(definition, [], [set(current[0] ?? {})], work);
}

function list(value: unknown): readonly Complex[] {
  return (value ?? []) as readonly Complex[];
}

function some(values: readonly Complex[]): readonly Complex[] | undefined {
  return values.length === 0 ? undefined : values;
}
