import type { Request } from 'express';
import { SignInFailure } from './sign-in-failure.js';

/** Where a person goes: a page, or a page in a frame. Older browsers and other clients say nothing. */
const NAVIGATED = new Set([undefined, 'document', 'iframe', 'frame']);

/** Another site's image, style or script begins no sign-in. Fetch Metadata, section 2.1. */
export function refuseUnlessNavigated({ headers }: Request): void {
  const destination = headers['sec-fetch-dest'];
  if (NAVIGATED.has(destination as string | undefined)) return;
  throw new SignInFailure(
    400,
    'not-a-navigation',
    'this address begins a sign-in when a browser goes there, by a link or a redirect; it cannot be loaded as part of a page',
  );
}
