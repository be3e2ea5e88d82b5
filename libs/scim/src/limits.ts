/** What one request may hold. The HTTP edge limits bytes; these limit what bytes can be made to cost. */
export const limits = {
  /** Characters of a filter or a path. */
  filterLength: 8192,
  /** Brackets and parentheses within each other. */
  filterDepth: 32,
  /** Characters of a simple attribute, unless its schema says otherwise. */
  text: 1024,
  /** Values of a multi-valued attribute. */
  values: 100,
  /** Extensions of schemas that are not ours: how many, how deep, and how many values in all. */
  extensions: 10,
  extensionDepth: 4,
  extensionValues: 500,
  patchOperations: 1000,
  /** Members named in one request. */
  members: 100_000,
  /** Names in `attributes` or `excludedAttributes`. */
  projectedNames: 200,
  pageSize: 1000,
  defaultPageSize: 100,
} as const;
