import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { start, type Acme } from './acme.js';
import type { Door } from './doors/door.js';
import { gatewayDoor, gatewayHost } from './doors/gateway-door.js';
import { apolloHost, graphqlDoor, mercuriusHost } from './doors/graphql-door.js';
import { express, fastify, httpDoor, httpHost } from './doors/http-door.js';
import { rpcDoor, rpcHost } from './doors/rpc-door.js';

const CODES: Readonly<Record<string, string>> = {
  yes: 'yes',
  no: 'access-denied',
  '401': 'not-signed-in',
  end: 'session-ended',
  off: 'member-not-active',
  shut: 'route-undeclared',
};

/** The tables of `matrix.md`, each as its header and its rows. */
function tables(): readonly (readonly string[])[][] {
  const text = readFileSync(new URL('./matrix.md', import.meta.url), 'utf8');
  return text
    .split(/\n\s*\n/)
    .filter((block) => block.startsWith('|'))
    .map((block) =>
      block
        .trim()
        .split('\n')
        .filter((_, line) => line !== 1)
        .map((line) =>
          line
            .split('|')
            .slice(1, -1)
            .map((cell) => cell.trim()),
        ),
    );
}
const [[, ...people] = [], [[, ...names] = [], ...rows] = []] = tables();

/** Grants by name, as `matrix.md` writes them: `role`, `role on resource`, each perhaps `until yesterday`. */
function grantsOf(holds: string) {
  return holds
    .split(', ')
    .filter(Boolean)
    .map((held) => {
      const [, role = '', id, lapsed] = /^(\S+)(?: on (\S+))?( until yesterday)?$/.exec(held) ?? [];
      const type = role.startsWith('workspace') ? 'workspace' : 'project';
      return {
        role,
        ...(id && { resource: { type, id } }),
        ...(lapsed && { expiresAt: Date.now() - 86_400_000 }),
      };
    });
}

/** How the door is told who asks: absent, or a member's name, perhaps with the time their session began. */
function askedBy(who: string): string | undefined {
  const [, , standing] = people.find(([name]) => name === who) ?? [];
  if (standing === 'not signed in') return undefined;
  if (standing === 'session ended') return `${who}@999`;
  return standing === 'session open' ? `${who}@1000` : who;
}

const workspace = (id: string) => ({ type: 'workspace', id });

function populate(acme: Acme): void {
  for (const [project, parent] of [
    ['web', 'platform'],
    ['lab', 'labs'],
  ] as const) {
    acme.paths.set(`acme/workspace/${parent}`, [workspace(parent)]);
    acme.paths.set(`acme/project/${project}`, [{ type: 'project', id: project }, workspace(parent)]);
  }
  for (const [who = '', holds = '', standing = ''] of people) {
    if (standing === 'not signed in' || standing === 'no member here') continue;
    const status = (['suspended', 'invited', 'deprovisioned'] as const).find((name) => name === standing);
    acme.join(who, grantsOf(holds), { ...(status && { status }) });
  }
}

const DOORS = [
  ['HTTP on Express', httpHost, express, httpDoor],
  ['HTTP on Fastify', httpHost, fastify, httpDoor],
  ['GraphQL by Apollo', apolloHost(), express, graphqlDoor],
  ['GraphQL by Mercurius', mercuriusHost(), fastify, graphqlDoor],
  ['a gateway', gatewayHost, express, gatewayDoor],
  ['a microservice', rpcHost, express, rpcDoor],
] as const;
/** A message handler that declares nothing stops the start, so there is none to ask. */
const askedAt = (door: string) =>
  rows.filter(([route]) => route !== 'silent' || !/gateway|microservice/.test(door));
const cells = DOORS.reduce((count, [door]) => count + askedAt(door).length * names.length, 0);

describe(`A2–A6: role × scope × route × kind of call, ${cells} cells`, () => {
  test('are at least a thousand, and each says what it expects', () => {
    expect(cells).toBeGreaterThanOrEqual(1000);
    expect(people.map(([name]) => name)).toEqual(names);
    for (const [route, ...row] of rows)
      expect([route, row.length, row.filter((cell) => !(cell in CODES))]).toEqual([route, names.length, []]);
  });

  describe.each(DOORS)('%s', (title, host, adapter, open) => {
    let door: Door;
    beforeAll(async () => {
      const { app, acme } = await start(host, { guard: 'global' }, undefined, adapter());
      populate(acme);
      door = await open(app);
    });
    afterAll(() => door.close());

    test.each(askedAt(title))('%s', async (asked, ...expected) => {
      const [route = '', id] = asked.split(' ');
      const input = id === undefined ? undefined : { id };
      const answers = await Promise.all(
        names.map(async (who) => `${who}: ${await door.ask(route, askedBy(who), input)}`),
      );
      expect(answers).toEqual(names.map((who, at) => `${who}: ${CODES[expected[at] ?? '']}`));
    });
  });
});
