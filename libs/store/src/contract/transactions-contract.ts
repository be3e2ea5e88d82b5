import { describe, expect, it } from 'vitest';
import type { StoreTransaction } from '../ports/store.js';
import { aMember, anOrganization, auditEvent, grant, identity, member } from './specimens.js';
import { expectRefusal, START, type Subject } from './subject.js';

export function transactionsContract(on: Subject): void {
  describe('transactions', () => {
    it('see their own writes; others see them once committed', async () => {
      const organization = await anOrganization(on);
      const who = member(organization);
      let outside: Promise<unknown> | undefined;
      const askOutside = new Promise<void>((resolve) => {
        outside = new Promise((answer) => {
          void on
            .write(async (tx) => {
              await tx.members.insert(who);
              expect(await tx.members.get(organization, who.id)).toEqual(who);
              resolve();
              await new Promise((done) => setTimeout(done, 20));
            })
            .then(answer);
        });
      });
      await askOutside;
      expect(await on.store.read.members.get(organization, who.id)).toBeUndefined();
      await outside;
      expect(await on.store.read.members.get(organization, who.id)).toEqual(who);
    });

    it('answer what work answers, and rethrow what it throws, leaving nothing', async () => {
      const organization = await anOrganization(on);
      const who = member(organization);
      expect(await on.write(() => Promise.resolve(42))).toBe(42);
      const reason = new RangeError('mine');
      const failed = on.write(async (tx) => {
        await tx.members.insert(who);
        await tx.members.insertIdentity(identity(who));
        await tx.grants.apply(organization, { add: [grant(who)], remove: [], evidence: [] });
        await tx.history.append([auditEvent(organization)]);
        throw reason;
      });
      await expect(failed).rejects.toBe(reason);
      expect(await on.store.read.members.get(organization, who.id)).toBeUndefined();
      expect(await on.store.read.members.identity(identity(who))).toBeUndefined();
      expect(await on.store.read.grants.ofMember(organization, who.id)).toEqual([]);
      expect((await on.store.read.history.auditEvents(organization, { limit: 1 })).data).toEqual([]);
    });

    it('are dead once they ended, committed or rolled back', async () => {
      const who = await aMember(on);
      let kept: StoreTransaction | undefined;
      await on.write(async (tx) => void (kept = tx));
      await expectRefusal(kept!.members.get(who.organization, who.id), 'store-misused');
      await expectRefusal(kept!.changes.touch(who.organization, 'all'), 'store-misused');
      await on.write((tx) => Promise.reject(((kept = tx), new Error('no')))).catch(() => undefined);
      await expectRefusal(kept!.members.update({ ...who, name: 'late' }), 'store-misused');
      expect(await on.store.read.members.get(who.organization, who.id)).toEqual(who);
    });

    it('run nothing after their end that nobody awaited', async () => {
      const who = await aMember(on, { name: '0' });
      let begun = 0;
      let begunInside = 0;
      let late: Promise<unknown> | undefined;
      await on.write(async (tx) => {
        late = (async () => {
          for (let i = 1; i <= 500; i++) {
            begun = i;
            await tx.members.update({ ...who, name: `${i}` });
          }
        })();
        late.catch(() => undefined);
        // Gives the commit something to do first.
        for (let i = 0; i < 50; i++) await tx.changes.touch(`org_none${i}`, 'all');
        begunInside = begun;
      });
      await expectRefusal(late ?? Promise.resolve(), 'store-misused');
      const after = await on.store.read.members.get(who.organization, who.id);
      expect(Number(after?.name)).toBeLessThanOrEqual(begunInside);
    });

    it('refuse the store itself inside, at once, and let what they started use it later', async () => {
      const organization = await anOrganization(on);
      let later: Promise<unknown> | undefined;
      await on.write(async () => {
        await expectRefusal(on.store.read.organizations.get(organization), 'store-misused');
        await expectRefusal(
          on.write(() => Promise.resolve()),
          'store-misused',
        );
        await expectRefusal(on.store.ping(), 'store-misused');
        await expectRefusal(on.store.close(), 'store-misused');
        later = new Promise((resolve) => setTimeout(resolve, 20)).then(() =>
          on.store.read.organizations.get(organization),
        );
      });
      expect(await later).toMatchObject({ id: organization });
    });

    it('S12: twenty that read, then write, lose nothing', async () => {
      const who = await aMember(on, { name: '0' });
      const second = await on.open();
      await Promise.all(
        Array.from({ length: 20 }, (_, i) =>
          (i % 2 ? on.store : second).transaction(async (tx) => {
            const now = await tx.members.lock(who.organization, who.id);
            await new Promise((done) => setTimeout(done, 1));
            await tx.members.update({ ...who, name: String(Number(now?.name) + 1) });
          }),
        ),
      );
      expect((await on.store.read.members.get(who.organization, who.id))?.name).toBe('20');
      await second.close();
    });

    it('of twenty that give one e-mail away, one does', async () => {
      const organization = await anOrganization(on);
      const all = await Promise.allSettled(
        Array.from({ length: 20 }, () =>
          on.write((tx) =>
            tx.members.insert(member(organization, { email: 'a@acme.test', createdAt: START })),
          ),
        ),
      );
      expect(all.filter((each) => each.status === 'fulfilled')).toHaveLength(1);
    });
  });

  describe('a closed store', () => {
    it('refuses everything, and is closed as often as one likes', async () => {
      const store = await on.open();
      await store.ping();
      const running = store.transaction(async (tx) => {
        await new Promise((done) => setTimeout(done, 10));
        return tx.organizations.get('org_x');
      });
      const reading = store.read.organizations.get('org_x');
      await Promise.all([store.close(), store.close()]);
      expect(await running).toBeUndefined();
      expect(await reading).toBeUndefined();
      await expectRefusal(store.read.organizations.get('org_x'), 'store-closed');
      await expectRefusal(
        store.transaction(() => Promise.resolve()),
        'store-closed',
      );
      await expectRefusal(store.ping(), 'store-closed');
      await expectRefusal(store.changes.poll(), 'store-closed');
      await store.close();
    });
  });
}
