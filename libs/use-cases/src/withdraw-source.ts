import type { Grant } from '@idp-roles/store';
import { settleGrants } from './settle-grants.js';
import { eachMember } from './withdraw-support.js';
import type { Work } from './work.js';

/**
 * Takes what a source gave on these bases from everybody, at once (S9); import grants are never asked for. As an edit, refused
 * where a last holder would lose a role (S11).
 */
export async function withdrawSource(
  work: Work,
  source: string,
  bases: readonly ('force' | 'default')[],
  cause: Readonly<Record<string, unknown>>,
): Promise<void> {
  const { tx, organization } = work;
  const own = (grant: Grant) => grant.source === source && bases.some((basis) => basis === grant.basis);
  const rules = await work.rules();
  const given = await tx.grants.bySource(organization, source, bases);
  await eachMember(work, given, async (member, before) => {
    const remove = before.filter(own);
    if (remove.length === 0) return;
    await settleGrants(work, rules, { member, before, remove, cause, lastHolder: 'refuse' });
  });
}
