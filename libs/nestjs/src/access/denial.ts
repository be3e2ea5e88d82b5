import {
  ForbiddenException,
  HttpException,
  ServiceUnavailableException,
  UnauthorizedException,
} from '@nestjs/common';

/**
 * What a refused caller is told. An unknown resource, one of another organization and a role that is lacking are one
 * code, so that answers tell nothing about what exists.
 */
export type AccessProblemCode =
  | 'not-signed-in'
  | 'session-ended'
  | 'member-not-active'
  | 'access-denied'
  | 'binding-invalid'
  | 'route-undeclared'
  | 'store-unavailable';

/** The body of a refusal, in the words of RFC 9457. */
export interface AccessProblem {
  readonly title: string;
  readonly status: number;
  readonly code: AccessProblemCode;
  readonly detail: string;
  /** On a 403 of a known member: what `AccessService.explainDecision` takes. */
  readonly decisionId?: string;
}

const DETAIL: Readonly<Record<AccessProblemCode, string>> = {
  'not-signed-in': 'sign in to go on',
  'session-ended': 'this session has ended; sign in again',
  'member-not-active': 'this membership is not active; ask an admin of the organization',
  'access-denied': 'you lack the role or permission that this needs',
  'binding-invalid': 'the request must name the resource exactly once, as a text of at most 256 characters',
  'route-undeclared': 'this route declares neither what it requires nor that it is public',
  'store-unavailable': 'access cannot be checked at the moment; try again',
};

const problem = (status: number, title: string, code: AccessProblemCode): AccessProblem => ({
  title,
  status,
  code,
  detail: DETAIL[code],
});

/** 401: nobody we know is asking. */
export class NotSignedInException extends UnauthorizedException {
  constructor(readonly code: 'not-signed-in' | 'session-ended' = 'not-signed-in') {
    super(problem(401, 'Unauthorized', code));
    this.message = DETAIL[code];
  }

  /** What GraphQL shows of an error beside its message. */
  get extensions(): AccessProblem {
    return this.getResponse() as AccessProblem;
  }
}

/** 403: the member is known and may not. */
export class AccessDeniedException extends ForbiddenException {
  constructor(
    readonly code: 'access-denied' | 'binding-invalid' | 'member-not-active' | 'route-undeclared',
    /** Called when the body is read: nothing is signed for an answer that nobody sends. */
    decisionId?: () => string,
  ) {
    super(withDecisionId(problem(403, 'Forbidden', code), decisionId));
    this.message = DETAIL[code];
  }

  /** What GraphQL shows of an error beside its message. */
  get extensions(): AccessProblem {
    return this.getResponse() as AccessProblem;
  }
}

/** 503: the answer is not known, so it is no. */
export class AccessUnavailableException extends ServiceUnavailableException {
  readonly code = 'store-unavailable';

  constructor(cause: unknown) {
    super(problem(503, 'Service Unavailable', 'store-unavailable'), { cause });
    this.message = DETAIL[this.code];
  }

  /** What GraphQL shows of an error beside its message. */
  get extensions(): AccessProblem {
    return this.getResponse() as AccessProblem;
  }
}

function withDecisionId(body: AccessProblem, decisionId?: () => string): AccessProblem {
  if (decisionId === undefined) return body;
  return Object.defineProperty({ ...body }, 'decisionId', { enumerable: true, get: decisionId });
}

/**
 * Whether an error is what Nest would answer with: an `HttpException`, or one of `WsException`, `RpcException` and
 * `GraphQLError`, known by their shape because their packages may be absent.
 */
export function isAnswer(error: unknown): error is Error {
  if (error instanceof HttpException) return true;
  if (!(error instanceof Error)) return false;
  return error.name === 'GraphQLError' || typeof (error as { getError?: unknown }).getError === 'function';
}
