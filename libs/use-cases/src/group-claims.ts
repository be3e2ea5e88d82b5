import { readClaim, type MappingIndex } from '@idp-roles/mapping';
import type { GroupOfUser } from '@idp-roles/store';
import { directoryClaims } from './directory-claims.js';

const nobody = { attributes: {}, userName: '', active: true };

/**
 * Whether any mapping tells a person in `before` from the same person in `after`: those that read names do not care for a new
 * `externalId`, those that read ids not for a new name, and others for none of it (S7). Asks each claim that is read once.
 */
export function concernsMappings(
  index: MappingIndex,
  before: readonly GroupOfUser[],
  after: readonly GroupOfUser[],
): boolean {
  const [was, is] = [directoryClaims(nobody, before), directoryClaims(nobody, after)];
  for (const { reference } of index.buckets()) {
    const [old, now] = [readClaim(was, reference.claim), readClaim(is, reference.claim)];
    if (JSON.stringify(old.values) !== JSON.stringify(now.values)) return true;
  }
  return false;
}
