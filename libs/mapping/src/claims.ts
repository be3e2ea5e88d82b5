/** A claim's value as the IdP sent it, before M3 makes a list of strings of it. */
export type ClaimValue =
  string | number | boolean | null | readonly ClaimValue[] | { readonly [name: string]: ClaimValue };

/** One named statement of the IdP. SAML attributes of identical Name are merged into one before they get here. */
export interface Claim {
  readonly name: string;
  /** SAML only. */
  readonly friendlyName?: string;
  readonly value: ClaimValue;
}

/**
 * What the IdP said about a person: each name is present (possibly empty), absent or incomplete.
 * Names are data, `__proto__` among them, so they live in Maps.
 */
export interface Claims {
  readonly byName: ReadonlyMap<string, Claim>;
  /** Names whose values the IdP did not send whole, with the marker that says so (`_claim_names`, `hasgroups`, `groups.link`). Rule M9. */
  readonly incomplete: ReadonlyMap<string, string>;
  /** Set where everything that is absent is unknown, not empty: UserInfo was wanted and failed. Rule M9. */
  readonly partial?: string;
}
