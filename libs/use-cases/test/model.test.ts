import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RulesCache, type UseCaseContext } from '../src/index.js';
import { Chance } from './model/chance.js';
import { Ticks } from './model/recording.js';
import { keyOf, type ModelState } from './model/reference.js';
import { replay } from './model/replay.js';
import { act, type Stage } from './model/writer.js';
import { homes, World } from './world.js';

/** Seconds for each home; a seed of an earlier run repeats its choices, though not how its writers met. */
const seconds = Number(process.env['MODEL_SECONDS'] ?? 10);
const seedGiven = process.env['MODEL_SEED'];

const WRITERS = 16;
const STEPS = 12;

function byGrant(one: { grant: string }, other: { grant: string }): number {
  return one.grant < other.grant ? -1 : 1;
}

describe.each(homes)('S12 on %s', (home) => {
  let world: World;
  beforeAll(async () => {
    world = await World.open(home);
  });
  afterAll(() => world?.close());

  async function stage(): Promise<{ stage: Stage; begun: ModelState }> {
    const tenant = await world.organization();
    const first = await tenant.connection({ defaultRole: 'org-guest' });
    const second = await tenant.connection({ name: 'Second', denyWithoutRole: true });
    const connections: ModelState['connections'] = new Map([
      [first, { active: true, defaultRole: 'org-guest', denyWithoutRole: false }],
      [second, { active: true, denyWithoutRole: true }],
    ]);
    return {
      stage: {
        tenant,
        ticks: new Ticks(),
        people: ['ann', 'ben', 'cleo', 'dan'],
        connections: [first, second],
        members: new Map(),
        mappings: [],
        done: [],
      },
      begun: { members: new Map(), mappings: new Map(), connections },
    };
  }

  /** Each with an index of its own, as instances have. */
  function instances(): readonly UseCaseContext[] {
    const { context } = world;
    return [1, 2].map(() => ({ ...context, clock: () => ++world.now, rules: new RulesCache() }));
  }

  async function agree(seed: number): Promise<number> {
    const { stage: on, begun } = await stage();
    const contexts = instances();
    await Promise.all(
      Array.from({ length: WRITERS }, async (_, writer) => {
        const chance = new Chance(`${seed}/${writer}`);
        for (let step = 0; step < STEPS; step++) await act(on, contexts[writer % 2]!, chance);
      }),
    );
    const state = replay(on, begun, { concurrent: home === 'PostgreSQL' });
    await endAgrees(on, state);
    return on.done.length;
  }

  async function endAgrees({ tenant, members }: Stage, state: ModelState): Promise<void> {
    const { read } = world.store;
    expect([...members.keys()].toSorted()).toEqual([...state.members.keys()].toSorted());
    for (const [person, wanted] of state.members) {
      const id = members.get(person)!;
      const grants = (await tenant.grants(id)).map((grant) => ({
        grant: keyOf(grant),
        evidence: grant.evidence.map(({ mapping, value }) => `${mapping} ${value}`).toSorted(),
      }));
      const due = [...wanted.grants.values()].map((grant) => ({
        grant: keyOf(grant),
        evidence: [...grant.evidence].map((row) => row.join(' ')).toSorted(),
      }));
      expect(grants.toSorted(byGrant), person).toEqual(due.toSorted(byGrant));
      expect((await read.members.get(tenant.id, id))?.status, person).toBe(wanted.status);
      const sessions = await read.sessions.ofMember(tenant.id, id);
      expect(sessions.map((one) => one.id).toSorted(), person).toEqual(
        [...wanted.sessions.keys()].toSorted(),
      );
    }
    for (const [id, { active }] of state.connections)
      expect((await read.connections.get(tenant.id, id))?.state).toBe(active ? 'active' : 'disabled');
    const { data } = await read.mappings.list(tenant.id, { limit: 200 });
    const stored = data.map(({ mapping: { id, value, role, syncMode, enabled } }) =>
      [id, value, role, syncMode, enabled !== false].join(' '),
    );
    const left = [...state.mappings].map(([id, { value, role, syncMode, enabled }]) =>
      [id, value, role, syncMode, enabled].join(' '),
    );
    expect(stored.toSorted()).toEqual(left.toSorted());
  }

  it(
    `any history of ${WRITERS} writers is one that the reference could have had, one after another`,
    { timeout: (seconds + 60) * 1_000 },
    async () => {
      const until = seedGiven === undefined ? performance.now() + seconds * 1_000 : 0;
      let seed = seedGiven === undefined ? Math.floor(Math.random() * 1e6) : Number(seedGiven);
      let operations = 0;
      let histories = 0;
      do {
        try {
          operations += await agree(seed);
        } catch (error) {
          console.error(`model on ${home}: MODEL_SEED=${seed} disagreed`);
          throw error;
        }
        seed += 1;
        histories += 1;
      } while (performance.now() < until);
      console.log(`model on ${home}: ${histories} histories, ${operations} operations agree`);
    },
  );
});
