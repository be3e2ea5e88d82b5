import { MappingIndex, type SourceKey } from '@idp-roles/mapping';
import type { RoleMappingReader } from '@idp-roles/store';

interface Compiled {
  readonly index: MappingIndex;
  /** Of the mappings it has caught up with. */
  version: number;
  /** Of the organization's rules when it did. */
  rules: number;
}

/**
 * The compiled mappings of each (organization, source), kept between syncs and brought up to date in place (M11). As long as the rules
 * stay at one version the store is not asked. Only ask it in a transaction that holds the rules and writes no mappings.
 */
export class MappingIndexes {
  readonly #compiled = new Map<string, Compiled>();

  /** At most `max` sources are kept; the one asked for longest ago goes first. */
  constructor(private readonly max: number) {}

  async of(
    mappings: RoleMappingReader,
    organization: string,
    source: SourceKey,
    rules: number,
  ): Promise<MappingIndex> {
    const key = `${organization} ${source}`;
    const compiled = this.#compiled.get(key) ?? { index: new MappingIndex(), version: 0, rules: -1 };
    if (compiled.rules !== rules) {
      const changes = await mappings.changedSince(organization, source, compiled.version);
      // Another sync may have caught up further while this one read: never step back.
      if (changes.version > compiled.version) {
        for (const { mapping } of changes.changed) compiled.index.set(mapping);
        for (const id of changes.deleted) compiled.index.delete(id);
        compiled.version = changes.version;
      }
      compiled.rules = Math.max(compiled.rules, rules);
    }
    this.#keep(key, compiled);
    return compiled.index;
  }

  #keep(key: string, compiled: Compiled): void {
    this.#compiled.delete(key);
    this.#compiled.set(key, compiled);
    if (this.#compiled.size <= this.max) return;
    const [oldest] = this.#compiled.keys();
    if (oldest !== undefined) this.#compiled.delete(oldest);
  }
}
