type ResolverProblemCode =
  | 'type-unknown'
  | 'resolver-double'
  | 'resolver-missing'
  | 'resolver-not-static'
  | 'resolve-missing'
  | 'resolver-is-controller';

export interface ResolverProblem {
  readonly code: ResolverProblemCode;
  /** The class. */
  readonly where: string;
  /** What is wrong and how to mend it. */
  readonly message: string;
}

/** Stops the start, with every problem of `@ResolvesResource` at once. */
export class ResolverAuditError extends Error {
  readonly code = 'resource-resolvers-wrong';

  constructor(readonly problems: readonly ResolverProblem[]) {
    super(
      `resources cannot be resolved:\n${problems.map(({ where, message }) => `- ${where}: ${message}`).join('\n')}`,
    );
    this.name = 'ResolverAuditError';
  }
}
