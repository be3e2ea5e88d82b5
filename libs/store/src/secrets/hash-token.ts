import { createHash } from 'node:crypto';

/** SHA-256 in hex: how service keys, SCIM tokens and session ids are stored (D5). For random tokens only, never for passwords. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token, 'utf8').digest('hex');
}
