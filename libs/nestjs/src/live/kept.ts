import { StoreError } from '@idp-roles/store';
import { LRUCache } from 'lru-cache';

/** A read that took longer, and that no feed confirms, may have missed a change for too long: with what the feed may be behind, 2 s (A7). */
const READ_MS = 800;
const MOST_READS = 4;

/** A read under way. A change of what it reads makes it begin again: whoever joins later sees that change. */
interface Fill<Value> {
  done: Promise<Value | undefined>;
  stale: boolean;
}

/**
 * What was read, by organization and key, until it is dropped. Nothing is answered from memory while `isCurrent` says no;
 * what was read before it was dropped is not kept. Changes of other keys disturb nobody's read, so that a busy
 * organization does not starve its own guards; a key that changes all the time is read and not kept.
 */
export class Kept<Value extends object> {
  readonly #values: LRUCache<string, Value>;
  readonly #filling = new Map<string, Fill<Value>>();
  /** Of what is kept. */
  readonly #keys = new Map<string, Set<string>>();

  constructor(
    max: number,
    private readonly isCurrent: () => boolean | Promise<boolean>,
  ) {
    this.#values = new LRUCache({ max, dispose: (_, key) => this.#leave(key) });
  }

  /** Not kept where it is undefined. Rejects with what `read` does, and with `store-unavailable` where its answer comes too late to be true. */
  async get(
    organization: string,
    name: string,
    read: () => Promise<Value | undefined>,
  ): Promise<Value | undefined> {
    const key = keyOf(organization, name);
    const current = this.isCurrent();
    if (current === true || (await current)) {
      const kept = this.#values.get(key);
      if (kept) return kept;
    }
    return (this.#filling.get(key) ?? this.#fill(key, read)).done;
  }

  drop(organization: string, name: string): void {
    this.#drop(keyOf(organization, name));
  }

  dropAll(organization: string): void {
    const prefix = keyOf(organization, '');
    for (const [key, fill] of this.#filling) if (key.startsWith(prefix)) fill.stale = true;
    for (const key of this.#keys.get(organization) ?? []) this.#values.delete(key);
  }

  clear(): void {
    for (const fill of this.#filling.values()) fill.stale = true;
    this.#values.clear();
  }

  #fill(key: string, read: () => Promise<Value | undefined>): Fill<Value> {
    const fill: Fill<Value> = { stale: false, done: Promise.resolve(undefined) };
    this.#filling.set(key, fill);
    fill.done = this.#read(fill, key, read).finally(() => this.#leaveTo(key, fill));
    return fill;
  }

  async #read(
    fill: Fill<Value>,
    key: string,
    read: () => Promise<Value | undefined>,
  ): Promise<Value | undefined> {
    const asked = performance.now();
    for (let reads = 1; ; reads++) {
      fill.stale = false;
      const began = performance.now();
      // This one is answered whatever changes meanwhile; whoever asks from now on begins another.
      const last = reads === MOST_READS;
      if (last) this.#leaveTo(key, fill);
      const value = await read();
      const inTime = performance.now() - began <= READ_MS || (await this.isCurrent());
      if (!inTime) {
        if (last || performance.now() - asked > 2 * READ_MS) throw tooLate();
        continue;
      }
      if (last) return value;
      if (fill.stale) continue;
      if (value) this.#keep(key, value);
      return value;
    }
  }

  #keep(key: string, value: Value): void {
    this.#values.set(key, value);
    const organization = organizationOf(key);
    const keys = this.#keys.get(organization);
    if (keys) keys.add(key);
    else this.#keys.set(organization, new Set([key]));
  }

  #drop(key: string): void {
    this.#values.delete(key);
    const fill = this.#filling.get(key);
    if (fill) fill.stale = true;
  }

  #leave(key: string): void {
    const organization = organizationOf(key);
    const keys = this.#keys.get(organization);
    keys?.delete(key);
    if (keys?.size === 0) this.#keys.delete(organization);
  }

  #leaveTo(key: string, fill: Fill<Value>): void {
    if (this.#filling.get(key) === fill) this.#filling.delete(key);
  }
}

/** The ids of organizations are ours: no `/` in them. */
function keyOf(organization: string, name: string): string {
  return `${organization}/${name}`;
}

function organizationOf(key: string): string {
  return key.slice(0, key.indexOf('/'));
}

function tooLate(): StoreError {
  return new StoreError(
    'store-unavailable',
    'the store answers too slowly to know what changed since it was asked',
  );
}
