import type { RoleMapping } from '@idp-roles/mapping';
import { isDeepStrictEqual } from 'node:util';

/**
 * S9: whether an edit may give somebody a role who has none by this mapping: any but a note, a switching off, and conditions that come
 * on top. Where in doubt it may.
 */
export function mayWiden(before: RoleMapping, after: RoleMapping): boolean {
  if (after.enabled === false) return false;
  if (before.enabled === false) return true;
  const { also: beforeAlso = [], note: _, enabled: _on, ...beforeRest } = before;
  const { also: afterAlso = [], note: _note, enabled: _still, ...afterRest } = after;
  if (!isDeepStrictEqual(beforeRest, afterRest)) return true;
  return !beforeAlso.every((condition) => afterAlso.some((other) => isDeepStrictEqual(condition, other)));
}
