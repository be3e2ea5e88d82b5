import { describe, expect, it } from 'vitest';
import { anOrganization, aMember, grant, resource, role } from './specimens.js';
import type { Subject } from './subject.js';

/** In the order of their bytes as UTF-8. By the rules of a language `a` comes before `B`, and by UTF-16 the last before the one above it. */
const ORDERED = [
  'A',
  'B',
  'Z',
  '_',
  'a',
  'aa',
  'b',
  'e\u0301',
  'z',
  'Ä',
  'É',
  'ß',
  'é',
  '\uffee',
  '\u{1f600}',
];

export function textContract(on: Subject): void {
  describe('text keys (D1)', () => {
    it('are told apart, ordered and paged by bytes', async () => {
      const organization = await anOrganization(on);
      await on.write(async (tx) => {
        for (const id of ORDERED.toReversed()) await tx.resources.put(resource(organization, 'project', id));
      });
      const list = (after?: string) =>
        on.store.read.resources.list(organization, { limit: 4, ...(after !== undefined && { after }) });
      const seen: string[] = [];
      for (let page = await list(); ; page = await list(page.after)) {
        seen.push(...page.data.map(({ id }) => id));
        if (page.after === undefined) break;
      }
      expect(seen).toEqual(ORDERED);
    });

    it('are unique by bytes', async () => {
      const who = await aMember(on);
      const { organization } = who;
      await on.write(async (tx) => {
        for (const slug of ['custom-a', 'custom-A', 'custom-a ', 'custom-á', 'custom-a\u0301'])
          await tx.roles.insert(role(organization, { slug }));
        await tx.grants.apply(organization, {
          add: ORDERED.map((slug) => grant(who, { role: slug })),
          remove: [],
          evidence: [],
        });
      });
      for (const slug of ORDERED)
        expect(await on.store.read.grants.byRole(organization, slug)).toMatchObject([{ role: slug }]);
      expect((await on.store.read.roles.bySlug(organization, 'custom-A'))?.slug).toBe('custom-A');
    });
  });
}
