import type { IncomingMessage } from 'node:http';

/** RFC 9112, section 6.3: a request has a body where one of these fields says so. */
export function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/** `application/json`, or anything that ends in `+json`, not compressed. */
export function saysJson({ headers }: IncomingMessage): boolean {
  const type = headers['content-type'] ?? '';
  const json = /^application\/(?:json|[a-z0-9.+-]+\+json)\s*(?:;|$)/i.test(type);
  return json && (headers['content-encoding'] ?? 'identity') === 'identity';
}

/** Throws where the bytes are no JSON in UTF-8. */
export function parseJson(bytes: Buffer): unknown {
  return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
}
