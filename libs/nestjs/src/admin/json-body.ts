import type { IncomingMessage, ServerResponse } from 'node:http';
import { Logger } from '@nestjs/common';
import { BoundedBodies, leaveUnread, type BodyRefusal } from '../bounded-bodies.js';
import { hasBody, parseJson, saysJson } from '../sent-json.js';
import { answerTo, headersOf } from './problem/answer.js';
import { ProblemError } from './problem/problem-error.js';

/** Room for 512 KiB of metadata with its quotes escaped. */
const LIMIT = 1024 * 1024;

type Next = (error?: unknown) => void;
type WithBody = IncomingMessage & { body?: unknown };

const REFUSALS: Readonly<Record<BodyRefusal, ProblemError>> = {
  'too-large': new ProblemError(413, 'body-too-large', `the body is larger than ${LIMIT} bytes`),
  'too-slow': new ProblemError(408, 'body-too-slow', 'the body did not arrive in time'),
  'too-many': new ProblemError(503, 'busy', 'too many requests are being read; try again in a moment'),
  aborted: new ProblemError(400, 'body-aborted', 'the body ended early'),
};

/**
 * Reads the JSON of requests to the admin API with limits of its own, ahead of the host's parsers, and answers what is
 * no JSON by problem details; parsers that come later find the stream ended and leave it alone. Without a service key
 * nothing is read: `ServiceKeyGuard` answers.
 */
export function idpRolesJsonReader(
  isOurs: (request: IncomingMessage) => boolean,
  mayEnter: (request: IncomingMessage) => Promise<boolean>,
) {
  const logger = new Logger('IdpRoles');
  const bodies = new BoundedBodies({ limit: LIMIT });
  return function idpRolesJson(request: WithBody, response: ServerResponse, next: Next): void {
    if (!isOurs(request) || !hasBody(request) || request.readableEnded) return next();
    const reading = mayEnter(request).then((enters) =>
      enters ? read(request, response, bodies) : leaveUnread(request, response),
    );
    reading.then(
      (body) => {
        if (response.headersSent) return;
        request.body = body;
        next();
      },
      (error: unknown) => {
        if (response.headersSent) return;
        const answer = answerTo(error, logger);
        response.writeHead(answer.status, headersOf(answer)).end(JSON.stringify(answer));
      },
    );
  };
}

async function read(
  request: IncomingMessage,
  response: ServerResponse,
  bodies: BoundedBodies,
): Promise<unknown> {
  refuseOtherTypes(request);
  const body = await bodies.read(request, response);
  if (typeof body === 'string') throw REFUSALS[body];
  try {
    return parseJson(body);
  } catch {
    throw new ProblemError(400, 'json-malformed', 'the body is not JSON in UTF-8');
  }
}

function refuseOtherTypes(request: IncomingMessage): void {
  if (saysJson(request)) return;
  throw new ProblemError(415, 'media-type-unsupported', 'send `application/json` in UTF-8, not compressed');
}
