import { randomBytes } from 'node:crypto';

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

const EACH = 16;
/** Drawn for many ids at once: the draw takes longer than all else about an id. */
let drawn = Buffer.alloc(0) as Buffer;
let used = 0;

/** 16 characters of 5 bits: 80 bits, unguessable enough for an id, never a secret. */
function random(): string {
  if (used === drawn.length) [drawn, used] = [randomBytes(EACH * 64), 0];
  let id = '';
  for (const end = used + EACH; used < end; used++) id += ALPHABET[(drawn[used] ?? 0) & 31];
  return id;
}

export type IdKind =
  'con' | 'dir' | 'usr' | 'grp' | 'mem' | 'map' | 'rol' | 'gra' | 'aud' | 'tra' | 'tok' | 'job';

/** `org_<16>`. */
export function newOrganizationId(): string {
  return `org_${random()}`;
}

/** `<kind>_<organization's 16>_<16>`: carries its organization, so that every look-up knows its shard (D2). */
export function newId(kind: IdKind, organization: string): string {
  return `${kind}_${organization.slice(4)}_${random()}`;
}

/** Like `newId`, but ids of one process sort by the instant given (ms). */
export function newTimedId(kind: IdKind, organization: string, at: number): string {
  let time = '';
  for (let rest = at, i = 0; i < 9; i++, rest = Math.floor(rest / 32)) time = ALPHABET[rest % 32] + time;
  return `${kind}_${organization.slice(4)}_${time}${random().slice(0, 10)}`;
}

/** The organization an id carries; undefined where it is no id of ours. Says nothing on whether either exists. */
export function organizationOf(id: string): string | undefined {
  const match = /^[a-z]{3}_([0-9a-z]{16})_[0-9a-z]{16,19}$/.exec(id);
  return match ? `org_${match[1]}` : undefined;
}
