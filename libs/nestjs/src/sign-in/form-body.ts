import type { IncomingMessage, ServerResponse } from 'node:http';

/** 512 KiB of XML in base64, percent-encoded, with room for RelayState. */
const LIMIT = 2 * 1024 * 1024;
const forms = new WeakMap<object, ReadonlyMap<string, string> | FormProblem>();

export type FormProblem = 'form-too-large' | 'form-malformed';

type Next = (error?: unknown) => void;

/**
 * Reads the form of a POST to our own routes, with our own limit, before the host's parsers see the request;
 * those find the stream ended and leave it alone. The name is ours so that Nest still adds its own parsers.
 */
export function idpRolesFormReader(isOurs: (request: IncomingMessage) => boolean) {
  return function idpRolesForm(request: IncomingMessage, _response: ServerResponse, next: Next): void {
    if (request.method !== 'POST' || !isOurs(request)) return next();
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= LIMIT) chunks.push(chunk);
      else chunks.length = 0;
    });
    request.once('error', next);
    request.once('end', () => {
      forms.set(request, size > LIMIT ? 'form-too-large' : parseForm(request, Buffer.concat(chunks)));
      next();
    });
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
