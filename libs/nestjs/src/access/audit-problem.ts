type AuditProblemCode =
  | 'public-and-required'
  | 'param-not-in-path'
  | 'binding-elsewhere'
  | 'binding-missing'
  | 'requirement-unknown'
  | 'requirement-lost'
  | 'message-undeclared'
  | 'guard-never-runs';

/** A declaration that would not do what it says. */
export interface AuditProblem {
  readonly code: AuditProblemCode;
  /** `Class` or `Class.method`. */
  readonly where: string;
  /** What is wrong and how to mend it. */
  readonly message: string;
}

/** Of a declaration that no guard reads. */
export function neverRuns(
  where: string,
  fix = 'call `AccessService.require` inside, or move the decorator to the route',
): AuditProblem {
  const message = `Nest runs no guard here, so this protects nothing; ${fix}`;
  return { code: 'guard-never-runs', where, message };
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
