import type { ResourceReference } from './resource-reference.js';
import type { Role } from './role.js';
import type { SnapshotGrant } from './snapshot.js';

/** What many grants have in common. */
interface Terms {
  readonly role: Role;
  /** Undefined: the organization. */
  readonly type: string | undefined;
  readonly source: string;
  readonly basis: SnapshotGrant['basis'];
}

/** Numbers of one grant: where its text begins, how much of that is the resource's id, its terms, the next one on the same resource. */
const WIDTH = 4;
const [TEXT, ID_LENGTH, TERMS, NEXT] = [0, 1, 2, 3] as const;
const NONE = -1;

/**
 * Grants in one text and one array of numbers, found by resource: a member with very many costs tens of bytes for each, not
 * hundreds. Grants come out in the order in which they went in.
 */
export class PackedGrants {
  readonly #terms: readonly Terms[];
  readonly #text: string;
  readonly #prefix: string;
  readonly #numbers: Int32Array;
  /** Open addressing, by resource: the first of its grants, and beside it the hash, so that what is not held is known by that alone. */
  readonly #table: Int32Array;
  readonly #ends: ReadonlyMap<number, number> | undefined;
  readonly length: number;

  constructor(grants: readonly SnapshotGrant[], roleById: (id: string) => Role | undefined) {
    this.length = grants.length;
    this.#prefix = commonPrefix(grants);
    this.#numbers = new Int32Array(grants.length * WIDTH);
    const size = 2 ** Math.ceil(Math.log2(Math.max(1, grants.length) * 1.3 + 1));
    this.#table = new Int32Array(size * 2).fill(NONE);
    const terms = new TermsList();
    const texts: string[] = [];
    const ends = new Map<number, number>();
    let at = 0;
    grants.forEach((grant, place) => {
      const role = roleById(grant.role);
      if (role === undefined) throw new Error(`grant \`${grant.id}\` is of no role that is known`);
      const id = grant.resource?.id ?? '';
      const own = grant.id.slice(this.#prefix.length);
      texts.push(id, own);
      this.#numbers.set([at, id.length, terms.of(grant, role), NONE], place * WIDTH);
      at += id.length + own.length;
      if (grant.expiresAt !== undefined) ends.set(place, grant.expiresAt);
    });
    this.#terms = terms.all;
    this.#text = texts.join('');
    this.#ends = ends.size > 0 ? ends : undefined;
    grants.forEach(({ resource }, place) => resource && this.#enter(resource, place));
  }

  at(place: number): SnapshotGrant {
    const { role, type, source, basis } = this.#termsAt(place);
    const begin = this.#number(place, TEXT);
    const idEnd = begin + this.#number(place, ID_LENGTH);
    const end = place + 1 < this.length ? this.#number(place + 1, TEXT) : this.#text.length;
    const expiresAt = this.#ends?.get(place);
    return {
      id: this.#prefix + this.#text.slice(idEnd, end),
      role: role.id,
      ...(type !== undefined && { resource: { type, id: this.#text.slice(begin, idEnd) } }),
      ...(expiresAt !== undefined && { expiresAt }),
      source,
      basis,
    };
  }

  roleAt(place: number): Role {
    return this.#termsAt(place).role;
  }

  expiresAt(place: number): number | undefined {
    return this.#ends?.get(place);
  }

  /** The first grant on it; -1 where there is none. */
  first({ type, id }: ResourceReference): number {
    return this.#table[this.#slotOf(type, id, hashOf(id))] ?? NONE;
  }

  /** The next grant on the same resource; -1 where there is none. */
  next(place: number): number {
    return this.#number(place, NEXT);
  }

  #enter({ type, id }: ResourceReference, place: number): void {
    const hash = hashOf(id);
    const slot = this.#slotOf(type, id, hash);
    let last = this.#table[slot] ?? NONE;
    if (last === NONE) {
      this.#table[slot] = place;
      this.#table[slot + 1] = hash;
      return;
    }
    while (this.next(last) !== NONE) last = this.next(last);
    this.#numbers[last * WIDTH + NEXT] = place;
  }

  /** Where it is, or would be. */
  #slotOf(type: string, id: string, hash: number): number {
    const table = this.#table;
    const mask = table.length - 1;
    for (let slot = (hash << 1) & mask; ; slot = (slot + 2) & mask) {
      const place = table[slot] as number;
      if (place === NONE || (table[slot + 1] === hash && this.#isOn(place, type, id))) return slot;
    }
  }

  #isOn(place: number, type: string, id: string): boolean {
    return (
      this.#number(place, ID_LENGTH) === id.length &&
      this.#text.startsWith(id, this.#number(place, TEXT)) &&
      this.#termsAt(place).type === type
    );
  }

  #termsAt(place: number): Terms {
    return this.#terms[this.#number(place, TERMS)] as Terms;
  }

  #number(place: number, which: number): number {
    return this.#numbers[place * WIDTH + which] as number;
  }
}

class TermsList {
  readonly all: Terms[] = [];
  readonly #known = new Map<string, number>();

  of({ resource, source, basis }: SnapshotGrant, role: Role): number {
    const key = JSON.stringify([role.id, resource?.type, source, basis]);
    const known = this.#known.get(key) ?? this.all.push({ role, type: resource?.type, source, basis }) - 1;
    this.#known.set(key, known);
    return known;
  }
}

function commonPrefix(grants: readonly SnapshotGrant[]): string {
  let prefix = grants[0]?.id ?? '';
  for (const { id } of grants) {
    let same = 0;
    while (same < prefix.length && prefix[same] === id[same]) same += 1;
    prefix = prefix.slice(0, same);
  }
  return prefix;
}

const [SEED = 0, STEP = 0] = crypto.getRandomValues(new Int32Array(2));
/** Odd: no bit is lost by multiplying. */
const FACTOR = STEP | 1;

/**
 * Keyed by the process in every step: ids are chosen by whoever registers resources, and nobody can choose ones that all
 * fall on one slot. The shift carries what the multiplication moved up back down.
 */
function hashOf(id: string): number {
  let hash = SEED;
  for (let at = 0; at < id.length; at += 1) {
    hash = Math.imul(hash ^ id.charCodeAt(at), FACTOR) + SEED;
    hash ^= hash >>> 15;
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x45d9f3b);
  return hash ^ (hash >>> 16);
}
