import { describe, expect, it } from 'vitest';
import type { Job } from '../ports/jobs.js';
import { job } from './directory-specimens.js';
import { anOrganization } from './specimens.js';
import { expectRefusal, START, type Subject } from './subject.js';

const LEASE = 1_000;

export function jobsContract(on: Subject): void {
  /** Jobs are taken of all organizations: none is left over from another test. */
  const drained = async () => {
    for (let left: Job | undefined; (left = await on.write((tx) => tx.jobs.take(START + 1e9, LEASE)));) {
      const done = { ...left, state: 'done' as const };
      await on.write((tx) => tx.jobs.update(done));
    }
    return anOrganization(on);
  };
  const insert = async (owner: string, with_: Partial<Job> = {}) => {
    const value = job(owner, with_);
    await on.write((tx) => tx.jobs.insert(value));
    return value;
  };

  describe('jobs', () => {
    it('keeps every field, and changes all but what it is', async () => {
      const organization = await anOrganization(on);
      const bare = await insert(organization, { state: 'cancelled' });
      const read = on.store.read.jobs;
      expect(await read.get(organization, bare.id)).toStrictEqual(bare);
      const full: Job = {
        ...bare,
        cause: { a: [1, 'ü'] },
        state: 'failed',
        cursor: 'usr_1',
        done: 4,
        total: 11,
        problem: 'the database cannot be used',
        failures: 2,
        updatedAt: START + 1,
      };
      await on.write((tx) => tx.jobs.update({ ...full, subject: 'dir_9', createdAt: 1 }));
      expect(await read.get(organization, bare.id)).toStrictEqual(full);
      expect(await on.write((tx) => tx.jobs.lock(organization, bare.id))).toStrictEqual(full);
      expect(await read.get('org_x', bare.id)).toBeUndefined();
      expect(await on.write((tx) => tx.jobs.lock('org_x', bare.id))).toBeUndefined();
      await expectRefusal(
        on.write((tx) => tx.jobs.update(job(organization))),
        'store-misused',
      );
    });

    it('lists newest first, of one subject or of all', async () => {
      const organization = await anOrganization(on);
      const all: Job[] = [];
      for (let i = 0; i < 4; i++)
        all.unshift(
          await insert(organization, { state: 'done', createdAt: START + i, subject: `dir_${i % 2}` }),
        );
      const read = on.store.read.jobs;
      const first = await read.list(organization, { limit: 3 });
      const rest = await read.list(organization, { limit: 3, after: first.after });
      expect([...first.data, ...rest.data]).toEqual(all);
      expect(rest.after).toBeUndefined();
      expect((await read.list(organization, { limit: 9, subject: 'dir_1' })).data).toEqual([all[0], all[2]]);
    });

    it('S9: gives the oldest that waits, then none while its lease lasts, then the same again', async () => {
      const organization = await drained();
      const [second, first] = [
        await insert(organization, { createdAt: START + 2 }),
        await insert(await anOrganization(on), { createdAt: START + 1 }),
      ];
      const take = (at: number) => on.write((tx) => tx.jobs.take(at, LEASE));
      expect(await take(START + 10)).toStrictEqual({ ...first, state: 'running', updatedAt: START + 10 });
      expect((await take(START + 10))?.id).toBe(second.id);
      expect(await take(START + 10 + LEASE - 1)).toBeUndefined();
      expect((await take(START + 10 + LEASE))?.id).toBe(first.id);
    });

    it('S9: renews the lease with each update of a running one, and gives none that is over', async () => {
      const organization = await drained();
      const { id } = await insert(organization);
      const take = (at: number) => on.write((tx) => tx.jobs.take(at, LEASE));
      const taken = await take(START);
      await on.write((tx) => tx.jobs.update({ ...taken!, done: 5, updatedAt: START + LEASE - 1 }));
      expect(await take(START + LEASE)).toBeUndefined();
      expect(await take(START + 2 * LEASE - 1)).toMatchObject({ id, done: 5 });
      for (const state of ['done', 'cancelled', 'failed'] as const) {
        await on.write((tx) => tx.jobs.update({ ...taken!, state, updatedAt: START }));
        expect(await take(START + 99 * LEASE)).toBeUndefined();
      }
      await on.write((tx) => tx.jobs.update({ ...taken!, state: 'waiting', updatedAt: START }));
      expect((await take(START))?.id).toBe(id);
    });

    it('gives one job to one of many who ask at once', async () => {
      const organization = await drained();
      const made = [await insert(organization), await insert(organization), await insert(organization)];
      const taken = await Promise.all(
        Array.from({ length: 16 }, () =>
          on.write(async (tx) => {
            const one = await tx.jobs.take(START, LEASE);
            await new Promise((done) => setTimeout(done, 5));
            return one?.id;
          }),
        ),
      );
      expect(taken.filter((id) => id !== undefined).toSorted()).toEqual(made.map(({ id }) => id).toSorted());
    });
  });
}
