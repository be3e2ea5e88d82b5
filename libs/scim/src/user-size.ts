import { limits } from './limits.js';
import { ScimError } from './scim-error.js';

/** What a user may grow to who has `current` characters now: who has more than is allowed grows no further. */
export function sizeLimit(current: number): number {
  return Math.max(limits.userSize, current);
}

/** Throws `ScimError` 400. `active` is not counted: nobody is too large to be locked out. */
export function checkSize(user: Readonly<Record<string, unknown>>): void {
  if (JSON.stringify({ ...user, active: undefined }).length > limits.userSize) throw tooLarge();
}

export function tooLarge(): ScimError {
  return new ScimError(
    400,
    'invalidValue',
    `a user has at most ${limits.userSize} characters, written as JSON; leave out large values such as pictures and certificates`,
  );
}
