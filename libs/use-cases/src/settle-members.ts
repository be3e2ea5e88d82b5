import { recordGrants } from './record-grants.js';
import type { RoleCatalogue } from './role-catalogue.js';
import type { Rules } from './rules.js';
import { givesSomething } from './settle-defaults.js';
import { draftSettlement } from './settle-grants.js';
import type { GrantsWanted, Settlement } from './settlement.js';
import type { Work } from './work.js';

/**
 * As `settleGrants`, for many members of one sync in one write. Answers those of whom a last holder's role may be taken, for whom
 * nothing is done yet: settle them one by one once everybody else has got what is due to them, so that who comes first in the list
 * does not decide who the last holder is (S11, M7).
 */
export async function settleMembers(
  work: Work,
  rules: Rules,
  wanted: readonly GrantsWanted[],
): Promise<readonly GrantsWanted[]> {
  const { settlements, losing } = await draftMembers(work, rules, wanted);
  await writeSettlements(work, rules.roles, settlements);
  return losing;
}

/** As `settleMembers`, written by nobody. */
export async function draftMembers(
  work: Work,
  rules: Rules,
  wanted: readonly GrantsWanted[],
): Promise<{ readonly settlements: readonly Settlement[]; readonly losing: readonly GrantsWanted[] }> {
  const settlements: Settlement[] = [];
  const losing: GrantsWanted[] = [];
  for (const one of wanted) {
    if (mayLoseLast(rules.roles, one)) losing.push(one);
    else settlements.push(await draftSettlement(work, rules, withoutAsking(one, rules.roles, work.at)));
  }
  return { settlements, losing };
}

function mayLoseLast(roles: RoleCatalogue, { before, remove = [] }: GrantsWanted): boolean {
  const going = [...remove, ...before.filter(({ basis }) => basis === 'default')];
  return going.some(({ role }) => roles.byId(role)?.keepLastHolder === true);
}

/** S10: no default role comes or goes beside another role where none is held, wherever the member is known. */
function withoutAsking(wanted: GrantsWanted, roles: RoleCatalogue, at: number): GrantsWanted {
  const { before, add = [], remove = [] } = wanted;
  if (before.some(({ basis }) => basis === 'default')) return wanted;
  const left = before.filter((grant) => !remove.includes(grant) && givesSomething(grant, roles, at));
  const held = [...left, ...add.filter(({ role }) => roles.byId(role) !== undefined)];
  return held.some(({ resource }) => resource === undefined) ? { ...wanted, recognised: [] } : wanted;
}

async function writeSettlements(
  work: Work,
  roles: RoleCatalogue,
  settlements: readonly Settlement[],
): Promise<void> {
  const add = settlements.flatMap((settlement) => settlement.add);
  const remove = settlements.flatMap((settlement) => settlement.remove.map(({ id }) => id));
  const evidence = settlements.flatMap((settlement) =>
    settlement.evidence.map((change) => ({ grant: change.grant.id, evidence: change.evidence })),
  );
  if (add.length > 0 || remove.length > 0 || evidence.length > 0) {
    await work.tx.grants.apply(work.organization, { add, remove, evidence });
  }
  for (const settlement of settlements) {
    recordGrants(work, roles, settlement);
    if (settlement.add.length > 0 || settlement.remove.length > 0) work.touch(settlement.member.id);
  }
}
