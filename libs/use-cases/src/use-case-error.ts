const kinds = {
  'organization-not-found': 'not-found',
  'connection-not-found': 'not-found',
  'mapping-not-found': 'not-found',
  'member-not-found': 'not-found',
  'assignment-not-found': 'not-found',
  'role-not-found': 'not-found',
  'resource-not-found': 'not-found',
  'session-not-found': 'not-found',
  'directory-not-found': 'not-found',
  'directory-user-not-found': 'not-found',
  'directory-group-not-found': 'not-found',
  'directory-token-not-found': 'not-found',
  'job-not-found': 'not-found',
  'permission-not-held': 'forbidden',
  'session-not-allowed': 'conflict',
  'last-holder': 'conflict',
  'status-owned-by-directory': 'conflict',
  'grant-owned-by-mapping': 'conflict',
  'grant-owned-by-default': 'conflict',
  'email-taken': 'conflict',
  'user-name-taken': 'conflict',
  'version-mismatch': 'conflict',
  'identity-conflict': 'conflict',
  'member-ambiguous': 'conflict',
  'too-many-tokens': 'conflict',
  'slug-taken': 'conflict',
  'domain-taken': 'conflict',
  'issuer-change-needs-relink': 'conflict',
  'resource-has-children': 'conflict',
  invalid: 'invalid',
  'role-missing': 'invalid',
  'role-not-grantable': 'invalid',
  'resource-missing': 'invalid',
  'domain-unproven': 'invalid',
  'required-claims-needed': 'invalid',
} as const;

export type UseCaseErrorCode = keyof typeof kinds;
/** To HTTP: 404, 403, 409 and 422. */
export type UseCaseErrorKind = (typeof kinds)[UseCaseErrorCode];

/** One thing wrong with an input. `path` is dotted, empty for the whole. */
export interface Problem {
  readonly path: string;
  readonly code: string;
  readonly message: string;
}

/** Why nothing was done. `problems` lists all that is wrong with an invalid input; `subjects` the ids that stand in the way of a conflict. */
export class UseCaseError extends Error {
  override readonly name = 'UseCaseError';
  readonly kind: UseCaseErrorKind;
  readonly problems?: readonly Problem[];
  readonly subjects?: readonly string[];

  constructor(
    readonly code: UseCaseErrorCode,
    message: string,
    details: ErrorOptions & {
      readonly problems?: readonly Problem[];
      readonly subjects?: readonly string[];
    } = {},
  ) {
    super(message, details);
    this.kind = kinds[code];
    if (details.problems) this.problems = details.problems;
    if (details.subjects) this.subjects = details.subjects;
  }
}

/** Throws what is wrong with an input, if anything; the error's code is the first problem's where that is one of ours. */
export function refuseProblems(problems: readonly Problem[]): void {
  const [first] = problems;
  if (first === undefined) return;
  const code = isInvalidCode(first.code) ? first.code : 'invalid';
  const message = problems
    .map((problem) => (problem.path === '' ? problem.message : `${problem.path}: ${problem.message}`))
    .join('; ');
  throw new UseCaseError(code, message, { problems });
}

function isInvalidCode(code: string): code is UseCaseErrorCode {
  return Object.hasOwn(kinds, code) && kinds[code as UseCaseErrorCode] === 'invalid';
}
