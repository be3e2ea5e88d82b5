import type { DirectoryToken } from '@idp-roles/store';
import { asInstant } from '../request/instant.js';

/** The token itself is shown once, by the request that issues it. */
export interface DirectoryTokenView {
  readonly id: string;
  readonly createdAt: string;
  readonly expiresAt?: string;
  /** True to the minute. Absent: never. */
  readonly lastUsedAt?: string;
}

export function directoryTokenView(token: DirectoryToken): DirectoryTokenView {
  const { id, createdAt, expiresAt, lastUsedAt } = token;
  return {
    id,
    createdAt: asInstant(createdAt),
    expiresAt: expiresAt === undefined ? undefined : asInstant(expiresAt),
    lastUsedAt: lastUsedAt === undefined ? undefined : asInstant(lastUsedAt),
  };
}
