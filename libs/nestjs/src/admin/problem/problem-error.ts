/** One thing wrong with a request; `path` is joined by dots. */
export interface ProblemPart {
  readonly path: string;
  readonly code: string;
  readonly message: string;
}

/** A refusal made at the HTTP edge itself. `message` becomes `detail`. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly problems?: readonly ProblemPart[],
  ) {
    super(message);
  }
}

export function notFound(what: string): ProblemError {
  return new ProblemError(404, `${what}-not-found`, `there is no such ${what} here`);
}
