import type { ErrorRequestHandler } from 'express';
import type { SimulatorErrorCode } from '../error.js';
import { SimulatorError } from '../error.js';
import { errorPage } from '../pages/error-page.js';

const statuses: Readonly<Record<SimulatorErrorCode, number>> = {
  'production-refused': 500,
  'keys-unreadable': 500,
  'archive-unreadable': 500,
  'person-unknown': 404,
  'person-exists': 409,
  'person-invalid': 422,
  'personality-unknown': 422,
  'client-invalid': 422,
  'directory-unknown': 404,
  'directory-invalid': 422,
  'service-provider-unknown': 403,
  'service-provider-invalid': 422,
  'acs-unknown': 403,
  'authn-request-invalid': 400,
  'logout-invalid': 400,
  'sign-in-expired': 400,
  'request-cross-site': 403,
  'host-unknown': 421,
  'media-type-unsupported': 415,
  'body-invalid': 400,
  'answer-refused': 400,
};

/** What body parsers throw carries a status of its own. */
function asSimulatorError(error: unknown): SimulatorError | undefined {
  if (error instanceof SimulatorError) return error;
  const isClientError =
    error instanceof Error && 'status' in error && typeof error.status === 'number' && error.status < 500;
  return isClientError ? new SimulatorError('body-invalid', error.message, { cause: error }) : undefined;
}

/** The one place that turns a code into a status: problem details (RFC 9457) for programs, a page for people. */
export function answerProblems(log: (line: string) => void): ErrorRequestHandler {
  return (thrown, request, response, next) => {
    if (response.headersSent) return next(thrown);
    const error = asSimulatorError(thrown);
    if (!error) log(`unexpected: ${thrown instanceof Error ? thrown.stack : String(thrown)}`);
    const status = error ? statuses[error.code] : 500;
    const code = error?.code ?? 'internal';
    const message = error?.message ?? 'an unexpected error; the log has more';
    response.status(status);
    if (request.path.startsWith('/api/') || request.accepts(['html', 'json']) === 'json') {
      response.type('application/problem+json').send(JSON.stringify({ status, code, detail: message }));
    } else {
      response.type('html').send(errorPage({ code, message }));
    }
  };
}
