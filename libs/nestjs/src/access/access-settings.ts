import type { AccessModel } from '@idp-roles/access';
import type { Type } from '@nestjs/common';

/** How the guard was set up. A class, so that it is its own injection token. */
export class AccessSettings {
  constructor(
    readonly model: AccessModel,
    /** `global`: every route is judged, and one that declares nothing is denied (A5). */
    readonly guard: 'global' | 'decorated',
    /** Controllers one does not own, open to everybody. */
    readonly publicControllers: ReadonlySet<Type>,
    /** Milliseconds since the epoch. */
    readonly now: () => number,
  ) {}
}
