import { newId, type Grant, type Member } from '@idp-roles/store';
import { actorText } from './actor-text.js';
import { recordGrants } from './record-grants.js';
import { lastHolderGrants } from './keep-last-holder.js';
import type { RoleCatalogue } from './role-catalogue.js';
import { recognitionsOf } from './recognition.js';
import type { Rules } from './rules.js';
import { defaultRolesFor, settleDefaults } from './settle-defaults.js';
import type { EvidenceChange, GrantDraft, GrantsWanted, Settlement } from './settlement.js';
import { UseCaseError } from './use-case-error.js';
import type { Work } from './work.js';

/** Decides one change of one member's grants as a whole. Throws `last-holder` where an edit would take a role from its last holder. */
export async function draftSettlement(work: Work, rules: Rules, wanted: GrantsWanted): Promise<Settlement> {
  const { roles } = rules;
  const { member, before, lastHolder } = wanted;
  const offered = isShutOut(member)
    ? []
    : defaultRolesFor(rules, wanted.recognised ?? (await recognitionsOf(work, rules, member.id)));
  const drafted = (wanted.add ?? []).map((draft) => grantOf(work, member, draft));
  const removing = new Set((wanted.remove ?? []).map(({ id }) => id));
  const kept = new Map<string, Grant>();
  // Each round keeps at least one more grant, so it ends.
  for (;;) {
    const held = [...before.filter(({ id }) => !removing.has(id) || kept.has(id)), ...drafted];
    const defaults = settleDefaults(held, offered, roles, work.at);
    const leaving = new Set(defaults.remove.filter(({ id }) => !kept.has(id)).map(({ id }) => id));
    const added = [
      ...drafted,
      ...defaults.add.map((one) => grantOf(work, member, { ...one, basis: 'default', evidence: [] })),
    ];
    const staying = [...held.filter(({ id }) => !leaving.has(id)), ...added.slice(drafted.length)];
    const remove = before.filter(({ id }) => leaving.has(id) || (removing.has(id) && !kept.has(id)));
    const last = lastHolder === 'ignore' ? [] : await lastHolderGrants(work, roles, member, remove, staying);
    if (last.length === 0) {
      const evidence = (wanted.evidence ?? []).filter(({ grant }) => !removing.has(grant.id));
      return {
        ...wanted,
        add: added,
        remove,
        evidence: [...evidence, ...unsupported(kept.values())],
        kept: [...kept.values()],
        after: staying,
      };
    }
    const refused = lastHolder === 'refuse' ? last.find(({ id }) => removing.has(id)) : undefined;
    if (refused) throw lastHolderError(roles, refused);
    for (const grant of last) kept.set(grant.id, grant);
  }
}

/** A grant that only S11 keeps has no evidence any more: that is how it is told once, and how explain shows it. */
function unsupported(kept: Iterable<Grant>): EvidenceChange[] {
  return [...kept].filter(({ evidence }) => evidence.length > 0).map((grant) => ({ grant, evidence: [] }));
}

/** Writes a settlement with its audit events, in one statement of the store where anything changes (P7). */
export async function writeSettlement(
  work: Work,
  roles: RoleCatalogue,
  settlement: Settlement,
): Promise<void> {
  const { add, remove, evidence, member } = settlement;
  if (add.length > 0 || remove.length > 0 || evidence.length > 0) {
    await work.tx.grants.apply(work.organization, {
      add,
      remove: remove.map(({ id }) => id),
      evidence: evidence.map(({ grant, evidence: rows }) => ({ grant: grant.id, evidence: rows })),
    });
  }
  recordGrants(work, roles, settlement);
  if (add.length > 0 || remove.length > 0) work.touch(member.id);
}

export async function settleGrants(work: Work, rules: Rules, wanted: GrantsWanted): Promise<Settlement> {
  const settlement = await draftSettlement(work, rules, wanted);
  await writeSettlement(work, rules.roles, settlement);
  return settlement;
}

/** S8: who is shut out holds nothing by default. */
function isShutOut({ status }: Member): boolean {
  return status === 'suspended' || status === 'deprovisioned';
}

function grantOf(work: Work, member: Member, draft: GrantDraft): Grant {
  return {
    ...draft,
    id: draft.id ?? newId('gra', work.organization),
    organization: work.organization,
    member: member.id,
    assignedBy: draft.basis === 'api' ? actorText(work.actor) : draft.source,
    createdAt: work.at,
  };
}

function lastHolderError(roles: RoleCatalogue, { role, member }: Grant): UseCaseError {
  return new UseCaseError(
    'last-holder',
    `\`${roles.slugOf(role)}\` would have no active holder left; give it to another member first`,
    { subjects: [member] },
  );
}
