import { describe, expect, it } from 'vitest';
import { anOrganization, role } from './specimens.js';
import { expectRefusal, START, type Subject } from './subject.js';

export function rolesContract(on: Subject): void {
  const read = () => on.store.read.roles;

  describe('roles', () => {
    it('keeps every field; slug and creation never change', async () => {
      const value = role(await anOrganization(on), { idpGrantable: false, keepLastHolder: true });
      const { organization, id, slug } = value;
      await on.write((tx) => tx.roles.insert(value));
      expect(await read().get(organization, id)).toStrictEqual(value);
      expect(await read().bySlug(organization, slug)).toStrictEqual(value);
      expect(await read().bySlug(organization, slug.toUpperCase())).toBeUndefined();
      const changed = {
        ...value,
        permissions: [],
        on: 'project',
        keepLastHolder: false,
        updatedAt: START + 1,
      };
      await on.write((tx) => tx.roles.update({ ...changed, slug: 'custom-other', createdAt: 0 }));
      expect(await read().get(organization, id)).toStrictEqual(changed);
    });

    it('has each slug once in an organization', async () => {
      const value = role(await anOrganization(on));
      await on.write((tx) => tx.roles.insert(value));
      await on.write(async (tx) => {
        await expectRefusal(tx.roles.insert(role(value.organization, { slug: value.slug })), 'slug-taken');
      });
      const elsewhere = await anOrganization(on);
      await on.write((tx) => tx.roles.insert(role(elsewhere, { slug: value.slug })));
    });

    it('M12: answers in stored order', async () => {
      const organization = await anOrganization(on);
      const three = [2, 0, 1].map((position) => role(organization, { position }));
      await on.write(async (tx) => {
        for (const each of three) await tx.roles.insert(each);
      });
      const order = [three[1], three[2], three[0]];
      expect(await read().all(organization)).toEqual(order);
      const first = await read().list(organization, { limit: 1 });
      const rest = await read().list(organization, { limit: 5, after: first.after });
      expect([...first.data, ...rest.data]).toEqual(order);
    });

    it('deletes once; a role made anew is another one (M8)', async () => {
      const value = role(await anOrganization(on));
      await on.write((tx) => tx.roles.insert(value));
      expect(await on.write((tx) => tx.roles.delete(value.organization, value.id))).toBe(true);
      expect(await on.write((tx) => tx.roles.delete(value.organization, value.id))).toBe(false);
      expect(await read().bySlug(value.organization, value.slug)).toBeUndefined();
      await expectRefusal(
        on.write((tx) => tx.roles.update(value)),
        'store-misused',
      );
      await on.write((tx) => tx.roles.insert(role(value.organization, { slug: value.slug })));
    });
  });
}
