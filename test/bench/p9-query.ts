import { strict as assert } from 'node:assert';
import { listResponse, parseUserQuery, presentUser, wantsGroups } from '@idp-roles/scim';
import type { AskingContender } from './p7-measure.ts';
import { duration, times, type Row } from './row.ts';
import { measureUneven } from './scim-measure.ts';
import { knowUsers, scimmyList, type Listed } from './scim-peers.ts';
import {
  aScimTenant,
  aUser,
  fillUsers,
  scimHomes,
  userIdOf,
  type ScimHome,
  type ScimTenant,
} from './scim-tenant.ts';

const [small, large] = [10_000, 100_000];

interface Question {
  readonly name: string;
  /** How many users scimmy is asked among: it makes resources of all of them for a page, which takes it minutes at 100 000. */
  readonly peerUsers: number;
  /** Of a directory of so many: parameters of the URL. */
  readonly ask: (users: number, turn: number) => Readonly<Record<string, string>>;
}

const questions: readonly Question[] = [
  {
    name: 'filter=userName eq',
    peerUsers: large,
    ask: (users, turn) => ({ filter: `userName eq "${aUser((turn * 7_919) % users).userName}"` }),
  },
  { name: 'page of 100', peerUsers: small, ask: () => ({ startIndex: '1', count: '100' }) },
];

/** P9: from the URL's parameters to the text of the answer, beside scimmy with every user in memory. */
export async function querying(): Promise<Row[]> {
  const homes = await scimHomes();
  try {
    return await rows(homes);
  } finally {
    for (const home of homes) await home.close();
  }
}

async function rows(homes: readonly ScimHome[]): Promise<Row[]> {
  const contenders: AskingContender[] = [];
  const peers = new Map<number, readonly ({ readonly id: string } & Readonly<Record<string, unknown>>)[]>();
  for (const users of [small, large]) {
    peers.set(
      users,
      Array.from({ length: users }, (_, number) => ({ id: `${number}`, ...aUser(number) })),
    );
    for (const home of homes) {
      const tenant = await aScimTenant(home, []);
      await fillUsers(tenant, users);
      for (const { name, ask } of questions) {
        contenders.push({
          name: `${home.name} ${name} ${users}`,
          run: (turn) => listOurs(tenant, ask(users, turn)),
        });
      }
      knowUsers(peers.get(users) ?? []);
      await assertSame(tenant, users);
    }
  }
  for (const { name, ask, peerUsers } of questions) {
    contenders.push({
      name: `scimmy ${name}`,
      run: (turn) => {
        knowUsers(peers.get(peerUsers) ?? []);
        return scimmyList(numbered(ask(peerUsers, turn)));
      },
    });
  }
  const { nanoseconds, ratio } = await measureUneven(contenders, { millisecondsARound: 100, mostTurns: 400 });
  return homes.flatMap((home) =>
    questions.map(({ name, peerUsers }): Row => {
      const ours = `${home.name} ${name} ${peerUsers}`;
      const growth = ratio(`${home.name} ${name} ${large}`, `${home.name} ${name} ${small}`);
      const faster = ratio(`scimmy ${name}`, ours);
      return {
        op: `P9 SCIM ${name}, ${peerUsers} users, on ${home.name}`,
        ours: duration(nanoseconds(ours)),
        peer: `scimmy, in memory ${duration(nanoseconds(`scimmy ${name}`))}`,
        ratio: times(faster),
        growth: times(growth),
        goal: `≥ 1 000×; growth from ${small} to ${large} ≤ 1.5`,
        reached: faster >= 1_000 && growth <= 1.5,
      };
    }),
  );
}

/** What `GET /Users` does below HTTP. */
async function listOurs(
  { context, organization, directory }: ScimTenant,
  parameters: Readonly<Record<string, string>>,
): Promise<string> {
  const { directoryUsers } = context.store.read;
  const { query, projection } = parseUserQuery(parameters);
  const page = await directoryUsers.query(organization, directory, query);
  const ids = page.data.map(({ id }) => id);
  const groups = wantsGroups(projection)
    ? await directoryUsers.groupsOf(organization, directory, ids)
    : undefined;
  const view = { baseUrl: 'https://app.acme.test/scim/v2/bench', projection };
  const shown = page.data.map((user) => presentUser(user, groups?.get(user.id), view));
  return JSON.stringify(listResponse(page, query, shown));
}

/** The oracle: both sides answer the same people, and the same number of them. */
async function assertSame(tenant: ScimTenant, users: number): Promise<void> {
  const asked = questions
    .filter(({ peerUsers }) => peerUsers >= users)
    .flatMap(({ ask }) => [1, users - 1].map((turn) => ask(users, turn)));
  for (const parameters of [...asked, { filter: 'userName eq "nobody@acme.test"' }]) {
    const ours = JSON.parse(await listOurs(tenant, parameters)) as Listed;
    const peer = JSON.parse(await scimmyList(numbered(parameters))) as Listed;
    assert.deepEqual(named(ours), named(peer));
    assert.equal(ours.totalResults, peer.totalResults);
  }
  const [first] = (JSON.parse(await listOurs(tenant, { count: '1' })) as { Resources: { id: string }[] })
    .Resources;
  assert.equal(first?.id, userIdOf(tenant, 0));
}

function named({ Resources = [] }: Partial<Listed>): readonly string[] {
  return Resources.map(({ userName }) => userName);
}

/** scimmy wants the numbers that a URL writes as text. */
function numbered({ startIndex, count, ...others }: Readonly<Record<string, string>>) {
  return {
    ...others,
    ...(startIndex !== undefined && { startIndex: Number(startIndex) }),
    ...(count !== undefined && { count: Number(count) }),
  };
}
