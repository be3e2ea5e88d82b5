/* Fixed strings, so that the guard of a second copy of this package is known, and finds the first copy's parts. */

/** Metadata of the guard's class. */
export const GUARD_MARK = 'idp-roles:guard';

/** Injection token of what the guard asks of. */
export const GUARD_PARTS = 'idp-roles:guard-parts';
