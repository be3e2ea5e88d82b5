import { randomBytes } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { causeText } from '../../cause-text.js';
import { problem, problemOf, type Problem } from './problem.js';

/** What is foreseen, or a 500 that shows nothing but a reference to the log. From 500 on the log gets the error. */
export function answerTo(error: unknown, logger: Logger): Problem {
  const known = problemOf(error);
  if (known && known.status < 500) return known;
  const reference = randomBytes(6).toString('hex');
  const shown = known ?? problem(500, 'internal', 'something went wrong; the log holds the cause');
  logger.error(`${reference} ${shown.code}: ${causeText(error)}`);
  if (error instanceof Error && error.cause !== undefined)
    logger.error(`${reference} cause: ${String(error.cause)}`);
  return { ...shown, reference };
}

const PROBLEM_TYPE = 'application/problem+json';

/** RFC 6750, section 3: a 401 names the scheme. */
export function headersOf(answer: Problem): Readonly<Record<string, string>> {
  return {
    'content-type': `${PROBLEM_TYPE}; charset=utf-8`,
    'cache-control': 'no-store',
    ...(answer.status === 401 ? { 'www-authenticate': 'Bearer realm="idp-roles"' } : {}),
  };
}
