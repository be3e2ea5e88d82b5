import { ChainMap } from './chain-map.js';
import type { Entry } from './entry.js';

/**
 * Entries found by a literal text that a value must begin with, end with or hold, one map for each length of that text.
 * A value costs one look-up for each length in use (and position, where the literal may stand anywhere).
 */
export class LiteralTable {
  readonly #byLength = new Map<number, ChainMap>();

  constructor(readonly place: 'head' | 'tail' | 'inside') {}

  add(literal: string, entry: Entry): void {
    let table = this.#byLength.get(literal.length);
    if (table === undefined) this.#byLength.set(literal.length, (table = new ChainMap()));
    table.add(literal, entry);
  }

  remove(literal: string, entry: Entry): void {
    const table = this.#byLength.get(literal.length);
    table?.remove(literal, entry);
    if (table?.size === 0) this.#byLength.delete(literal.length);
  }

  /** Calls back once for each entry whose literal the value has at the right place. */
  each(value: string, found: (entry: Entry) => void): void {
    for (const [length, table] of this.#byLength) {
      if (length > value.length) continue;
      if (this.place === 'head') eachOf(table.first(value.slice(0, length)), found);
      else if (this.place === 'tail') eachOf(table.first(value.slice(value.length - length)), found);
      else for (const literal of windows(value, length)) eachOf(table.first(literal), found);
    }
  }
}

function eachOf(first: Entry | undefined, found: (entry: Entry) => void): void {
  for (let entry = first; entry !== undefined; entry = entry.next) found(entry);
}

/** The different texts of this length inside the value. */
function windows(value: string, length: number): Set<string> {
  const texts = new Set<string>();
  for (let at = 0; at + length <= value.length; at++) texts.add(value.slice(at, at + length));
  return texts;
}
