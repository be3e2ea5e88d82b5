type AuditProblemCode =
  | 'public-and-required'
  | 'param-not-in-path'
  | 'binding-elsewhere'
  | 'binding-missing'
  | 'requirement-unknown'
  | 'requirement-lost'
  | 'guard-never-runs';

/** A declaration that would not do what it says. */
export interface AuditProblem {
  readonly code: AuditProblemCode;
  /** `Class` or `Class.method`. */
  readonly where: string;
  /** What is wrong and how to mend it. */
  readonly message: string;
}

/** Stops the start, with every problem at once. */
export class AccessAuditError extends Error {
  readonly code = 'access-audit-failed';

  constructor(readonly problems: readonly AuditProblem[]) {
    super(
      `access declarations would not do what they say:\n${problems
        .map(({ where, message }) => `- ${where}: ${message}`)
        .join('\n')}`,
    );
    this.name = 'AccessAuditError';
  }
}
