import { randomBytes } from 'node:crypto';
import { HttpException, type Logger } from '@nestjs/common';
import { errorBody, ScimError } from '@idp-roles/scim';
import { StoreError } from '@idp-roles/store';
import { UseCaseError, type UseCaseErrorCode } from '@idp-roles/use-cases';
import { causeText } from '../cause-text.js';
import { bodyProblem } from '../admin/problem/body-problem.js';
import { STATUS_OF_KIND, STATUS_OF_STORE } from '../admin/problem/status.js';
import { SCIM_TYPE } from './scim-answer.js';
import { ScimRefusal } from './scim-refusal.js';

/** An error as RFC 7644, section 3.12 has it. */
export interface ScimFailure {
  readonly status: number;
  readonly body: object;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What is foreseen, or a 500 that shows nothing but a reference to the log. From 500 on the log gets the error. */
export function scimFailure(error: unknown, logger: Logger): ScimFailure {
  const known = refusalOf(error);
  const { status, message, more } =
    known ?? new ScimRefusal(500, 'something went wrong; the log of the service holds the cause');
  const detail = status < 500 || status === 501 ? message : `${message} (${logged(error, status, logger)})`;
  return { status, body: errorBody({ status, scimType: more.scimType, detail }), headers: more.headers };
}

export function headersOf({ headers }: Pick<ScimFailure, 'headers'>): Readonly<Record<string, string>> {
  return { 'content-type': SCIM_TYPE, 'cache-control': 'no-store', ...headers };
}

/** The one place where an error becomes a SCIM status. Undefined: not foreseen, and nothing of it may be shown. */
function refusalOf(error: unknown): ScimRefusal | undefined {
  if (error instanceof ScimRefusal) return error;
  if (error instanceof ScimError) {
    return new ScimRefusal(error.status, error.message, { scimType: error.scimType });
  }
  if (error instanceof UseCaseError) return ofUseCase(error);
  if (error instanceof StoreError) return ofStore(error);
  if (error instanceof HttpException) return new ScimRefusal(error.getStatus(), error.message);
  const body = bodyProblem(error);
  return body && new ScimRefusal(body.status, body.message, { scimType: 'invalidSyntax' });
}

/** RFC 7644, table 9: two resources would be one. */
const UNIQUENESS: ReadonlySet<string> = new Set<UseCaseErrorCode>([
  'user-name-taken',
  'email-taken',
  'identity-conflict',
  'member-ambiguous',
]);

function ofUseCase({ code, kind, message }: UseCaseError): ScimRefusal {
  if (code === 'version-mismatch') return new ScimRefusal(412, message);
  if (kind === 'invalid') return new ScimRefusal(400, message, { scimType: 'invalidValue' });
  const scimType = UNIQUENESS.has(code) ? 'uniqueness' : undefined;
  return new ScimRefusal(STATUS_OF_KIND[kind], message, { scimType });
}

function ofStore({ code, message }: StoreError): ScimRefusal | undefined {
  // RFC 9865, section 2.1
  if (code === 'cursor-invalid') return new ScimRefusal(400, message, { scimType: 'invalidCursor' });
  const status = STATUS_OF_STORE[code];
  if (status === 500) return undefined;
  if (status === 503) return new ScimRefusal(503, message, { headers: { 'retry-after': '1' } });
  return new ScimRefusal(status, message, { scimType: status === 409 ? 'uniqueness' : 'invalidValue' });
}

function logged(error: unknown, status: number, logger: Logger): string {
  const reference = randomBytes(6).toString('hex');
  logger.error(`${reference} scim ${status}: ${causeText(error)}`);
  if (error instanceof Error && error.cause !== undefined)
    logger.error(`${reference} cause: ${String(error.cause)}`);
  return reference;
}
