import type { ClaimValue } from './claims.js';

/** A claim's values as M3 reads them: distinct, none empty, none with NUL or a lone surrogate. */
export interface ClaimValues {
  readonly values: readonly string[];
  /** The same values, to ask for one of many; absent for a scalar. */
  readonly set?: ReadonlySet<string>;
  /** How many were dropped for NUL or a lone surrogate. */
  readonly dropped: number;
}

const none: ClaimValues = { values: [], dropped: 0 };
/** A claim's value is never changed, so it is read once, however often it is evaluated. */
const read = new WeakMap<object, ClaimValues>();

/** Scalars are one value, arrays each of theirs (arrays inside included), objects and null are none. An empty text says nothing. */
export function claimValues(value: ClaimValue | undefined): ClaimValues {
  if (typeof value !== 'object') return scalarValues(value);
  if (value === null || !Array.isArray(value)) return none;
  const known = read.get(value);
  if (known !== undefined) return known;
  const fresh = listValues(value);
  read.set(value, fresh);
  return fresh;
}

export function isWellFormedText(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0');
}

/** M3 `split`: the pieces of each value, without the white space around them. */
export function splitValues(values: readonly string[], separator: ',' | ';'): readonly string[] {
  if (!values.some((value) => value.includes(separator))) return values;
  const pieces = new Set<string>();
  for (const value of values) {
    for (const piece of value.split(separator)) {
      const text = piece.trim();
      if (text !== '') pieces.add(text);
    }
  }
  return [...pieces];
}

function scalarValues(value: string | number | boolean | undefined): ClaimValues {
  const text = scalarText(value);
  if (text === undefined || text === '') return none;
  return isWellFormedText(text) ? { values: [text], dropped: 0 } : { values: [], dropped: 1 };
}

function scalarText(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}

/** Without recursion: a token may nest as deep as its size allows. */
function listValues(list: readonly unknown[]): ClaimValues {
  const values = new Set<string>();
  let dropped = 0;
  const open: { list: readonly unknown[]; at: number }[] = [{ list, at: 0 }];
  for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
    if (top.at >= top.list.length) {
      open.pop();
      continue;
    }
    const item = top.list[top.at++];
    if (Array.isArray(item)) {
      open.push({ list: item, at: 0 });
      continue;
    }
    const text = scalarText(item);
    if (text === undefined || text === '') continue;
    if (isWellFormedText(text)) values.add(text);
    else dropped++;
  }
  return { values: [...values], set: values, dropped };
}
