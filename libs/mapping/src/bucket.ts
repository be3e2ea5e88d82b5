import type { ClaimReference } from './claim-reference.js';
import { claimReference } from './claim-reference.js';
import { claimValues, splitValues } from './claim-values.js';
import type { FoundClaim } from './claim-lookup.js';
import { ConditionTable, type Hits } from './condition-table.js';
import type { Entry } from './entry.js';

type Split = NonNullable<Entry['mapping']['split']>;

/** The enabled mappings that read one claim. */
export class Bucket {
  readonly reference: ClaimReference;
  /** How many mappings read the claim, as their own or as a further condition. */
  readers = 0;
  readonly #whole = new ConditionTable();
  readonly #split = new Map<Split, { table: ConditionTable; size: number }>();

  constructor(claim: string) {
    this.reference = claimReference(claim);
  }

  add(entry: Entry): void {
    const { split } = entry.mapping;
    if (split === undefined) return this.#whole.add(entry);
    let pieces = this.#split.get(split);
    if (pieces === undefined) this.#split.set(split, (pieces = { table: new ConditionTable(), size: 0 }));
    pieces.table.add(entry);
    pieces.size++;
  }

  remove(entry: Entry): void {
    const { split } = entry.mapping;
    if (split === undefined) return this.#whole.remove(entry);
    const pieces = this.#split.get(split);
    if (pieces === undefined) return;
    pieces.table.remove(entry);
    if (--pieces.size === 0) this.#split.delete(split);
  }

  match(found: FoundClaim, hits: Hits): void {
    const { values } = claimValues(found.value);
    this.#whole.match(values, hits);
    for (const [separator, { table }] of this.#split) table.match(splitValues(values, separator), hits);
  }
}
