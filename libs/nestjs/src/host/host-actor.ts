import type { Actor } from '@idp-roles/store';

/** In whose name a host's code acts. It answers for what it does: the host holds every permission (A9). */
export interface InTheNameOf {
  /** A member's id, shown as who did it. The host itself if absent. */
  readonly by?: string;
}

export function hostActor({ by }: InTheNameOf): Actor {
  return by === undefined ? { kind: 'host' } : { kind: 'host', id: by };
}
