import { StoreError, type StoreTransaction } from '@idp-roles/store';
import * as fc from 'fast-check';
import { setImmediate as yieldToOthers } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RulesCache, workOnJobs, type UseCaseContext } from '../src/index.js';
import { beforeActivation, people, staged, standing, type Staged } from './activation.js';
import { add } from './directories.js';
import { jobsOf, workAll } from './directory-jobs.js';
import { homes, World } from './world.js';

/** Without a `keepLastHolder` role: who comes first, which ids decide, decides who is the last holder. */
const roles = ['org-member', 'org-billing', 'org-guest'];

/** What leads to the same before the job comes to a person and after: who leaves a group before is not taken over, who does after is. */
const meanwhile = fc.record({
  afterBatch: fc.nat(3),
  do: fc.constantFrom('sign-in' as const, 'join' as const),
  person: fc.constantFrom(...people),
  group: fc.nat(3),
});
type Meanwhile = typeof meanwhile extends fc.Arbitrary<infer T> ? T : never;

describe.each(homes)('S9: a re-sync whose worker is killed on %s', (home) => {
  let world: World;
  beforeAll(async () => {
    world = await World.open(home);
  });
  afterAll(() => world?.close());

  it('anywhere, any number of times, gives what one that is never killed gives', async () => {
    await fc.assert(
      fc.asyncProperty(
        beforeActivation(roles),
        fc.array(fc.nat(40), { maxLength: 6 }),
        fc.array(meanwhile, { maxLength: 3 }),
        async (given, kills, steps) => {
          const calm = await staged(await world.organization(), given);
          await calm.activate();
          await workAll(world.context, 2);
          for (const step of steps) await take(calm, step);
          const hunted = await staged(await world.organization(), given);
          await hunted.activate();
          await workThroughKills(world, kills, (batch) => takeDue(hunted, steps, batch));
          expect(await standing(hunted)).toEqual(await standing(calm));
          const ended = await jobsOf(hunted.tenant);
          expect(ended.map(({ state }) => state)).toEqual(
            (await jobsOf(calm.tenant)).map(({ state }) => state),
          );
          for (const { done } of ended) expect(done).toBe(given.users.length);
        },
      ),
      { numRuns: home === 'SQLite' ? 60 : 25 },
    );
  }, 180_000);
});

/** Each kill strikes at that call of the store, counted from the last. In the order of the steps, whatever batch they are due after. */
async function workThroughKills(
  world: World,
  kills: readonly number[],
  after: (batch: number) => Promise<void>,
) {
  const left = [...kills];
  for (let batch = 0; ; batch++) {
    const strike = left.shift();
    const context = strike === undefined ? world.context : mortal(world.context, strike);
    const outcome = await workOnJobs(context, { batch: 2 }).catch((error: unknown) => {
      if (!(error instanceof StoreError)) throw error;
      return 'killed' as const;
    });
    await yieldToOthers();
    await after(batch);
    if (outcome === 'killed') world.now += 30_000;
    if (outcome === 'idle' && left.length === 0) break;
  }
  await after(Infinity);
}

async function takeDue(before: Staged, steps: readonly Meanwhile[], batch: number): Promise<void> {
  const taken = done.get(before) ?? 0;
  const next = steps[taken];
  if (next === undefined || next.afterBatch > batch) return;
  done.set(before, taken + 1);
  await take(before, next);
  await takeDue(before, steps, batch);
}
const done = new WeakMap<Staged, number>();

async function take(
  { tenant, connection, directory, users, groups }: Staged,
  step: Meanwhile,
): Promise<void> {
  const user = users.get(step.person);
  const group = groups[step.group % Math.max(groups.length, 1)];
  if (step.do === 'sign-in') await tenant.signIn(connection, step.person, { groups: ['A', 'C'] });
  else if (user !== undefined && group !== undefined) await directory.change(group, add(user));
}

/** A process that dies at this call of the store: what it had not committed is gone, and what it remembered with it. */
function mortal({ store, ...context }: UseCaseContext, strike: number): UseCaseContext {
  let calls = 0;
  const struck = <T extends object>(ports: T): T =>
    new Proxy(ports, {
      get(of, name) {
        const value: unknown = Reflect.get(of, name);
        if (typeof value === 'object' && value !== null) return struck(value);
        if (typeof value !== 'function') return value;
        return (...args: readonly unknown[]): unknown => {
          if (calls++ === strike) throw new StoreError('store-unavailable', 'killed');
          return Reflect.apply(value, of, args);
        };
      },
    });
  return {
    ...context,
    rules: new RulesCache(),
    store: {
      read: store.read,
      changes: store.changes,
      ping: () => store.ping(),
      close: () => store.close(),
      transaction: (work: (tx: StoreTransaction) => Promise<never>) =>
        store.transaction((tx) => work(struck(tx))),
    },
  };
}
