import { describe, expect, it } from 'vitest';
import type { StoredRoleMapping } from '../ports/role-mappings.js';
import { anOrganization, roleMapping } from './specimens.js';
import { expectRefusal, START, type Subject } from './subject.js';

const full: Partial<StoredRoleMapping['mapping']> = {
  source: { directory: 'dir_1' },
  match: 'glob',
  value: 'ws-*-admin',
  caseInsensitive: true,
  split: ';',
  resource: { type: 'workspace', id: '$1' },
  syncMode: 'import',
  also: [{ claim: 'department', value: 'R&D' }],
  enabled: false,
  note: 'ünïcode',
};

export function roleMappingsContract(on: Subject): void {
  const read = () => on.store.read.mappings;
  const insert = (mapping: StoredRoleMapping) => on.write((tx) => tx.mappings.insert(mapping));

  describe('role mappings', () => {
    it('keeps every field', async () => {
      const organization = await anOrganization(on);
      const value = roleMapping(organization, full);
      await insert(value);
      expect(await read().get(organization, value.mapping.id)).toStrictEqual(value);
      const changed = { ...value, mapping: { ...value.mapping, note: 'other' }, updatedAt: START + 1 };
      await on.write((tx) => tx.mappings.update(changed));
      expect(await read().get(organization, value.mapping.id)).toStrictEqual(changed);
    });

    it('answers undefined or false for an unknown one, and refuses to update it', async () => {
      const organization = await anOrganization(on);
      expect(await read().get(organization, 'map_x')).toBeUndefined();
      expect(await on.write((tx) => tx.mappings.delete(organization, 'map_x'))).toBe(false);
      await expectRefusal(
        on.write((tx) => tx.mappings.update(roleMapping(organization))),
        'store-misused',
      );
    });

    it('finds several by id: those that exist, of this organization', async () => {
      const organization = await anOrganization(on);
      const [one, two, gone] = [1, 2, 3].map(() => roleMapping(organization));
      const foreign = roleMapping(await anOrganization(on));
      for (const each of [one, two, gone, foreign]) if (each) await insert(each);
      await on.write((tx) => tx.mappings.delete(organization, gone?.mapping.id ?? ''));
      const ids = [two, one, gone, foreign].map((each) => each?.mapping.id ?? '');
      const found = await read().byIds(organization, [...ids, 'map_x']);
      expect(new Set(found.map(({ mapping }) => mapping.id))).toEqual(new Set([ids[0], ids[1]]));
      expect(found).toContainEqual(two);
      expect(await read().byIds(organization, [])).toEqual([]);
    });

    it('lists page by page, of one source or of all, and by target role', async () => {
      const organization = await anOrganization(on);
      const all = [{}, { source: { directory: 'dir_1' } }, { role: 'org-billing' }].map((with_, i) => ({
        ...roleMapping(organization, with_),
        createdAt: START + i,
      }));
      for (const each of all) await insert(each);
      const first = await read().list(organization, { limit: 2 });
      const rest = await read().list(organization, { limit: 2, after: first.after });
      expect([...first.data, ...rest.data]).toEqual(all);
      expect((await read().list(organization, { limit: 9, source: 'sso:con_1' })).data).toEqual([
        all[0],
        all[2],
      ]);
      expect(await read().toRole(organization, 'org-billing')).toEqual([all[2]]);
    });

    it('M11: says what changed since a version, in one statement', async () => {
      const organization = await anOrganization(on);
      const [one, two] = [roleMapping(organization), roleMapping(organization)];
      const other = roleMapping(organization, { source: { directory: 'dir_1' } });
      const since = (version: number) => read().changedSince(organization, 'sso:con_1', version);
      expect(await since(0)).toEqual({ version: 0, changed: [], deleted: [] });
      await insert(one);
      await insert(two);
      await insert(other);
      const start = await since(0);
      expect(start).toMatchObject({ changed: [one, two], deleted: [] });
      expect(await since(start.version)).toEqual({ version: start.version, changed: [], deleted: [] });
      const edited = { ...one, mapping: { ...one.mapping, value: 'Sales' } };
      await on.write((tx) => tx.mappings.update(edited));
      expect(await on.write((tx) => tx.mappings.delete(organization, two.mapping.id))).toBe(true);
      const next = await since(start.version);
      expect(next).toMatchObject({ changed: [edited], deleted: [two.mapping.id] });
      expect(next.version).toBeGreaterThan(start.version);
      expect(await on.statementsOf(() => since(start.version))).toBe(1);
      expect(await since(0)).toMatchObject({ changed: [edited], deleted: [] });
      expect(await read().get(organization, two.mapping.id)).toBeUndefined();
    });

    it('a mapping moved to another source goes from the one and comes to the other', async () => {
      const organization = await anOrganization(on);
      const before = roleMapping(organization);
      const after = { ...before, mapping: { ...before.mapping, source: { connection: 'con_2' } } };
      await insert(before);
      const { version } = await read().changedSince(organization, 'sso:con_1', 0);
      await on.write((tx) => tx.mappings.update(after));
      expect(await read().changedSince(organization, 'sso:con_1', version)).toMatchObject({
        changed: [],
        deleted: [before.mapping.id],
      });
      expect((await read().changedSince(organization, 'sso:con_2', 0)).changed).toEqual([after]);
      await on.write((tx) => tx.mappings.update(before));
      expect((await read().list(organization, { limit: 9 })).data).toEqual([before]);
    });

    it('several changes in one transaction are told apart', async () => {
      const organization = await anOrganization(on);
      const three = [roleMapping(organization), roleMapping(organization), roleMapping(organization)];
      await on.write(async (tx) => {
        for (const each of three) await tx.mappings.insert(each);
      });
      expect((await read().changedSince(organization, 'sso:con_1', 0)).changed).toEqual(three);
    });
  });
}
