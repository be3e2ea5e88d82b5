import { describe, expect, it } from 'vitest';
import type { Connection } from '../ports/connections.js';
import { anOrganization, connection } from './specimens.js';
import { expectRefusal, SECRET_KEYS, START, type Subject } from './subject.js';

const made = (prefix: string, count: number) => Array.from({ length: count }, (_, i) => `${prefix}${i}`);

export function connectionsContract(on: Subject): void {
  const insert = async (with_: Partial<Connection> = {}, secrets: Record<string, string> = {}) => {
    const value = connection(with_.organization ?? (await anOrganization(on)), with_);
    await on.write((tx) => tx.connections.insert(value, secrets));
    return value;
  };

  describe('connections', () => {
    it('keeps every field, and grows its version with each change', async () => {
      const bare = await insert();
      const read = on.store.read.connections;
      expect(await read.get(bare.organization, bare.id)).toStrictEqual(bare);
      const full: Connection = {
        ...bare,
        state: 'draft',
        settings: { nested: { list: [1, null, 'ü'] } },
        defaultRole: 'org-guest',
        denyWithoutRole: true,
        absentClaim: 'keep',
        jit: false,
        requiredClaims: { hd: 'acme.test', tid: ['a', 'b'] },
        subjectClaim: 'oid',
        updatedAt: START + 1,
      };
      await on.write((tx) => tx.connections.update(full));
      expect(await read.get(bare.organization, bare.id)).toStrictEqual({ ...full, version: 2 });
      await on.write((tx) => tx.connections.update({ ...bare, version: 3 }));
      expect(await read.get(bare.organization, bare.id)).toStrictEqual({ ...bare, version: 3 });
    });

    it('L4: says yes, no or nothing on whether sign-ins make members', async () => {
      const { jit: _jit, ...bare } = connection(await anOrganization(on));
      const { get } = on.store.read.connections;
      await on.write((tx) => tx.connections.insert(bare, {}));
      expect(await get(bare.organization, bare.id)).toStrictEqual(bare);
      for (const jit of [false, true]) {
        await on.write((tx) => tx.connections.update({ ...bare, jit }));
        expect((await get(bare.organization, bare.id))?.jit).toBe(jit);
      }
      await on.write((tx) => tx.connections.update(bare));
      expect(await get(bare.organization, bare.id)).not.toHaveProperty('jit');
    });

    it('answers undefined for an unknown one, and refuses to update it', async () => {
      const organization = await anOrganization(on);
      expect(await on.store.read.connections.get(organization, 'con_x')).toBeUndefined();
      expect(await on.store.read.connections.secrets(organization, 'con_x')).toEqual({});
      await expectRefusal(
        on.write((tx) => tx.connections.update(connection(organization))),
        'store-misused',
      );
    });

    it('lists page by page, and all', async () => {
      const organization = await anOrganization(on);
      const all: Connection[] = [];
      for (let i = 0; i < 3; i++) all.push(await insert({ organization, createdAt: START + i }));
      const first = await on.store.read.connections.list(organization, { limit: 2 });
      const rest = await on.store.read.connections.list(organization, { limit: 2, after: first.after });
      expect([...first.data, ...rest.data]).toEqual(all);
      expect(rest.after).toBeUndefined();
      expect(await on.store.read.connections.all(organization)).toEqual(all);
    });

    it('gives secrets back, leaves them alone or replaces them all (D5)', async () => {
      const one = await insert({}, { clientSecret: 's3cret', __proto__x: 'p' });
      const secrets = () => on.store.read.connections.secrets(one.organization, one.id);
      expect(await secrets()).toEqual({ clientSecret: 's3cret', __proto__x: 'p' });
      await on.write((tx) => tx.connections.update({ ...one, name: 'renamed' }));
      expect(await secrets()).toEqual({ clientSecret: 's3cret', __proto__x: 'p' });
      await on.write((tx) => tx.connections.update(one, { privateKey: 'PEM' }));
      expect(await secrets()).toEqual({ privateKey: 'PEM' });
      await on.write((tx) => tx.connections.update(one, {}));
      expect(await secrets()).toEqual({});
    });

    it('D5: any given key opens, the first one seals, no other does', async () => {
      const one = await insert({}, { clientSecret: 's3cret' });
      const newKey = 'a second key, put in front of the first';
      const rotated = await on.open([newKey, ...SECRET_KEYS]);
      const stranger = await on.open([newKey]);
      const expected = { clientSecret: 's3cret' };
      expect(await rotated.read.connections.secrets(one.organization, one.id)).toEqual(expected);
      await expectRefusal(stranger.read.connections.secrets(one.organization, one.id), 'secret-unreadable');
      await rotated.transaction((tx) => tx.connections.update(one, expected));
      expect(await stranger.read.connections.secrets(one.organization, one.id)).toEqual(expected);
      await expectRefusal(on.store.read.connections.secrets(one.organization, one.id), 'secret-unreadable');
      await Promise.all([rotated.close(), stranger.close()]);
    });

    it('M9: remembers the claim names it has seen', async () => {
      const one = await insert();
      const add = (names: readonly string[]) =>
        on.write((tx) => tx.connections.addClaimsSeen(one.organization, one.id, names, START));
      await add(['groups', '__proto__']);
      await add(['groups', 'Groups']);
      expect(await on.store.read.connections.claimsSeen(one.organization, one.id)).toEqual(
        new Set(['groups', '__proto__', 'Groups']),
      );
      expect(await on.statementsOf(() => add([]))).toBe(0);
    });

    it('keeps the first two thousand claim names, whatever an IdP makes up', async () => {
      const one = await insert();
      const add = (more: readonly string[]) =>
        on.write((tx) => tx.connections.addClaimsSeen(one.organization, one.id, more, START));
      await add(made('a', 1_500));
      await add([...made('a', 10), ...made('b', 1_500)]);
      await add(made('c', 10));
      expect(await on.store.read.connections.claimsSeen(one.organization, one.id)).toEqual(
        new Set([...made('a', 1_500), ...made('b', 500)]),
      );
    });

    it('goes with its secrets and claim names', async () => {
      const one = await insert({}, { clientSecret: 's3cret' });
      await on.write(async (tx) => {
        await tx.connections.addClaimsSeen(one.organization, one.id, ['groups'], START);
        await tx.connections.delete(one.organization, one.id);
        await tx.connections.delete(one.organization, one.id);
      });
      expect(await on.store.read.connections.get(one.organization, one.id)).toBeUndefined();
      expect(await on.store.read.connections.secrets(one.organization, one.id)).toEqual({});
      expect(await on.store.read.connections.claimsSeen(one.organization, one.id)).toEqual(new Set());
    });
  });
}
