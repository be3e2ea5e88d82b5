import type { SessionRow } from '@idp-roles/store';
import { asInstant } from '../request/instant.js';

/** `id` is a hash: it names the session and opens nothing. */
export interface SessionView {
  readonly id: string;
  readonly source: string;
  readonly beganAt: string;
  readonly expiresAt: string;
}

export function sessionView({ id, connection, beganAt, expiresAt }: SessionRow): SessionView {
  return { id, source: `sso:${connection}`, beganAt: asInstant(beganAt), expiresAt: asInstant(expiresAt) };
}
