import type { IncomingMessage, ServerResponse } from 'node:http';
import { Logger } from '@nestjs/common';
import { answerTo, headersOf } from './problem/answer.js';
import { ProblemError } from './problem/problem-error.js';

/** Room for 512 KiB of metadata with its quotes escaped. */
const LIMIT = 1024 * 1024;

type Next = (error?: unknown) => void;
type WithBody = IncomingMessage & { body?: unknown };

/**
 * Reads the JSON of requests to the admin API with a limit of its own, ahead of the host's parsers, and answers what is
 * no JSON by problem details; parsers that come later find the stream ended and leave it alone.
 */
export function idpRolesJsonReader(isOurs: (request: IncomingMessage) => boolean) {
  const logger = new Logger('IdpRoles');
  return function idpRolesJson(request: WithBody, response: ServerResponse, next: Next): void {
    if (!isOurs(request) || !hasBody(request) || request.readableEnded) return next();
    read(request).then(
      (body) => {
        request.body = body;
        next();
      },
      (error: unknown) => {
        const answer = answerTo(error, logger);
        request.resume();
        response.writeHead(answer.status, headersOf(answer)).end(JSON.stringify(answer));
      },
    );
  };
}

/** RFC 9112, section 6.3: a request has a body where one of these fields says so. */
function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

async function read(request: IncomingMessage): Promise<unknown> {
  refuseOtherTypes(request);
  const chunks: Buffer[] = [];
  let size = 0;
  // Leaving the loop early must not destroy the socket, which carries the answer.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > LIMIT) throw new ProblemError(413, 'body-too-large', `the body is larger than ${LIMIT} bytes`);
    chunks.push(chunk);
  }
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks)));
  } catch {
    throw new ProblemError(400, 'json-malformed', 'the body is not JSON in UTF-8');
  }
}

function refuseOtherTypes({ headers }: IncomingMessage): void {
  const type = headers['content-type'] ?? '';
  const json = /^application\/(?:json|[a-z0-9.+-]+\+json)\s*(?:;|$)/i.test(type);
  if (json && (headers['content-encoding'] ?? 'identity') === 'identity') return;
  throw new ProblemError(415, 'media-type-unsupported', 'send `application/json` in UTF-8, not compressed');
}
