import type { Entry } from './entry.js';
import { LiteralTable } from './literal-table.js';

/** Letters of an inner piece that are looked up; the rest is left to the matcher, so that a long value stays cheap. */
const insideLength = 3;

/**
 * Prefixes and globs, each found by the literal text that tells it apart best: the longest of its beginning, its end and
 * the first letters of a piece between two `*`. What is found has still to be asked whether it matches.
 */
export class PatternTable {
  readonly #heads = new LiteralTable('head');
  readonly #tails = new LiteralTable('tail');
  readonly #insides = new LiteralTable('inside');
  /** Globs of stars only. */
  #everything: Entry | undefined;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(entry: Entry): void {
    this.#size++;
    const place = this.#place(entry);
    if (place === undefined) this.#everything = entry.before(this.#everything);
    else place.table.add(place.literal, entry);
  }

  remove(entry: Entry): void {
    this.#size--;
    const place = this.#place(entry);
    if (place === undefined) this.#everything = entry.takenFrom(this.#everything);
    else place.table.remove(place.literal, entry);
  }

  each(value: string, found: (entry: Entry) => void): void {
    this.#heads.each(value, found);
    this.#tails.each(value, found);
    this.#insides.each(value, found);
    for (let entry = this.#everything; entry !== undefined; entry = entry.next) found(entry);
  }

  #place({ main }: Entry): { table: LiteralTable; literal: string } | undefined {
    const pieces = main.glob?.pieces ?? [main.needle ?? ''];
    const head = pieces[0] ?? '';
    const tail = pieces.length > 1 ? (pieces.at(-1) ?? '') : '';
    if (head.length >= tail.length && head !== '') return { table: this.#heads, literal: head };
    if (tail !== '') return { table: this.#tails, literal: tail };
    const inside = pieces.find((piece) => piece !== '');
    return inside === undefined
      ? undefined
      : { table: this.#insides, literal: inside.slice(0, insideLength) };
  }
}
