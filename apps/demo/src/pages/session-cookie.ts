import type { Request } from 'express';

/** The library's cookie: who brings it, and is nobody, had a session that has ended. */
export function hasSessionCookie({ headers }: Pick<Request, 'headers'>): boolean {
  return /(?:^|;\s*)(?:__Host-)?idp-roles=/.test(headers.cookie ?? '');
}
