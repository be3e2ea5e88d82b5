import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStore } from '../src/sql/open-store.js';
import type { Store } from '../src/ports/store.js';
import { asked, fill, ordered, users, written } from './asked.js';
import { secretKeys } from './folder.js';
import { aSchema, databaseUrl } from './postgres-database.js';

/** Of directories: what is asked of other tables, PostgreSQL plans by what it has measured. */
const OF_DIRECTORIES = /^directory(Users|Groups)\./;
const those = <T>(all: Record<string, T>) =>
  Object.entries(all).filter(([name]) => OF_DIRECTORIES.test(name));

describe.runIf(databaseUrl)('plans on PostgreSQL, of a database that nobody has measured', () => {
  const texts: string[] = [];
  let store: Store;
  let client: Client;
  let drop: () => Promise<void>;
  beforeAll(async () => {
    const made = await aSchema();
    drop = made.drop;
    store = await openStore(made.location, { secretKeys, onStatement: (text) => texts.push(text) });
    await fill(store);
    client = new Client(made.location.url);
    await client.connect();
    await client.query(
      `set search_path = "${made.schema}"; set plan_cache_mode = force_generic_plan; set enable_seqscan = off`,
    );
  });
  afterAll(async () => {
    await client.end();
    await store.close();
    await drop();
  });

  /** As a prepared statement is planned once it has been used for a while: for any values. */
  async function planOf(text: string): Promise<readonly string[]> {
    const count = Math.max(0, ...[...text.matchAll(/\$(\d+)/g)].map(([, place]) => Number(place)));
    const values = count === 0 ? '' : `(${Array.from({ length: count }, () => 'null').join(', ')})`;
    await client.query(`prepare asked as ${text}`);
    const { rows } = await client.query<{ 'QUERY PLAN': string }>(`explain execute asked${values}`);
    await client.query('deallocate asked');
    return rows.map((row) => row['QUERY PLAN']);
  }

  async function plansOf(ask: () => Promise<unknown>): Promise<readonly string[]> {
    texts.length = 0;
    await ask();
    const plans: string[] = [];
    for (const text of texts)
      if (!/^\s*(begin|commit|rollback)/.test(text) && /directory_(?!counts)/.test(text))
        plans.push(...(await planOf(text)));
    return plans;
  }

  /** Reads every user or group of the organization, or of the directory. */
  const whole = (plan: readonly string[]) =>
    plan.filter(
      (line) =>
        /Seq Scan on/.test(line) ||
        /Index Cond: \(?\(?organization = \(?\$\d+\)?(::text\))?\)?( AND \(directory = \S+\))?\)?$/.test(
          line,
        ),
    );

  it.each(those(asked))('P9: %s reads what it finds', async (_, ask) => {
    const plan = await plansOf(() => ask(store.read));
    expect(
      plan.filter((line) => line.includes('Index')).length + Number(_.endsWith('count')),
    ).toBeGreaterThan(0);
    expect(whole(plan)).toEqual([]);
  });

  it.each(those(written))('P8, P11: %s finds its rows by an index', async (_, write) => {
    const plan = await plansOf(() => store.transaction(write).catch(() => undefined));
    expect(whole(plan)).toEqual([]);
  });

  it('P11: who is referred to is looked up by their whole key', async () => {
    for (const table of ['members', 'grants', 'directories', 'connections']) {
      const plan = await planOf(
        `select 1 from only ${table} x where organization = $1 and id = $2 for key share of x`,
      );
      expect(plan.join('\n')).toContain(`using ${table}_pkey`);
      expect(plan.join('\n')).not.toContain('Filter');
    }
  });

  it.each(ordered)('P9: users sorted by %s are read in that order', async (sortBy) => {
    for (const descending of [false, true])
      expect(
        (await plansOf(() => users(store.read, { sortBy, descending }))).filter((line) => /Sort/.test(line)),
      ).toEqual([]);
  });
});
