import { Bucket } from './bucket.js';
import { Entry } from './entry.js';
import type { RoleMapping } from './role-mapping.js';

/** Sets of ids handed to evaluations since the last edit, by the claims they read. */
const keptSets = 16;

/**
 * The mappings of one source, compiled. An edit costs the same whatever their number (P2); what an evaluation
 * was given before an edit does not change with it.
 */
export class MappingIndex implements Iterable<RoleMapping> {
  readonly #entries = new Map<string, Entry>();
  /** One string for each role id, with how many mappings name it. */
  readonly #roles = new Map<string, { readonly id: string; mappings: number }>();
  readonly #buckets = new Map<string, Bucket>();
  #readers = new Map<string, ReadonlySet<string>>();

  constructor(mappings: Iterable<RoleMapping> = []) {
    for (const mapping of mappings) this.set(mapping);
  }

  get size(): number {
    return this.#entries.size;
  }

  get(id: string): RoleMapping | undefined {
    return this.#entries.get(id)?.mapping;
  }

  has(id: string): boolean {
    return this.#entries.has(id);
  }

  *[Symbol.iterator](): Generator<RoleMapping, undefined> {
    for (const { mapping } of this.#entries.values()) yield mapping;
  }

  /** Adds the mapping, or puts it in the place of the one with its id. */
  set(mapping: RoleMapping): this {
    this.delete(mapping.id);
    const entry = new Entry(mapping, this.#roleOf(mapping));
    this.#entries.set(mapping.id, entry);
    if (!entry.enabled) return this;
    for (const claim of entry.claims()) this.#bucket(claim).readers++;
    this.#bucket(entry.claim).add(entry);
    this.#forgetReaders();
    return this;
  }

  /** False where there was none with this id. */
  delete(id: string): boolean {
    const entry = this.#entries.get(id);
    if (entry === undefined) return false;
    this.#entries.delete(id);
    this.#leaveRole(entry.role);
    if (!entry.enabled) return true;
    this.#bucket(entry.claim).remove(entry);
    for (const claim of entry.claims()) {
      if (--this.#bucket(claim).readers === 0) this.#buckets.delete(claim);
    }
    this.#forgetReaders();
    return true;
  }

  /** One for each claim that an enabled mapping reads. */
  buckets(): Iterable<Bucket> {
    return this.#buckets.values();
  }

  bucket(claim: string): Bucket | undefined {
    return this.#buckets.get(claim);
  }

  /** Ids of the enabled mappings that read one of these claims. Worked out once between two edits, not at each sign-in. */
  readersOf(claims: readonly string[]): ReadonlySet<string> {
    const key = JSON.stringify(claims.toSorted());
    const known = this.#readers.get(key);
    if (known !== undefined) return known;
    const read = new Set(claims);
    const ids = new Set<string>();
    for (const entry of this.#entries.values()) {
      if (!entry.enabled) continue;
      if (read.has(entry.claim) || entry.also.some(({ condition }) => read.has(condition.claim)))
        ids.add(entry.id);
    }
    if (this.#readers.size >= keptSets) this.#readers = new Map();
    this.#readers.set(key, ids);
    return ids;
  }

  #forgetReaders(): void {
    if (this.#readers.size > 0) this.#readers = new Map();
  }

  #roleOf({ role }: RoleMapping): string {
    let known = this.#roles.get(role);
    if (known === undefined) this.#roles.set(role, (known = { id: role, mappings: 0 }));
    known.mappings++;
    return known.id;
  }

  #leaveRole(role: string): void {
    const known = this.#roles.get(role);
    if (known !== undefined && --known.mappings === 0) this.#roles.delete(role);
  }

  #bucket(claim: string): Bucket {
    let bucket = this.#buckets.get(claim);
    if (bucket === undefined) this.#buckets.set(claim, (bucket = new Bucket(claim)));
    return bucket;
  }
}
