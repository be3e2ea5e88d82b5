import { strict as assert } from 'node:assert';
import { patchGroup } from '@idp-roles/scim';
import { changeGroup, createGroup } from '@idp-roles/use-cases';
import type { AskingContender } from './p7-measure.ts';
import { duration, times, type Row } from './row.ts';
import { measureUneven } from './scim-measure.ts';
import { knowGroup, scimmyMembers, scimmyPatch } from './scim-peers.ts';
import {
  aScimTenant,
  fillUsers,
  scimHomes,
  userIdOf,
  type ScimHome,
  type ScimTenant,
} from './scim-tenant.ts';

const sizes = [10, 1_000, 10_000] as const;
/** Members added at a time, as IdPs do. */
const slice = 1_000;
const goals = new Map<number, number>([
  [1_000, 50],
  [10_000, 500],
]);

/** One group and the person who is put into it and taken out of it, in turn. */
interface Team {
  readonly size: number;
  readonly group: string;
  readonly mover: string;
}

/**
 * P8: a PATCH from its parsed JSON to the commit on disk with the person's roles in it, beside scimmy with a group in memory and
 * no roles. saml-jackson 26.2 is no peer: after a PATCH that adds a member it answers, and keeps answering, `members: []`.
 */
export async function patching(): Promise<Row[]> {
  const homes = await scimHomes();
  try {
    return await rows(homes);
  } finally {
    for (const home of homes) await home.close();
  }
}

async function rows(homes: readonly ScimHome[]): Promise<Row[]> {
  const contenders: AskingContender[] = [];
  for (const home of homes) {
    const tenant = await aScimTenant(home, sizes.map(teamName));
    await fillUsers(tenant, Math.max(...sizes) + sizes.length);
    for (const size of sizes) {
      const team = await teamOf(tenant, size);
      await assertSame(tenant, team);
      contenders.push({
        name: `${home.name} ${size}`,
        run: (turn) => patchOurs(tenant, team.group, patchOf(turn, team.mover)),
      });
    }
  }
  for (const size of sizes) {
    contenders.push({ name: `scimmy ${size}`, run: (turn) => scimmyPatch(`${size}`, patchOf(turn, mover)) });
  }
  const { nanoseconds, ratio } = await measureUneven(contenders, { millisecondsARound: 150, mostTurns: 200 });
  return homes.flatMap(({ name }) =>
    sizes.map((size): Row => {
      const growth = ratio(`${name} ${size}`, `${name} ${sizes[0]}`);
      const faster = ratio(`scimmy ${size}`, `${name} ${size}`);
      const goal = goals.get(size);
      return {
        op: `P8 SCIM PATCH: one member of ${size} added or removed, with their roles, on ${name}`,
        ours: duration(nanoseconds(`${name} ${size}`)),
        peer: `scimmy, in memory, no roles ${duration(nanoseconds(`scimmy ${size}`))}`,
        ratio: times(faster),
        growth: times(growth),
        goal: `${goal === undefined ? '' : `≥ ${goal}×; `}growth since ${sizes[0]} ≤ 1.5`,
        reached: growth <= 1.5 && faster >= (goal ?? 0),
      };
    }),
  );
}

/** The id that scimmy knows the mover by, in a group of whichever size. */
const mover = 'mover';

/** In turn: out of the group, and in again. */
function patchOf(turn: number, member: string): object {
  const operation =
    turn % 2 === 0
      ? { op: 'remove', path: `members[value eq "${member}"]` }
      : { op: 'add', path: 'members', value: [{ value: member }] };
  return { schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations: [operation] };
}

async function patchOurs(
  { context, organization, directory }: ScimTenant,
  group: string,
  body: object,
): Promise<void> {
  const { outcome } = await changeGroup(context, {
    organization,
    directory,
    group,
    changes: patchGroup(body, group),
  });
  assert.equal(outcome, 'changed');
}

/** A group whose members all have a role by it, on both sides. */
async function teamOf(tenant: ScimTenant, size: number): Promise<Team> {
  const { context, organization, directory } = tenant;
  // Of whom no other group decides.
  const first = sizes.indexOf(size as (typeof sizes)[number]);
  const own = userIdOf(tenant, first);
  const others = Array.from({ length: size - 1 }, (_, number) => userIdOf(tenant, sizes.length + number));
  const members = [own, ...others].map((value) => ({ value }));
  const displayName = teamName(size);
  const [begun, rest] = [members.slice(0, slice), members.slice(slice)];
  const { group } = await createGroup(context, { organization, directory, displayName, members: begun });
  for (let from = 0; from < rest.length; from += slice) {
    const change = { type: 'add-members', members: rest.slice(from, from + slice) } as const;
    await changeGroup(context, { organization, directory, group: group.id, changes: [change] });
  }
  const named = [mover, ...others].map((value) => ({ value }));
  knowGroup({ id: `${size}`, displayName, members: named });
  return { size, group: group.id, mover: own };
}

/** The oracle: after each step both sides name the same members, and ours has given or taken the role. */
async function assertSame(tenant: ScimTenant, { size, group, mover: own }: Team): Promise<void> {
  const { read } = tenant.home.store;
  const { organization, directory } = tenant;
  const user = await read.directoryUsers.get(organization, directory, own);
  assert(user);
  for (const turn of [0, 1]) {
    await patchOurs(tenant, group, patchOf(turn, own));
    await scimmyPatch(`${size}`, patchOf(turn, mover));
    const members = await read.directoryGroups.users(organization, directory, group);
    const peers = (await scimmyMembers(`${size}`)).map((id) => (id === mover ? own : id));
    assert.deepEqual(members.toSorted(), peers.toSorted());
    assert.equal(members.length, size - 1 + turn);
    const roles = await read.grants.ofMember(organization, user.member);
    assert.deepEqual(
      roles.map(({ role }) => role),
      turn === 1 ? ['org-member'] : [],
    );
  }
}

function teamName(size: number): string {
  return `Team ${size}`;
}
