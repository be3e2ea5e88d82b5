import type { IncomingMessage, ServerResponse } from 'node:http';
import { BoundedBodies, type BodyBounds, type BodyRefusal } from '../bounded-bodies.js';

/** 512 KiB of XML in base64, of which browsers percent-encode three characters, with room for RelayState. */
const LIMIT = 1024 * 1024;
const forms = new WeakMap<object, ReadonlyMap<string, string> | FormProblem>();

export type FormProblem = 'form-too-large' | 'form-too-slow' | 'form-too-many' | 'form-malformed';

const PROBLEMS: Readonly<Record<BodyRefusal, FormProblem>> = {
  'too-large': 'form-too-large',
  'too-slow': 'form-too-slow',
  'too-many': 'form-too-many',
  aborted: 'form-malformed',
};

type Next = (error?: unknown) => void;

/**
 * Reads the form of a POST to our own routes, with our own limits, before the host's parsers see the request;
 * those find the stream ended and leave it alone. The name is ours so that Nest still adds its own parsers.
 */
export function idpRolesFormReader(
  isOurs: (request: IncomingMessage) => boolean,
  bounds: Partial<BodyBounds> = {},
) {
  const bodies = new BoundedBodies({ limit: LIMIT, ...bounds });
  return function idpRolesForm(request: IncomingMessage, response: ServerResponse, next: Next): void {
    if (request.method !== 'POST' || !isOurs(request)) return next();
    bodies
      .read(request, response)
      .then((body) => {
        if (response.headersSent) return;
        forms.set(request, typeof body === 'string' ? PROBLEMS[body] : parseForm(request, body));
        next();
      })
      .catch(next);
  };
}

/** Each name once: a form that repeats one is refused, so that no two readers can disagree on it. */
function parseForm(request: IncomingMessage, body: Buffer): ReadonlyMap<string, string> | FormProblem {
  if (!/^application\/x-www-form-urlencoded(;|$)/i.test(request.headers['content-type'] ?? ''))
    return 'form-malformed';
  const form = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(body.toString('utf8'))) {
    if (form.has(name)) return 'form-malformed';
    form.set(name, value);
  }
  return form;
}

/** What `idpRolesFormReader` read; undefined where it did not run. */
export function formOf(request: object): ReadonlyMap<string, string> | FormProblem | undefined {
  return forms.get(request);
}
