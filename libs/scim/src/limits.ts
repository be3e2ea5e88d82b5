/** What one request may hold. The HTTP edge limits bytes; these limit what bytes can be made to cost. */
export const limits = {
  /** Characters of a filter or a path. */
  filterLength: 8192,
  /** Comparisons of a filter: an IdP asks by one or two. Each is a part of a statement, and one of a member or an e-mail a subquery. */
  filterTerms: 32,
  /** Of them, those on texts that no index answers (all but `eq` and `sw`, and what is within `not`): each looks at a whole directory. */
  filterScans: 5,
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
  /**
   * Characters of a user, written as JSON: all of it is read, copied and stored again at each change. Room for a few certificates and a
   * hundred values of each kind.
   */
  userSize: 256 * 1024,
  patchOperations: 1000,
  /**
   * Characters of values that the operations of a PATCH may go over, while the user's row is locked. 1 000 operations on a list of 100
   * short values are within it; operations on a large user are not many.
   */
  patchWork: 64 * 1024 * 1024,
  /** Members named in one request. */
  members: 100_000,
  /** Names in `attributes` or `excludedAttributes`. */
  projectedNames: 200,
  pageSize: 1000,
  defaultPageSize: 100,
} as const;
