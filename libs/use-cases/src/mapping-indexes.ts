import { MappingIndex, type SourceKey } from '@idp-roles/mapping';
import type { RoleMappingReader } from '@idp-roles/store';

interface Compiled {
  readonly index: MappingIndex;
  version: number;
}

/**
 * The compiled mappings of each (organization, source), kept between sign-ins and brought up to date in place (M11).
 * Only ask it in a transaction that writes no mappings: what it read of an uncommitted edit would outlive a rollback.
 */
export class MappingIndexes {
  readonly #compiled = new Map<string, Compiled>();

  /** At most `max` sources are kept; the one asked for longest ago goes first. */
  constructor(private readonly max: number = 1_000) {}

  async of(mappings: RoleMappingReader, organization: string, source: SourceKey): Promise<MappingIndex> {
    const key = `${organization} ${source}`;
    const compiled = this.#compiled.get(key) ?? { index: new MappingIndex(), version: 0 };
    const changes = await mappings.changedSince(organization, source, compiled.version);
    // Another sign-in may have caught up further while this one read: never step back.
    if (changes.version > compiled.version) {
      for (const { mapping } of changes.changed) compiled.index.set(mapping);
      for (const id of changes.deleted) compiled.index.delete(id);
      compiled.version = changes.version;
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
