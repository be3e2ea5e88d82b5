import type { ClaimReference } from './claim-reference.js';
import type { Claim, Claims, ClaimValue } from './claims.js';
import type { Evidence } from './evaluation.js';

/** Where a mapping's claim led to. `incomplete` may still hold the values that were sent. */
export interface FoundClaim {
  readonly state: 'present' | 'absent' | 'incomplete';
  readonly name: string;
  readonly via: Evidence['via'];
  readonly value: ClaimValue | undefined;
  /** What said that the claim is incomplete. */
  readonly marker?: string;
}

/**
 * M2: literal Name, alias, FriendlyName, dotted path; the first kind that exists, or is known to be incomplete, is the answer.
 * Where two attributes share a FriendlyName, the one whose Name sorts first is read, whatever their order in the assertion.
 */
export function lookUp(claims: Claims, reference: ClaimReference): FoundClaim {
  const named = byName(claims, reference.claim, 'name');
  if (named !== undefined) return named;
  for (const alias of reference.aliases) {
    const found = byName(claims, alias, 'alias');
    if (found !== undefined) return found;
  }
  const befriended = friendlyNames(claims).get(reference.claim);
  if (befriended !== undefined) return at(claims, befriended, 'friendly-name');
  const reached = reference.path === undefined ? undefined : byPath(claims, reference.path);
  if (reached !== undefined) return reached;
  if (claims.partial === undefined) return absent(reference.claim);
  return { ...absent(reference.claim), state: 'incomplete', marker: claims.partial };
}

function absent(claim: string): FoundClaim {
  return { state: 'absent', name: claim, via: 'name', value: undefined };
}

function byName(claims: Claims, name: string, via: FoundClaim['via']): FoundClaim | undefined {
  const claim = claims.byName.get(name);
  if (claim !== undefined) return at(claims, claim, via);
  const marker = claims.incomplete.size === 0 ? undefined : claims.incomplete.get(name);
  return marker === undefined ? undefined : { state: 'incomplete', name, via, value: undefined, marker };
}

function at(claims: Claims, claim: Claim, via: FoundClaim['via']): FoundClaim {
  const { name, value } = claim;
  const marker = claims.incomplete.size === 0 ? undefined : claims.incomplete.get(name);
  return marker === undefined
    ? { state: 'present', name, via, value }
    : { state: 'incomplete', name, via, value, marker };
}

function byPath(claims: Claims, path: readonly string[]): FoundClaim | undefined {
  const root = byName(claims, path[0] ?? '', 'path');
  if (root === undefined) return undefined;
  let value = root.value;
  for (const segment of path.slice(1)) {
    const inside: { readonly [name: string]: ClaimValue } | undefined =
      typeof value === 'object' && value !== null && !isList(value) ? value : undefined;
    value = inside !== undefined && Object.hasOwn(inside, segment) ? inside[segment] : undefined;
  }
  return value === undefined && root.state === 'present' ? undefined : { ...root, value };
}

function isList(value: object): value is readonly ClaimValue[] {
  return Array.isArray(value);
}

const noNames: ReadonlyMap<string, Claim> = new Map();
const friendly = new WeakMap<Claims, ReadonlyMap<string, Claim>>();

function friendlyNames(claims: Claims): ReadonlyMap<string, Claim> {
  const known = friendly.get(claims);
  if (known !== undefined) return known;
  let names: Map<string, Claim> | undefined;
  for (const claim of claims.byName.values()) {
    if (claim.friendlyName === undefined) continue;
    names ??= new Map();
    const other = names.get(claim.friendlyName);
    if (other === undefined || claim.name < other.name) names.set(claim.friendlyName, claim);
  }
  friendly.set(claims, names ?? noNames);
  return names ?? noNames;
}
