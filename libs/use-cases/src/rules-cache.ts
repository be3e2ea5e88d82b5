import type { StoreTransaction } from '@idp-roles/store';
import type { UseCaseModel } from './use-case-model.js';
import { MappingIndexes } from './mapping-indexes.js';
import { readRuleFacts, type RuleFacts, type Rules } from './rules.js';

interface Kept {
  readonly version: number;
  readonly facts: RuleFacts;
}

/**
 * The rules of each organization as last read, by their version. Only ask it in a transaction that holds the rules at that version
 * (`holdRules`) and changes none of them: what it read of an uncommitted edit would outlive a rollback.
 */
export class RulesCache {
  readonly #kept = new Map<string, Kept>();
  readonly #indexes: MappingIndexes;

  /** At most `max` organizations, and compiled sources, are kept; the one asked for longest ago goes first. */
  constructor(private readonly max: number = 1_000) {
    this.#indexes = new MappingIndexes(max);
  }

  /** Errors: `organization-not-found`. */
  async of(model: UseCaseModel, tx: StoreTransaction, organization: string, version: number): Promise<Rules> {
    const known = this.#kept.get(organization);
    const facts = known?.version === version ? known.facts : await readRuleFacts(model, tx, organization);
    this.#keep(organization, { version, facts });
    return {
      ...facts,
      version,
      index: (source) => this.#indexes.of(tx.mappings, organization, source, version),
    };
  }

  #keep(organization: string, kept: Kept): void {
    this.#kept.delete(organization);
    this.#kept.set(organization, kept);
    if (this.#kept.size <= this.max) return;
    const [oldest] = this.#kept.keys();
    if (oldest !== undefined) this.#kept.delete(oldest);
  }
}
