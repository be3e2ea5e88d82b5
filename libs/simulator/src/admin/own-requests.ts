import type { RequestHandler } from 'express';
import { SimulatorError } from '../error.js';

/** Names this simulator answers to, so that a page that rebinds its DNS name to loopback reads and edits nothing. */
export function knownHostsOnly(url: string): RequestHandler {
  const { host, port } = new URL(url);
  const suffix = port ? `:${port}` : '';
  const known = new Set([host, ...['localhost', '127.0.0.1', '[::1]'].map((name) => `${name}${suffix}`)]);
  return (request, _response, next) => {
    const asked = request.headers.host ?? '';
    if (known.has(asked)) return next();
    throw new SimulatorError(
      'host-unknown',
      `this is \`${url}\`, not \`${asked}\`; set \`baseUrl\` to be reached so`,
    );
  };
}

/** Browsers say where a request comes from; programs that say nothing carry no one's cookies. */
export const sameOriginOnly: RequestHandler = (request, _response, next) => {
  const { origin, host, 'sec-fetch-site': site } = request.headers;
  const foreignOrigin = origin !== undefined && (!URL.canParse(origin) || new URL(origin).host !== host);
  const foreignSite = site !== undefined && site !== 'same-origin' && site !== 'none';
  if (foreignOrigin || foreignSite) {
    throw new SimulatorError('request-cross-site', 'only pages of this simulator may send this');
  }
  next();
};

/** A content type that no form can send, and that a script of another site may not without being asked first (CORS). */
export const jsonOnly: RequestHandler = (request, _response, next) => {
  if (request.method === 'GET' || request.method === 'HEAD' || request.is('application/json')) return next();
  throw new SimulatorError('media-type-unsupported', 'send `content-type: application/json`');
};
