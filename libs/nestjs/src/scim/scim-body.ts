import type { IncomingMessage, ServerResponse } from 'node:http';
import { BoundedBodies, type BodyRefusal } from '../bounded-bodies.js';
import { parseJson, saysJson } from '../sent-json.js';
import { isDeeperThan } from './json-depth.js';
import { ScimRefusal } from './scim-refusal.js';

/** Bytes of one body; also what `ServiceProviderConfig` says of `/Bulk`. */
export const BODY_LIMIT = 1024 * 1024;

/** A User's deepest attribute in a PATCH in a bulk request stands at 8. */
const DEPTH_LIMIT = 64;

const REFUSALS: Readonly<Record<BodyRefusal, ScimRefusal>> = {
  'too-large': new ScimRefusal(413, `the body is larger than ${BODY_LIMIT} bytes`),
  'too-slow': new ScimRefusal(408, 'the body did not arrive in time'),
  'too-many': new ScimRefusal(503, 'too many requests are being read; try again in a moment', {
    headers: { 'retry-after': '1' },
  }),
  aborted: syntax('the body ended early'),
};

/** Reads what a known directory sends: `application/scim+json` or `application/json` (RFC 7644, section 3.1). */
export class ScimBody {
  readonly #bodies = new BoundedBodies({ limit: BODY_LIMIT });

  /** Undefined where a method has no use for a body; what is sent with it is read and dropped. */
  async read(request: IncomingMessage, response: ServerResponse): Promise<unknown> {
    const wanted = WITH_BODY.has(request.method ?? '');
    if (wanted && !saysJson(request)) throw wrongType();
    const body = await this.#bodies.read(request, response);
    if (typeof body === 'string') throw REFUSALS[body];
    return wanted ? parsed(body) : undefined;
  }
}

const WITH_BODY = new Set(['POST', 'PUT', 'PATCH']);

function parsed(bytes: Buffer): unknown {
  if (isDeeperThan(DEPTH_LIMIT, bytes)) throw syntax(`the body nests deeper than ${DEPTH_LIMIT} levels`);
  try {
    return parseJson(bytes);
  } catch {
    throw syntax('the body is not JSON in UTF-8');
  }
}

function syntax(detail: string): ScimRefusal {
  return new ScimRefusal(400, detail, { scimType: 'invalidSyntax' });
}

function wrongType(): ScimRefusal {
  return new ScimRefusal(415, 'send `application/scim+json` in UTF-8, not compressed');
}
