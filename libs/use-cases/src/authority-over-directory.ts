import { sourceKey } from '@idp-roles/mapping';
import type { Directory } from '@idp-roles/store';
import { requireAuthority } from './authority.js';
import type { Work } from './work.js';

/**
 * A9: whoever holds a directory's token, or says whose people it names, gives every role that its mappings and its default role lead to.
 * Error: `permission-not-held`.
 */
export async function requireAuthorityOver(work: Work, { id, defaultRole }: Directory): Promise<void> {
  if (work.actor.kind !== 'member') return;
  const { tx, organization } = work;
  const { roles } = await work.rules();
  const { changed } = await tx.mappings.changedSince(organization, sourceKey({ directory: id }), 0);
  const given = new Set(changed.map(({ mapping }) => mapping.role));
  if (defaultRole !== undefined) given.add(defaultRole);
  const permissions = [...given].flatMap((role) => [...(roles.byId(role)?.permissions ?? [])]);
  await requireAuthority(work, roles, new Set(permissions));
}
