import type { Grant } from '@idp-roles/store';
import { lockMember } from './find.js';
import type { SupportOf } from './remaining-support.js';
import { settleGrants } from './settle-grants.js';
import type { EvidenceChange } from './settlement.js';
import type { Work } from './work.js';

/**
 * S9: takes from every member what only this mapping supported and no longer does, from the evidence rows. `force` grants alone:
 * import grants survive edits of their mapping (S4). As an edit, refused where a last holder would lose the role (S11).
 */
export async function withdrawSupport(
  work: Work,
  mapping: string,
  supportOf: SupportOf,
  cause: Readonly<Record<string, unknown>>,
): Promise<void> {
  const { tx, organization } = work;
  const affected = (await tx.grants.withEvidenceOf(organization, mapping)).filter(isForced);
  const rules = await work.rules();
  await eachMember(work, affected, async (member, before) => {
    const remove: Grant[] = [];
    const evidence: EvidenceChange[] = [];
    for (const grant of before.filter(isForced)) {
      const rows = grant.evidence.filter((row) => row.mapping === mapping);
      if (rows.length === 0) continue;
      const others = grant.evidence.filter((row) => row.mapping !== mapping);
      const still = await supportOf(grant, rows);
      if (others.length + still.length === 0) remove.push(grant);
      else if (!sameRows(rows, still)) evidence.push({ grant, evidence: [...others, ...still] });
    }
    if (remove.length === 0 && evidence.length === 0) return;
    await settleGrants(work, rules, { member, before, remove, evidence, cause, lastHolder: 'refuse' });
  });
}

type Visit = (member: Awaited<ReturnType<typeof lockMember>>, before: readonly Grant[]) => Promise<void>;

/** Locks the members of these grants, all of them first and in one order (S12), then hands over what each holds by then. */
export async function eachMember(work: Work, grants: readonly Grant[], visit: Visit): Promise<void> {
  const { tx, organization } = work;
  const ids = [...new Set(grants.map(({ member }) => member))].toSorted();
  const members = [];
  for (const id of ids) members.push(await lockMember(tx, organization, id));
  const held = await tx.grants.ofMembers(organization, ids);
  for (const member of members) await visit(member, held.get(member.id) ?? []);
}

function isForced({ basis }: Grant): boolean {
  return basis === 'force';
}

function sameRows(one: readonly unknown[], other: readonly unknown[]): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
