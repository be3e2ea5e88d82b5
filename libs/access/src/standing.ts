import type { AccessSnapshot } from './snapshot.js';

export type StandingProblem = 'session-ended' | 'member-not-active';

/**
 * Why this member is nobody to the guards at the moment, whatever they hold; `undefined` where they are somebody (S8).
 * `sessionBeganAt` in milliseconds since the epoch; absent for principals that are no session of ours.
 */
export function standingProblem(
  snapshot: Pick<AccessSnapshot, 'status' | 'sessionsValidFrom'>,
  sessionBeganAt?: number,
): StandingProblem | undefined {
  if (sessionBeganAt !== undefined && !(sessionBeganAt >= snapshot.sessionsValidFrom)) return 'session-ended';
  return snapshot.status === 'active' ? undefined : 'member-not-active';
}
