import type { Evidence } from '@idp-roles/mapping';
import { describe, expect, it } from 'vitest';
import type { GrantChanges } from '../ports/grants.js';
import { aMember, grant, member } from './specimens.js';
import { expectRefusal, START, type Subject } from './subject.js';

const evidence = (mapping: string, value = 'Engineering'): Evidence => ({
  mapping,
  claim: 'groups',
  value,
  name: 'http://schemas.microsoft.com/ws/2008/06/identity/claims/groups',
  via: 'alias',
});
const changes = (part: Partial<GrantChanges>): GrantChanges => ({
  add: [],
  remove: [],
  evidence: [],
  ...part,
});
const project = { type: 'project', id: 'api' };

export function grantsContract(on: Subject): void {
  const apply = (organization: string, part: Partial<GrantChanges>) =>
    on.write((tx) => tx.grants.apply(organization, changes(part)));

  describe('grants', () => {
    it('keeps every field, and evidence in its order', async () => {
      const who = await aMember(on);
      const bare = grant(who);
      const full = grant(who, {
        resource: project,
        source: 'sso:con_1',
        basis: 'force',
        evidence: [evidence('map_2', 'b'), evidence('map_1', 'a'), evidence('map_1', 'A')],
        expiresAt: START + 9,
        createdAt: START + 1,
      });
      await apply(who.organization, { add: [bare, full] });
      expect(await on.store.read.grants.get(who.organization, full.id)).toStrictEqual(full);
      expect(await on.store.read.grants.get(who.organization, 'gra_x')).toBeUndefined();
      expect(await on.store.read.grants.ofMember(who.organization, who.id)).toStrictEqual([bare, full]);
    });

    it('P7: reads a member in one statement, and writes nothing where nothing changes', async () => {
      const who = await aMember(on);
      const add = Array.from({ length: 300 }, (_, i) =>
        grant(who, { role: `r${i}`, evidence: [evidence('m1'), evidence('m2')] }),
      );
      const [first, second] = add.map((each) => each.id);
      const swap = {
        add: [grant(who, { role: 'r0', evidence: [evidence('m3')] })],
        remove: [first ?? ''],
        evidence: [{ grant: second ?? '', evidence: [evidence('m4')] }],
      };
      const written = [
        await on.statementsOf(() => apply(who.organization, { add })),
        await on.statementsOf(() => apply(who.organization, swap)),
      ];
      // With one writer, in this process, a statement is no round trip: there it may take one for each part.
      expect(written).toEqual(on.writers === 'many' ? [1, 1] : [3, 5]);
      expect(await on.statementsOf(() => on.store.read.grants.ofMember(who.organization, who.id))).toBe(1);
      expect(await on.statementsOf(() => apply(who.organization, {}))).toBe(0);
      expect(await on.store.read.grants.ofMember(who.organization, who.id)).toHaveLength(300);
    });

    it('adds, removes and changes evidence at once', async () => {
      const who = await aMember(on);
      const [kept, gone] = [grant(who, { evidence: [evidence('m1')] }), grant(who, { role: 'org-billing' })];
      const fresh = grant(who, { role: 'org-guest', evidence: [evidence('m3')], createdAt: START + 1 });
      await apply(who.organization, { add: [kept, gone] });
      const now = [evidence('m2', 'x'), evidence('m1', 'y')];
      await apply(who.organization, {
        add: [fresh],
        remove: [gone.id],
        evidence: [{ grant: kept.id, evidence: now }],
      });
      expect(await on.store.read.grants.ofMember(who.organization, who.id)).toEqual([
        { ...kept, evidence: now },
        fresh,
      ]);
      await apply(who.organization, { evidence: [{ grant: kept.id, evidence: [] }] });
      expect((await on.store.read.grants.get(who.organization, kept.id))?.evidence).toEqual([]);
    });

    it('removing a grant and giving its like again is one change', async () => {
      const who = await aMember(on);
      const [before, after] = [grant(who), grant(who)];
      await apply(who.organization, { add: [before] });
      await apply(who.organization, { add: [after], remove: [before.id] });
      expect(await on.store.read.grants.ofMember(who.organization, who.id)).toEqual([after]);
    });

    it('is unique over member, role, resource, source and basis (S5), and adds all or none', async () => {
      const who = await aMember(on);
      const first = grant(who, { source: 'sso:con_1', basis: 'force' });
      const alike = [
        { ...first, basis: 'import' as const },
        { ...first, source: 'sso:con_2' as const },
        { ...first, role: 'ORG-member' },
        { ...first, resource: project },
        { ...first, resource: { ...project, id: 'API' } },
      ].map((each) => ({ ...each, id: grant(who).id }));
      await apply(who.organization, { add: [first, ...alike] });
      const again = grant(who, { source: 'sso:con_1', basis: 'force', evidence: [evidence('m1')] });
      const atResource = grant(who, { ...first, id: again.id, resource: project });
      for (const taken of [again, atResource])
        await on.write(async (tx) => {
          const add = [grant(who, { role: 'org-guest' }), taken];
          await expectRefusal(tx.grants.apply(who.organization, changes({ add })), 'grant-exists');
        });
      expect(await on.store.read.grants.ofMember(who.organization, who.id)).toHaveLength(6);
    });

    it('changes nothing where one of them is there already, or given twice', async () => {
      const who = await aMember(on);
      const { organization } = who;
      const [kept, going] = [grant(who, { evidence: [evidence('m1')] }), grant(who, { role: 'org-billing' })];
      await apply(organization, { add: [kept, going] });
      const fresh = grant(who, { role: 'org-guest' });
      const again = { ...kept, id: grant(who).id };
      const part = { remove: [going.id], evidence: [{ grant: kept.id, evidence: [evidence('m2')] }] };
      await on.write(async (tx) => {
        for (const add of [
          [fresh, again],
          [fresh, { ...fresh, id: again.id }],
        ])
          await expectRefusal(tx.grants.apply(organization, changes({ ...part, add })), 'grant-exists');
      });
      expect(await on.store.read.grants.ofMember(organization, who.id)).toEqual(
        [kept, going].toSorted((one, other) => (one.id < other.id ? -1 : 1)),
      );
    });

    it('of twenty who give the same at once, one does, and the others are told', async () => {
      const who = await aMember(on);
      const all = await Promise.allSettled(
        Array.from({ length: 20 }, () => apply(who.organization, { add: [grant(who)] })),
      );
      const refused = all.flatMap((each) => (each.status === 'rejected' ? [each.reason.code as string] : []));
      expect(refused).toEqual(Array.from({ length: 19 }, () => 'grant-exists'));
      expect(await on.store.read.grants.ofMember(who.organization, who.id)).toHaveLength(1);
    });

    it('answers many members at once, those without grants too', async () => {
      const one = await aMember(on);
      const two = await aMember(on, { organization: one.organization });
      const three = await aMember(on, { organization: one.organization });
      const [a, b] = [grant(one, { evidence: [evidence('m1')] }), grant(two)];
      await apply(one.organization, { add: [a, b, grant(three)] });
      const found = await on.store.read.grants.ofMembers(one.organization, [one.id, two.id, 'mem_none']);
      expect([...found]).toEqual([
        [one.id, [a]],
        [two.id, [b]],
        ['mem_none', []],
      ]);
      expect(await on.store.read.grants.ofMembers(one.organization, [])).toEqual(new Map());
    });

    it('finds by evidence, with all of it (S9)', async () => {
      const who = await aMember(on);
      const both = grant(who, { evidence: [evidence('m1'), evidence('m2')] });
      const one = grant(who, { role: 'org-guest', evidence: [evidence('m2')], createdAt: START + 1 });
      await apply(who.organization, { add: [both, one] });
      expect(await on.store.read.grants.withEvidenceOf(who.organization, 'm1')).toEqual([both]);
      expect(await on.store.read.grants.withEvidenceOf(who.organization, 'm2')).toEqual([both, one]);
      expect(await on.store.read.grants.withEvidenceOf(who.organization, 'M2')).toEqual([]);
    });

    it('finds by source and bases, by role, by resource', async () => {
      const who = await aMember(on);
      const force = grant(who, { source: 'sso:con_1', basis: 'force' });
      const standard = grant(who, { source: 'sso:con_1', basis: 'default', createdAt: START + 1 });
      const scoped = grant(who, { role: 'project-editor', resource: project, createdAt: START + 2 });
      const { organization } = who;
      await apply(organization, { add: [force, standard, scoped] });
      const read = on.store.read.grants;
      expect(await read.bySource(organization, 'sso:con_1', ['force', 'default'])).toEqual([force, standard]);
      expect(await read.bySource(organization, 'sso:con_1', ['import'])).toEqual([]);
      expect(await read.bySource(organization, 'sso:con_1', [])).toEqual([]);
      expect(await read.byRole(organization, 'org-member')).toEqual([force, standard]);
      expect(await read.onResource(organization, 'project', 'api')).toEqual([scoped]);
      expect(await read.onResource(organization, 'project', 'API')).toEqual([]);
    });

    it('S11: another holder is active, elsewhere nobody, and holds without end', async () => {
      const who = await aMember(on);
      const { organization } = who;
      const holders = {
        suspended: member(organization, { status: 'suspended' }),
        expiring: member(organization),
        onProject: member(organization),
        active: member(organization),
      };
      await on.write(async (tx) => {
        for (const holder of Object.values(holders)) await tx.members.insert(holder);
        await tx.grants.lockRole(organization, 'org-admin');
      });
      const role = 'org-admin';
      await apply(organization, {
        add: [
          grant(who, { role }),
          grant(holders.suspended, { role }),
          grant(holders.expiring, { role, expiresAt: START + 1 }),
          grant(holders.onProject, { role, resource: project }),
        ],
      });
      const read = on.store.read.grants;
      expect(await read.otherHolderExists(organization, role, who.id)).toBe(false);
      expect(await read.otherHolderExists(organization, role, who.id, project)).toBe(true);
      expect(await read.otherHolderExists(organization, role, holders.onProject.id, project)).toBe(false);
      const elsewhere = { ...project, id: 'web' };
      expect(await read.otherHolderExists(organization, role, who.id, elsewhere)).toBe(false);
      await apply(organization, { add: [grant(holders.active, { role })] });
      expect(await read.otherHolderExists(organization, role, who.id)).toBe(true);
    });
  });
}
