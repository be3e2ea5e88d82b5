import type { IncomingMessage } from 'node:http';

/**
 * Whether a write by cookie comes from this site. Browsers send Origin with every POST; a request without it is not
 * a browser's, or is told by Sec-Fetch-Site. `SameSite=Lax` stands behind this.
 */
export function isSameOrigin(request: IncomingMessage, publicUrl: string): boolean {
  const { origin, 'sec-fetch-site': site } = request.headers;
  if (origin !== undefined) return origin === new URL(publicUrl).origin;
  return site === undefined || site === 'same-origin' || site === 'none';
}
