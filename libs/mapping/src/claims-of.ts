import type { Claim, Claims, ClaimValue } from './claims.js';
import { overageMarkers } from './overage.js';

/** What only the caller knows about completeness; the IdP's own markers are found without it. */
export interface ClaimsOptions {
  /** Name → marker of claims that did not arrive whole. */
  readonly incomplete?: ReadonlyMap<string, string>;
  /** Why everything absent is unknown, e.g. `userinfo-failed`. */
  readonly partial?: string;
}

/** A SAML attribute as its protocol library read it; `values` are the texts of its AttributeValues. */
export interface SamlAttribute {
  readonly name: string;
  readonly friendlyName?: string;
  readonly values: readonly ClaimValue[];
}

/**
 * Claims of a JSON object: an ID token's or UserInfo's claims, a preview's body. Takes any parsed JSON, at any depth and size, and never throws.
 * A name with `undefined`, a function or a symbol is absent; null is present without a value.
 */
export function claimsOf(json: Readonly<Record<string, unknown>>, options: ClaimsOptions = {}): Claims {
  const byName = new Map<string, Claim>();
  for (const name of Object.keys(json)) {
    const value = jsonValue(json[name]);
    if (value !== undefined) byName.set(name, { name, value });
  }
  return withMarkers(byName, options);
}

/** Claims of SAML attributes. Only identical Names are merged; the first FriendlyName given for a Name is kept. */
export function claimsOfAttributes(attributes: Iterable<SamlAttribute>, options: ClaimsOptions = {}): Claims {
  const merged = new Map<string, { friendlyName?: string; value: ClaimValue[] }>();
  for (const { name, friendlyName, values } of attributes) {
    let claim = merged.get(name);
    if (claim === undefined) merged.set(name, (claim = { value: [] }));
    if (friendlyName !== undefined) claim.friendlyName ??= friendlyName;
    for (const value of values) claim.value.push(value);
  }
  const byName = new Map<string, Claim>();
  for (const [name, claim] of merged) byName.set(name, { name, ...claim });
  return withMarkers(byName, options);
}

/** The same claims with one that was fetched whole in another way: its marker is gone. For a ClaimsCompleter (M9). */
export function completeClaim(claims: Claims, name: string, value: ClaimValue): Claims {
  const incomplete = new Map(claims.incomplete);
  incomplete.delete(name);
  return { ...claims, byName: new Map(claims.byName).set(name, { name, value }), incomplete };
}

function withMarkers(byName: Map<string, Claim>, { incomplete, partial }: ClaimsOptions): Claims {
  const markers = overageMarkers(byName);
  if (incomplete !== undefined) for (const [name, marker] of incomplete) markers.set(name, marker);
  return partial === undefined ? { byName, incomplete: markers } : { byName, incomplete: markers, partial };
}

function jsonValue(value: unknown): ClaimValue | undefined {
  if (typeof value === 'bigint') return String(value);
  if (value === undefined || typeof value === 'function' || typeof value === 'symbol') return undefined;
  return value as ClaimValue;
}
