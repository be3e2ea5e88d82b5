import { plan, sourceKey, type HeldGrant } from '@idp-roles/mapping';
import type { Directory, Grant } from '@idp-roles/store';
import { evaluateUsers, type EvaluatedUser } from './evaluate-directory.js';
import { lockProvisioned, unhurried, type LockedUser } from './lock-provisioned.js';
import type { Rules } from './rules.js';
import { settleGrants } from './settle-grants.js';
import { settleMembers } from './settle-members.js';
import type { GrantsWanted } from './settlement.js';
import { supplanted, takesOver } from './take-over.js';
import type { Work } from './work.js';

/** For the audit events (S13): plain JSON. */
type Cause = Readonly<Record<string, unknown>>;

/**
 * S7: what the directory's mappings give these users now, against what they gave before: one evaluation and one diff each (S1), of the
 * directory's own grants (S2), with S6's take-over, S10's defaults and S11's last holders. Locks the users and then their members, in
 * the order of their ids (S12): call it in a transaction that holds or locks the rules, once users, groups and members' status are
 * written as they shall be. Writes nothing where nothing changes. `users` are SCIM ids; unknown ones are passed over.
 */
export async function rederive(
  work: Work,
  directory: Directory,
  users: readonly string[],
  cause: Cause,
): Promise<void> {
  if (users.length === 0) return;
  const rules = await work.rules();
  const losing: GrantsWanted[] = [];
  for await (const locked of lockProvisioned(work, directory, users)) {
    const evaluated = await evaluateLocked(work, rules, directory, locked);
    await takeOver(work, rules, directory, evaluated, cause);
    const wanted = await wantedOf(work, rules, directory, evaluated, cause);
    losing.push(...(await settleMembers(work, rules, wanted)));
  }
  for await (const one of unhurried(losing)) await settleGrants(work, rules, one);
}

async function evaluateLocked(
  { context, tx, organization }: Work,
  rules: Rules,
  directory: Directory,
  locked: readonly LockedUser[],
): Promise<readonly EvaluatedUser[]> {
  const ids = locked.map(({ user }) => user.id);
  const groups = await tx.directoryUsers.groupsOf(organization, directory.id, ids);
  const people = locked.map((one) => ({ ...one, groups: groups.get(one.user.id) ?? [] }));
  return evaluateUsers(context, tx, rules, directory, people);
}

/** S6: whom the directory gives a role for the first time it takes over from now on. */
async function takeOver(
  work: Work,
  rules: Rules,
  directory: Directory,
  evaluated: readonly EvaluatedUser[],
  cause: Cause,
): Promise<void> {
  const { tx, organization, at } = work;
  const taken = evaluated.filter(
    ({ user, evaluation }) => user.tookOverAt === undefined && evaluation.grants.length > 0,
  );
  if (taken.length === 0 || !takesOver(rules, directory)) return;
  const ids = taken.map(({ user }) => user.id);
  await tx.directoryUsers.setTookOver(organization, directory.id, ids, at);
  for (const { user } of taken) {
    const subject = { type: 'directory-user', id: user.id };
    work.record('member.taken-over', {
      member: user.member,
      subject,
      cause: { ...cause, source: key(directory) },
    });
  }
}

/** What is to be done to each member's grants, in their order. Writes nothing. */
export async function wantedOf(
  { tx, organization }: Work,
  rules: Rules,
  directory: Directory,
  evaluated: readonly EvaluatedUser[],
  cause: Cause,
): Promise<readonly GrantsWanted[]> {
  const source = key(directory);
  const held = await tx.grants.ofMembers(
    organization,
    evaluated.map(({ user }) => user.member),
  );
  const supplants = takesOver(rules, directory);
  return evaluated.map(({ user, member, evaluation }): GrantsWanted => {
    const before = held.get(member.id) ?? [];
    const { add, keep, remove } = plan(before, evaluation);
    const isTaken = supplants && (user.tookOverAt !== undefined || evaluation.grants.length > 0);
    return {
      member,
      before,
      add: add.map((grant) => ({ ...grant, source })),
      remove: [...remove.map(stored(before)), ...(isTaken ? supplanted(rules, directory, before) : [])],
      evidence: keep
        .filter(({ changed }) => changed)
        .map(({ grant, evidence }) => ({ grant: stored(before)(grant), evidence })),
      cause: { ...cause, sync: 'directory', source },
      lastHolder: 'keep',
    };
  });
}

function key({ id }: Directory) {
  return sourceKey({ directory: id });
}

/** The engine hands back what it was given, by its narrower type. */
function stored(before: readonly Grant[]): (held: HeldGrant) => Grant {
  const byId = new Map(before.map((grant) => [grant.id, grant]));
  return ({ id }) => {
    const grant = byId.get(id);
    if (grant === undefined) throw new Error(`the plan names grant \`${id}\`, which was not given to it`);
    return grant;
  };
}
