import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { databaseUrl } from '../../store/test/postgres-database.js';
import { TestDirectory } from './directories.js';
import { World } from './world.js';

/** Transactions and their statements, as PostgreSQL gets them. */
describe.skipIf(databaseUrl === undefined)('P11: what a user costs on PostgreSQL', () => {
  let world: World;
  const query = vi.spyOn(Client.prototype, 'query');
  beforeAll(async () => {
    world = await World.open('PostgreSQL');
  });
  afterAll(async () => {
    query.mockRestore();
    await world?.close();
  });

  async function statementsOf(work: () => Promise<unknown>): Promise<number> {
    query.mockClear();
    await work();
    return query.mock.calls.length;
  }

  it('of a person who is new: nothing is read that cannot matter', async () => {
    const tenant = await world.organization();
    const directory = await TestDirectory.of(tenant);
    await directory.mapping({ value: 'Engineering', role: 'org-member' });
    await directory.mapping({ claim: 'title', value: 'Boss', role: 'org-member' });
    const first = await directory.user('first');
    // Begin, commit, two to hold the rules, tombstones, member, two of the user, audit events.
    expect(await statementsOf(() => directory.user('second'))).toBeLessThanOrEqual(9);
    expect(
      await statementsOf(() => directory.user('unkeyed', { externalId: undefined })),
    ).toBeLessThanOrEqual(8);
    // And the grant, and the notice of it.
    expect(await statementsOf(() => directory.user('third', { title: 'Boss' }))).toBeLessThanOrEqual(11);
    const unchanged = () => directory.changeUser(first.id, { active: true });
    expect(await statementsOf(unchanged)).toBeLessThanOrEqual(5);
  });
});
