import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { add, remove, TestDirectory } from './directories.js';
import { homes, World } from './world.js';

const median = (times: readonly number[]) => times.toSorted((a, b) => a - b)[times.length >> 1] ?? 0;

describe.each(homes)('cost of a group change on %s', (home) => {
  let world: World;
  beforeAll(async () => {
    world = await World.open(home);
  });
  afterAll(() => world?.close());

  it('P8: to add or remove one member does not grow with the members', { timeout: 600_000 }, async () => {
    const sizes = (process.env['GROUP_SIZES'] ?? '10,1000').split(',').map(Number);
    const tenant = await world.organization();
    const directory = await TestDirectory.of(tenant);
    await directory.mapping({ value: 'Engineering', role: 'org-member' });
    const users: string[] = [];
    for (let one = 0; one <= Math.max(...sizes); one++) users.push((await directory.user(`u${one}`)).id);
    const begun = performance.now();
    const groups = new Map<number, string>();
    for (const size of sizes) {
      groups.set(size, (await directory.group('Engineering', users.slice(1, size + 1))).id);
    }
    const filled = performance.now() - begun;
    const alice = users[0]!;
    const times = new Map<number, number[]>(sizes.map((size) => [size, []]));
    for (let round = 0; round < 200; round++) {
      for (const size of sizes) {
        const from = performance.now();
        await directory.change(groups.get(size)!, add(alice));
        await directory.change(groups.get(size)!, remove(alice));
        if (round >= 20) times.get(size)!.push((performance.now() - from) / 2);
        await new Promise(setImmediate);
      }
    }
    const medians = sizes.map((size) => median(times.get(size)!));
    if (process.env['GROUP_SIZES'] !== undefined) {
      const shown = medians.map((ms, at) => `${sizes[at]}: ${ms.toFixed(2)} ms`).join(', ');
      console.log(`${home}: ${shown}; ${sizes.join(' + ')} members added in ${filled.toFixed(0)} ms`);
    }
    expect(medians.at(-1)! / medians[0]!).toBeLessThan(1.5);
  });
});
