import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { openStore } from '../src/sql/open-store.js';
import type { Store } from '../src/ports/store.js';
import { asked, fill, ordered, users, written } from './asked.js';
import { aFolder, secretKeys } from './folder.js';

/** The steps of every statement that `ask` makes, each with its text. */
async function stepsOf(ask: (store: Store) => Promise<unknown>): Promise<readonly string[]> {
  const folder = await aFolder();
  const texts: string[] = [];
  const store = await openStore({ folder }, { secretKeys, onStatement: (text) => texts.push(text) });
  await fill(store);
  texts.length = 0;
  await ask(store);
  await store.close();
  const file = new DatabaseSync(join(folder, 'idp-roles.db'), { readOnly: true });
  const steps = texts
    .filter((text) => !/^(begin|commit|rollback)/.test(text))
    .flatMap((text) => file.prepare(`explain query plan ${text}`).all())
    .map((row) => String(row['detail']));
  file.close();
  return steps;
}

// What a query made itself is as small as its answer; an organization has one version; a directory has one count.
const own =
  /^SCAN (held|path|json_each|given|\d|.*CONSTANT)|\bversions USING PRIMARY KEY \(organization=\?\)/;
const whole = (steps: readonly string[]) =>
  steps.filter((step) => /^SCAN|\(organization=\?\)( |$)/.test(step) && !own.test(step));

it.each(Object.entries(asked))('P3, P7: %s reads by an index, not the whole organization', async (_, ask) => {
  const steps = await stepsOf((store) => ask(store.read));
  expect(steps).not.toEqual([]);
  expect(whole(steps)).toEqual([]);
});

it.each(Object.entries(written))('P8, P11: %s finds its rows by an index', async (_, write) => {
  const steps = await stepsOf((store) => store.transaction(write).catch(() => undefined));
  expect(whole(steps)).toEqual([]);
});

it.each(ordered)('P9: users sorted by %s are read in that order', async (sortBy) => {
  for (const descending of [false, true]) {
    const steps = await stepsOf(async ({ read }) => {
      const first = await users(read, { sortBy, descending, count: 1 });
      await users(read, { sortBy, descending, cursor: first.next, count: 1 });
    });
    expect(steps.filter((step) => /TEMP B-TREE|SCAN/.test(step))).toEqual([]);
  }
});
