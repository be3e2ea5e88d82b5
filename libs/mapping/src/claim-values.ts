import type { ClaimValue } from './claims.js';

/** A claim's values as M3 reads them: none empty, none with NUL or a lone surrogate. One that was sent twice may be there twice. */
export class ClaimValues {
  #set: ReadonlySet<string> | undefined;

  constructor(
    readonly values: readonly string[],
    /** How many were dropped for NUL or a lone surrogate. */
    readonly dropped: number,
  ) {}

  has(value: string): boolean {
    if (this.values.length < 8) return this.values.includes(value);
    this.#set ??= new Set(this.values);
    return this.#set.has(value);
  }
}

const none = new ClaimValues([], 0);
/** A claim's value is never changed, so it is read once, however often it is evaluated. */
const read = new WeakMap<object, ClaimValues>();

/** Scalars are one value, arrays each of theirs (arrays inside included), objects and null are none. An empty text says nothing. */
export function claimValues(value: ClaimValue | undefined): ClaimValues {
  if (typeof value !== 'object') return scalarValues(value);
  if (value === null || !Array.isArray(value)) return none;
  const known = read.get(value);
  if (known !== undefined) return known;
  const fresh = areValues(value) ? new ClaimValues(value, 0) : listValues(value);
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
  return isWellFormedText(text) ? new ClaimValues([text], 0) : new ClaimValues([], 1);
}

function scalarText(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}

/** The usual list, of well-formed texts, needs no copy. */
function areValues(list: readonly ClaimValue[]): list is readonly string[] {
  for (const item of list) {
    if (typeof item !== 'string' || item === '' || !isWellFormedText(item)) return false;
  }
  return true;
}

/** Without recursion: a token may nest as deep as its size allows. */
function listValues(list: readonly unknown[]): ClaimValues {
  const values: string[] = [];
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
    if (isWellFormedText(text)) values.push(text);
    else dropped++;
  }
  return new ClaimValues(values, dropped);
}
