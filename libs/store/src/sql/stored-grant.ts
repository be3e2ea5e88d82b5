import type { StoredAccess } from '../ports/access.js';
import { present } from './column.js';

/** What a check needs of a grant. */
export interface StoredGrantRow {
  readonly id: string;
  readonly role: string;
  readonly resource_type: string;
  readonly resource_id: string;
  readonly source: string;
  readonly basis: string;
  readonly expires_at: number | null;
}

export function storedGrant(row: StoredGrantRow): StoredAccess['grants'][number] {
  return present({
    id: row.id,
    role: row.role,
    resource: row.resource_type === '' ? null : { type: row.resource_type, id: row.resource_id },
    source: row.source,
    basis: row.basis as StoredAccess['grants'][number]['basis'],
    expiresAt: row.expires_at,
  });
}
