import { STATUS_CODES } from 'node:http';
import { HttpException } from '@nestjs/common';
import { OidcError } from '@idp-roles/oidc';
import { OutboundError } from '@idp-roles/outbound';
import { SamlError } from '@idp-roles/saml';
import { StoreError } from '@idp-roles/store';
import { UseCaseError } from '@idp-roles/use-cases';
import { bodyProblem } from './body-problem.js';
import { ProblemError, type ProblemPart } from './problem-error.js';
import { STATUS_OF_KIND, STATUS_OF_STORE } from './status.js';

/** RFC 9457, with the stable `code` and, where the log holds the cause, its `reference`. */
export interface Problem {
  readonly type: 'about:blank';
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly reference?: string;
  readonly problems?: readonly ProblemPart[];
  /** Ids that stand in the way: the mappings that own an assignment, children of a resource, … */
  readonly subjects?: readonly string[];
}

/** The one place where an error becomes a status. Undefined: not foreseen, and nothing of it may be shown. */
export function problemOf(error: unknown): Problem | undefined {
  if (error instanceof ProblemError) return problem(error.status, error.code, error.message, error.problems);
  if (error instanceof UseCaseError) {
    const refused = problem(STATUS_OF_KIND[error.kind], error.code, error.message, error.problems);
    return error.subjects ? { ...refused, subjects: error.subjects } : refused;
  }
  if (error instanceof StoreError) {
    const status = STATUS_OF_STORE[error.code];
    return status === 500 ? undefined : problem(status, error.code, error.message);
  }
  if (error instanceof SamlError || error instanceof OidcError || error instanceof OutboundError) {
    return problem(422, error.code, error.message);
  }
  if (error instanceof HttpException) return ofHttpException(error);
  const body = bodyProblem(error);
  return body && problem(body.status, body.code, body.message);
}

/** Thrown by Nest, or by guards and pipes of the host that ran before ours. */
function ofHttpException(error: HttpException): Problem {
  const status = error.getStatus();
  const body = error.getResponse();
  const { code, detail } = (typeof body === 'object' ? body : {}) as { code?: unknown; detail?: unknown };
  const title = STATUS_CODES[status] ?? 'Error';
  return problem(
    status,
    typeof code === 'string' ? code : title.toLowerCase().replaceAll(/[^a-z]+/g, '-'),
    typeof detail === 'string' ? detail : error.message,
  );
}

export function problem(
  status: number,
  code: string,
  detail: string,
  problems?: readonly ProblemPart[],
): Problem {
  const title = STATUS_CODES[status] ?? 'Error';
  return {
    type: 'about:blank',
    title,
    status,
    code,
    detail,
    ...(problems && problems.length > 0 ? { problems } : {}),
  };
}
