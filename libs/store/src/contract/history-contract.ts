import { describe, expect, it } from 'vitest';
import { newId } from '../ids.js';
import { anOrganization, auditEvent, trace } from './specimens.js';
import type { SignInTrace } from '../ports/history.js';
import { START, type Subject } from './subject.js';

const DAY = 24 * 60 * 60 * 1_000;

export function historyContract(on: Subject): void {
  const read = () => on.store.read.history;

  describe('audit events', () => {
    it('S13: keeps every field, null apart from absent', async () => {
      const organization = await anOrganization(on);
      const bare = auditEvent(organization);
      const full = auditEvent(organization, {
        at: START + 1,
        actor: { kind: 'member', id: 'mem_1' },
        member: 'mem_2',
        subject: { type: 'grant', id: 'gra_1' },
        cause: { claim: 'groups', value: 'a\u0000b' },
        before: null,
        after: { role: 'org-member' },
      });
      await on.write((tx) => tx.history.append([bare, full]));
      const { data } = await read().auditEvents(organization, { limit: 10 });
      expect(data).toStrictEqual([full, bare]);
    });

    it('answers newest first, page by page, by member and by action', async () => {
      const organization = await anOrganization(on);
      const all = Array.from({ length: 5 }, (_, i) =>
        auditEvent(organization, {
          at: START + i,
          member: `mem_${i % 2}`,
          action: i < 3 ? 'grant.added' : 'grant.removed',
        }),
      );
      await on.write((tx) => tx.history.append(all));
      const first = await read().auditEvents(organization, { limit: 3 });
      const rest = await read().auditEvents(organization, { limit: 3, after: first.after });
      expect([...first.data, ...rest.data]).toEqual(all.toReversed());
      const some = await read().auditEvents(organization, {
        limit: 9,
        member: 'mem_1',
        action: 'grant.removed',
      });
      expect(some.data).toEqual([all[3]]);
    });

    it('appends thousands at once, and nothing for nothing', async () => {
      const organization = await anOrganization(on);
      const many = Array.from({ length: 5_000 }, () => auditEvent(organization));
      expect(await on.statementsOf(() => on.write((tx) => tx.history.append(many)))).toBeLessThanOrEqual(4);
      expect(await on.statementsOf(() => on.write((tx) => tx.history.append([])))).toBe(0);
    });
  });

  describe('sign-in traces', () => {
    it('keeps every field and is found by reference', async () => {
      const organization = await anOrganization(on);
      const value = trace(organization, 'con_1', {
        outcome: 'refused',
        code: 'signature-invalid',
        member: 'mem_1',
        detail: { check: ['signature'] },
      });
      await on.write((tx) => tx.history.trace(value));
      expect(await read().traces(organization, 'con_1', 9)).toStrictEqual([value]);
      expect(await read().traceByReference(organization, value.reference)).toStrictEqual(value);
      expect(await read().traceByReference(organization, 'x')).toBeUndefined();
    });

    it('L7: keeps the last fifty of each connection, newest first', async () => {
      const organization = await anOrganization(on);
      const all = Array.from({ length: 60 }, (_, i) => trace(organization, 'con_1', { at: START + i }));
      const other = trace(organization, 'con_2');
      await on.write(async (tx) => {
        for (const each of [other, ...all]) await tx.history.trace(each);
      });
      const kept = all.toReversed().slice(0, 50);
      expect(await read().traces(organization, 'con_1', 100)).toEqual(kept);
      expect(await read().traces(organization, 'con_1', 2)).toEqual(kept.slice(0, 2));
      expect(await read().traces(organization, 'con_2', 100)).toEqual([other]);
    });

    it('L7: what anybody can cause pushes out no failed sign-in, and neither a verified one', async () => {
      const organization = await anOrganization(on);
      const some = (outcome: SignInTrace['outcome'], count: number, from: number) =>
        Array.from({ length: count }, (_, i) =>
          trace(organization, 'con_1', { outcome, at: START + from + i }),
        );
      const verified = [...some('signed-in', 1, 0), ...some('refused', 1, 1)];
      const failed = some('failed', 60, 10);
      const notBegun = some('not-begun', 60, 100);
      await on.write(async (tx) => {
        for (const each of [...verified, ...failed, ...notBegun]) await tx.history.trace(each);
      });
      const kept = [...verified, ...failed.slice(-50), ...notBegun.slice(-5)].toReversed();
      expect(await read().traces(organization, 'con_1', 200)).toEqual(kept);
    });

    it('L7: keeps none beyond seven days, whether or not another follows', async () => {
      const organization = await anOrganization(on);
      const [old, young] = [trace(organization, 'con_1'), trace(organization, 'con_1', { at: START + DAY })];
      await on.write(async (tx) => {
        await tx.history.trace(old);
        await tx.history.trace(young);
      });
      on.now = START + 7 * DAY;
      expect(await read().traces(organization, 'con_1', 9)).toEqual([young]);
      expect(await read().traceByReference(organization, old.reference)).toBeUndefined();
    });
  });

  describe('service keys', () => {
    it('is found by hash, listed in the order of creation, deleted once', async () => {
      const key = {
        id: newId('tok', 'org_global'),
        name: 'CI',
        hash: `hash of ${Math.random()}`,
        createdAt: START,
      };
      const later = { ...key, id: `${key.id}2`, hash: `${key.hash}2`, createdAt: START + 1 };
      await on.write(async (tx) => {
        await tx.serviceKeys.insert(later);
        await tx.serviceKeys.insert(key);
      });
      expect(await on.store.read.serviceKeys.byHash(key.hash)).toStrictEqual(key);
      expect(await on.store.read.serviceKeys.byHash('x')).toBeUndefined();
      expect(await on.store.read.serviceKeys.list()).toEqual([key, later]);
      expect(await on.write((tx) => tx.serviceKeys.delete(key.id))).toBe(true);
      expect(await on.write((tx) => tx.serviceKeys.delete(key.id))).toBe(false);
      expect(await on.store.read.serviceKeys.byHash(key.hash)).toBeUndefined();
      await on.write((tx) => tx.serviceKeys.delete(later.id));
    });
  });
}
