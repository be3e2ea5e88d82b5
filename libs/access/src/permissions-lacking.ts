import type { AccessModel } from './access-model.js';
import { decide } from './decide.js';
import type { PreparedSnapshot } from './prepared-snapshot.js';
import type { ResourceReference } from './resource-reference.js';

/**
 * Which of these permissions the member does not hold themselves at the end of `path`, and so may not give (A9).
 * `path` as in `decide`; a resource that is unknown lacks all.
 */
export function permissionsLacking(
  model: AccessModel,
  snapshot: PreparedSnapshot,
  permissions: Iterable<string>,
  path: readonly ResourceReference[] | undefined,
  now: number,
): string[] {
  const resource = path?.[0];
  return [...permissions].filter(
    (permission) =>
      !decide(model, snapshot, { permission, ...(resource && { resource }) }, path, now).allowed,
  );
}
