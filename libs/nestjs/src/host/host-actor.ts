import type { Actor } from '@idp-roles/store';

/** In whose name a host's code acts: its own, or a member's, who may then give only what they hold themselves (A9). */
export interface InTheNameOf {
  /** A member's id. The host itself if absent. */
  readonly by?: string;
}

export function hostActor({ by }: InTheNameOf): Actor {
  return by === undefined ? { kind: 'host' } : { kind: 'member', id: by };
}
