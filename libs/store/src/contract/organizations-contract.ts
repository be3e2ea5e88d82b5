import { describe, expect, it } from 'vitest';
import { newOrganizationId } from '../ids.js';
import { anOrganization, organization } from './specimens.js';
import { expectRefusal, START, type Subject } from './subject.js';

const domainOf = (on: string, domain: string, provenAt?: number) => ({
  organization: on,
  domain,
  ...(provenAt !== undefined && { provenAt, method: 'service-key' as const }),
});

export function organizationsContract(on: Subject): void {
  describe('organizations', () => {
    it('keeps every field', async () => {
      const value = organization({ roleSource: 'both', roleSelection: 'highest', keepClaims: false });
      await on.write((tx) => tx.organizations.insert(value));
      expect(await on.store.read.organizations.get(value.id)).toEqual(value);
      const changed = { ...value, name: 'Ácme', keepClaims: true, updatedAt: START + 1 };
      await on.write((tx) => tx.organizations.update(changed));
      expect(await on.store.read.organizations.get(value.id)).toEqual(changed);
    });

    it('answers undefined for an unknown one, and refuses to update it', async () => {
      expect(await on.store.read.organizations.get(newOrganizationId())).toBeUndefined();
      await expectRefusal(
        on.write((tx) => tx.organizations.update(organization())),
        'store-misused',
      );
    });

    it('lists in the order of creation, page by page', async () => {
      const later = START + 1_000_000;
      const ids: string[] = [];
      for (let i = 0; i < 5; i++) ids.push(await anOrganization(on, { createdAt: later + i }));
      const listed: string[] = [];
      let after: string | undefined;
      do {
        const page = await on.store.read.organizations.list({ limit: 2, after });
        listed.push(...page.data.map((each) => each.id));
        after = page.after;
      } while (after !== undefined);
      expect(listed.slice(-5)).toEqual(ids);
      expect(new Set(listed).size).toBe(listed.length);
    });

    it.each([
      'nonsense',
      '',
      Buffer.from('[1,2]').toString('base64url'),
      Buffer.from('["a","b"]').toString('base64url'),
      Buffer.from('{}').toString('base64url'),
    ])('refuses the cursor %j', async (after) => {
      await expectRefusal(on.store.read.organizations.list({ limit: 2, after }), 'cursor-invalid');
    });

    it('numbers its rules: each that took them alone and committed moves on, nobody else', async () => {
      const [one, two] = [await anOrganization(on), await anOrganization(on)];
      const held = (organization: string) => on.write((tx) => tx.organizations.holdRules(organization));
      const before = await held(one);
      expect(await held(one)).toBe(before);
      await on.write((tx) => tx.organizations.update(organization({ id: one, name: 'Renamed' })));
      await on
        .write(async (tx) => {
          await tx.organizations.lockRules(one);
          throw new Error('taken back');
        })
        .catch(() => undefined);
      expect(await held(one)).toBe(before);
      const other = await held(two);
      await on.write(async (tx) => {
        await tx.organizations.lockRules(one);
        expect(await tx.organizations.holdRules(one)).toBeGreaterThan(before);
      });
      expect(await held(one)).toBeGreaterThan(before);
      expect(await held(two)).toBe(other);
      expect(await held(newOrganizationId())).toBe(0);
    });

    it('folds domains and answers the proven owner only (L10)', async () => {
      const [one, two] = [await anOrganization(on), await anOrganization(on)];
      const name = `${one.slice(4)}.test`;
      await on.write((tx) =>
        tx.organizations.setDomains(one, [
          domainOf(one, `BÜCHER.${name.toUpperCase()}`, START),
          domainOf(one, name),
        ]),
      );
      await on.write((tx) => tx.organizations.setDomains(two, [domainOf(two, name)]));
      expect(await on.store.read.organizations.domains(one)).toEqual(
        [domainOf(one, name), domainOf(one, `xn--bcher-kva.${name}`, START)].toSorted((a, b) =>
          a.domain < b.domain ? -1 : 1,
        ),
      );
      expect(await on.store.read.organizations.ownerOf(`bücher.${name}`)).toBe(one);
      expect(await on.store.read.organizations.ownerOf(name)).toBeUndefined();
    });

    it('refuses a domain that another organization has proven, and keeps what was there', async () => {
      const [one, two] = [await anOrganization(on), await anOrganization(on)];
      const name = `${one.slice(4)}.test`;
      await on.write((tx) => tx.organizations.setDomains(one, [domainOf(one, name, START)]));
      await on.write((tx) => tx.organizations.setDomains(two, [domainOf(two, `other-${name}`, START)]));
      await on.write(async (tx) => {
        await expectRefusal(
          tx.organizations.setDomains(two, [domainOf(two, name.toUpperCase())]),
          'domain-taken',
        );
      });
      expect(await on.store.read.organizations.domains(two)).toEqual([domainOf(two, `other-${name}`, START)]);
      await on.write((tx) => tx.organizations.setDomains(one, []));
      await on.write((tx) => tx.organizations.setDomains(two, [domainOf(two, name, START)]));
      expect(await on.store.read.organizations.ownerOf(name)).toBe(two);
    });
  });
}
