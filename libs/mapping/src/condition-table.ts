import { ChainMap } from './chain-map.js';
import { captured, firstValue } from './condition.js';
import { emailDomain } from './domain.js';
import type { Entry } from './entry.js';
import { foldCase } from './letter-case.js';
import { PatternTable } from './pattern-table.js';

/** Told of each entry whose own condition a value meets. `captures` are a glob's. */
export interface Hits {
  hit(entry: Entry, value: string, captures?: readonly string[]): void;
}

/** The enabled mappings of one claim and one `split`, by what their values must be. An edit touches the one place of its mapping. */
export class ConditionTable {
  readonly #exact = new ChainMap();
  readonly #exactAnyCase = new ChainMap();
  readonly #domains = new ChainMap();
  readonly #patterns = new PatternTable();
  readonly #patternsAnyCase = new PatternTable();
  #present: Entry | undefined;

  add(entry: Entry): void {
    const { needle, match } = entry.main;
    if (needle === undefined) return;
    if (match === 'present') {
      this.#present = entry.before(this.#present);
      return;
    }
    const keyed = this.#keyed(entry);
    if (keyed === undefined) this.#pattern(entry).add(entry);
    else keyed.add(needle, entry);
  }

  remove(entry: Entry): void {
    const { needle, match } = entry.main;
    if (needle === undefined) return;
    if (match === 'present') {
      this.#present = entry.takenFrom(this.#present);
      return;
    }
    const keyed = this.#keyed(entry);
    if (keyed === undefined) this.#pattern(entry).remove(entry);
    else keyed.remove(needle, entry);
  }

  match(values: readonly string[], hits: Hits): void {
    if (values.length === 0) return;
    if (this.#exact.size > 0) {
      for (const value of values) eachHit(this.#exact.first(value), value, hits);
    }
    if (this.#exactAnyCase.size > 0) {
      for (const value of values) eachHit(this.#exactAnyCase.first(foldCase(value)), value, hits);
    }
    if (this.#domains.size > 0) {
      for (const value of values) eachHit(this.#domains.first(emailDomain(value) ?? ''), value, hits);
    }
    if (this.#patterns.size > 0) {
      for (const value of values) this.#patterns.each(value, (entry) => hitIfCaptured(entry, value, hits));
    }
    if (this.#patternsAnyCase.size > 0) {
      for (const value of values) {
        this.#patternsAnyCase.each(foldCase(value), (entry) => hitIfCaptured(entry, value, hits));
      }
    }
    if (this.#present !== undefined) eachHit(this.#present, firstValue(values), hits);
  }

  #keyed({ main }: Entry): ChainMap | undefined {
    if (main.match === 'email-domain') return this.#domains;
    if (main.match !== 'exact') return undefined;
    return main.anyCase ? this.#exactAnyCase : this.#exact;
  }

  #pattern({ main }: Entry): PatternTable {
    return main.anyCase ? this.#patternsAnyCase : this.#patterns;
  }
}

function eachHit(first: Entry | undefined, value: string, hits: Hits): void {
  for (let entry = first; entry !== undefined; entry = entry.next) hits.hit(entry, value);
}

function hitIfCaptured(entry: Entry, value: string, hits: Hits): void {
  const captures = captured(entry.main, value);
  if (captures !== undefined) hits.hit(entry, value, captures);
}
