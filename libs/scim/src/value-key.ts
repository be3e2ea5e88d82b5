import { named, type AttributeDefinition } from './attribute.js';
import type { Complex } from './read-value.js';

/** What tells the values of a multi-valued attribute apart. */
export interface ValueKey {
  readonly text: string;
  /** Lower case; empty where none is said, or where `text` says it. */
  readonly type: string;
}

/** By `value`, and by `type` where both say one; without `value`, by everything but `primary`. */
export function keyOf(definition: AttributeDefinition, value: Complex): ValueKey {
  const sub = named(definition.subAttributes ?? [], 'value');
  if (sub === undefined) return { text: described(value), type: '' };
  const text = String(value['value'] ?? '');
  const type = typeof value['type'] === 'string' ? value['type'].toLowerCase() : '';
  return { text: sub.caseExact ? text : text.toLowerCase(), type };
}

/** Of two values whose texts are the same. */
export function sameType(one: ValueKey, other: ValueKey): boolean {
  return one.type === '' || other.type === '' || one.type === other.type;
}

function described(value: Complex): string {
  return JSON.stringify(
    Object.entries(value)
      .filter(([name]) => name !== 'primary')
      .toSorted(([one], [other]) => (one < other ? -1 : 1)),
  );
}
