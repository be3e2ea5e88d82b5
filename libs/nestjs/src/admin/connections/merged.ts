type Merged<Before, Changes> = Omit<Before, keyof Changes> & {
  [K in keyof Changes]: Exclude<Changes[K], null>;
};

/** `before` with `changes` over it; null forgets (RFC 7396, one level deep). */
export function merged<Before extends object, Changes extends object>(
  before: Before,
  changes: Changes,
): Merged<Before, Changes> {
  const entries = Object.entries({ ...before, ...defined(changes) });
  return Object.fromEntries(entries.filter(([, value]) => value !== null)) as Merged<Before, Changes>;
}

/** Without what is undefined. */
export function defined<T extends object>(fields: T): Partial<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<T>;
}
