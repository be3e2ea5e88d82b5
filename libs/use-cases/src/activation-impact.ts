import { sourceKey } from '@idp-roles/mapping';
import type { Actor, Directory } from '@idp-roles/store';
import type { UseCaseContext } from './context.js';
import { evaluateUsers, type EvaluatedUser } from './evaluate-directory.js';
import { findDirectory } from './find-directory.js';
import { RoleHolders } from './role-holders.js';
import { recognitionsOf } from './recognition.js';
import { wantedOf } from './rederive-users.js';
import { RoleChanges, type ActivationImpact } from './role-changes.js';
import type { Rules } from './rules.js';
import { draftSettlement } from './settle-grants.js';
import { draftMembers } from './settle-members.js';
import type { GrantsWanted } from './settlement.js';
import { takesOver } from './take-over.js';
import { performForMember, type Work } from './work.js';

/** As many as a re-sync takes at a time: who comes first decides who is the last holder. */
const BATCH = 200;
const system: Actor = { kind: 'system' };

/**
 * What the re-sync would do if the directory became active now, by the same evaluation, take-over and settlement; nothing is written, nobody
 * is locked. Of a directory that is active: what a re-sync would do. Errors: `directory-not-found`.
 */
export async function activationImpact(
  context: UseCaseContext,
  { organization, directory: id }: { readonly organization: string; readonly directory: string },
): Promise<ActivationImpact> {
  const impact = new RoleChanges();
  const holders = new RoleHolders();
  let cursor: string | undefined;
  do {
    cursor = await performForMember(context, { organization, actor: system }, async (work) => {
      const { rules, directory } = activated(await work.rules(), await findDirectory(work, id));
      const users = await work.tx.directoryUsers.after(organization, id, cursor, BATCH);
      impact.users += users.length;
      const evaluated = await evaluate(work, rules, directory, users);
      await settle(work, rules, await wantedThen(work, rules, directory, evaluated), holders, impact);
      return users.length < BATCH ? undefined : users.at(-1)?.id;
    });
  } while (cursor !== undefined);
  return impact.shown();
}

function activated(
  rules: Rules,
  { id }: Directory,
): { readonly rules: Rules; readonly directory: Directory } {
  const directories = rules.directories.map((one): Directory =>
    one.id === id ? { ...one, state: 'active' } : one,
  );
  const [directory] = directories.filter((one) => one.id === id) as [Directory];
  return { rules: { ...rules, directories }, directory };
}

async function evaluate(
  { context, tx, organization }: Work,
  rules: Rules,
  directory: Directory,
  users: readonly EvaluatedUser['user'][],
): Promise<readonly EvaluatedUser[]> {
  const named = [...new Set(users.map(({ member }) => member))];
  const members = new Map((await tx.members.byIds(organization, named)).map((member) => [member.id, member]));
  const ids = users.map(({ id }) => id);
  const groups = await tx.directoryUsers.groupsOf(organization, directory.id, ids);
  const people = users.flatMap((user) => {
    const member = members.get(user.member);
    return member === undefined ? [] : [{ user, member, groups: groups.get(user.id) ?? [] }];
  });
  return evaluateUsers(context, tx, rules, directory, people);
}

/** As `rederive` would have it once it has noted whom it takes over, which is not noted here. */
async function wantedThen(
  work: Work,
  rules: Rules,
  directory: Directory,
  evaluated: readonly EvaluatedUser[],
): Promise<readonly GrantsWanted[]> {
  const all = await wantedOf(work, rules, directory, evaluated, {});
  const source = sourceKey({ directory: directory.id });
  return Promise.all(
    all.map(async (one, at): Promise<GrantsWanted> => {
      const given = evaluated[at]?.evaluation.grants ?? [];
      const defaultsCount = given.length > 0 && given.every(({ resource }) => resource !== undefined);
      if (!defaultsCount || !takesOver(rules, directory)) return one;
      const known = await recognitionsOf(work, rules, one.member.id);
      return {
        ...one,
        recognised: known.map((place) =>
          place.source === source ? { ...place, tookOverAt: work.at } : place,
        ),
      };
    }),
  );
}

async function settle(
  work: Work,
  rules: Rules,
  wanted: readonly GrantsWanted[],
  holders: RoleHolders,
  impact: RoleChanges,
): Promise<void> {
  const { settlements, losing } = await draftMembers(work, rules, wanted);
  for (const settlement of settlements) {
    await holders.follow(work, rules.roles, settlement);
    impact.note(work, rules, settlement, []);
  }
  for (const one of losing) {
    const ignoring = { ...one, lastHolder: 'ignore' } as const;
    const draft = await draftSettlement(work, rules, ignoring);
    const kept = await holders.lastOf(work, rules.roles, draft);
    const remove = (one.remove ?? []).filter(({ id }) => !kept.some((grant) => grant.id === id));
    const settlement =
      kept.length === 0 ? draft : await draftSettlement(work, rules, { ...ignoring, remove });
    await holders.follow(work, rules.roles, settlement);
    impact.note(work, rules, settlement, kept);
  }
}
