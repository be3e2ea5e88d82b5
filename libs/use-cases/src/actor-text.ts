import type { Actor } from '@idp-roles/store';

/**
 * The text that a grant's `assignedBy` carries: a member's id, `service-key:<id>`, `host`, `system` or a source's key.
 * A host that acts for a member (`{ kind: 'host', id }`) is shown as that member.
 */
export function actorText({ kind, id }: Actor): string {
  if (kind === 'member' || kind === 'host') return id ?? kind;
  return id === undefined ? kind : `${kind}:${id}`;
}
