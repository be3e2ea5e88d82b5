import type { Claim, Claims, ClaimValue } from './claims.js';

/** Deeper levels carry no values a mapping could reach in practice; they are kept as null. */
const deepest = 32;

/**
 * Claims as text, to keep and to hash: equal for equal claims, whatever the order of names, of object members
 * and of the scalars in a list. `claimsFromStored` reads it back with FriendlyNames and markers.
 */
export function claimsToJson(claims: Claims): string {
  const names = [...claims.byName.values()].toSorted((one, other) => compare(one.name, other.name));
  const incomplete = [...claims.incomplete].toSorted(([one], [other]) => compare(one, other));
  return JSON.stringify({
    v: 1,
    claims: names.map(({ name, value, friendlyName }) =>
      friendlyName === undefined ? [name, canonical(value, 0)] : [name, canonical(value, 0), friendlyName],
    ),
    ...(incomplete.length > 0 && { incomplete }),
    ...(claims.partial !== undefined && { partial: claims.partial }),
  });
}

/** The reverse of `claimsToJson`; `undefined` for a text that it did not write. */
export function claimsFromStored(text: string): Claims | undefined {
  let stored: unknown;
  try {
    stored = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isRecord(stored) || stored['v'] !== 1 || !Array.isArray(stored['claims'])) return undefined;
  const byName = new Map<string, Claim>();
  for (const row of stored['claims'] as unknown[]) {
    if (!Array.isArray(row) || typeof row[0] !== 'string') return undefined;
    const [name, value, friendlyName] = row as [string, ClaimValue, unknown];
    byName.set(name, typeof friendlyName === 'string' ? { name, value, friendlyName } : { name, value });
  }
  const incomplete = new Map<string, string>();
  const markers: unknown = stored['incomplete'] ?? [];
  if (!Array.isArray(markers)) return undefined;
  for (const row of markers as unknown[]) {
    if (!Array.isArray(row) || typeof row[0] !== 'string' || typeof row[1] !== 'string') return undefined;
    incomplete.set(row[0], row[1]);
  }
  const partial = stored['partial'];
  return typeof partial === 'string' ? { byName, incomplete, partial } : { byName, incomplete };
}

function canonical(value: unknown, depth: number): unknown {
  if (typeof value === 'bigint') return String(value);
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (typeof value !== 'object' || value === null) return value ?? null;
  if (depth >= deepest) return null;
  if (Array.isArray(value)) {
    const items = value.map((item) => canonical(item, depth + 1));
    return items.every(isScalar) ? items.toSorted(compareScalars) : items;
  }
  const inside = value as Record<string, unknown>;
  // fromEntries defines members, so that `__proto__` stays one.
  return Object.fromEntries(
    Object.keys(inside)
      .toSorted(compare)
      .map((name) => [name, canonical(inside[name], depth + 1)]),
  );
}

function isScalar(value: unknown): boolean {
  return typeof value !== 'object' || value === null;
}

function compareScalars(one: unknown, other: unknown): number {
  return compare(typeof one, typeof other) || compare(String(one), String(other));
}

function compare(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
