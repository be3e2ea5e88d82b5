type Json = Readonly<Record<string, unknown>>;

/** What speaks of the token and not of the person; it differs each time, and equal people should give equal claims. */
const ENVELOPE = new Set(
  'exp iat nbf jti nonce at_hash c_hash s_hash auth_time sid _claim_sources uti rh aio'.split(' '),
);

/**
 * The ID token's claims completed by UserInfo's: what the token says stands. A verification is only taken together with what was
 * verified, and pointers to claims that are elsewhere add up.
 */
export function completeClaims(idToken: Json, userInfo: Json = {}): Record<string, unknown> {
  const merged = new Map(Object.entries(idToken));
  for (const [name, value] of Object.entries(userInfo)) {
    if (!merged.has(name)) merged.set(name, value);
    else if (name === '_claim_names') merged.set(name, union(merged.get(name), value));
  }
  if (!Object.hasOwn(idToken, 'email_verified') && !sameEmail(idToken, userInfo))
    merged.delete('email_verified');
  for (const name of ENVELOPE) merged.delete(name);
  // fromEntries defines members, so that a claim named `__proto__` stays one.
  return Object.fromEntries(merged);
}

function sameEmail(idToken: Json, userInfo: Json): boolean {
  return !Object.hasOwn(idToken, 'email') || idToken['email'] === userInfo['email'];
}

function union(one: unknown, other: unknown): unknown {
  if (!isObject(one)) return other;
  return isObject(other) ? { ...other, ...one } : one;
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
