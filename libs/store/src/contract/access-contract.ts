import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Change } from '../ports/access.js';
import { accessListsContract } from './access-lists-contract.js';
import { aMember, anOrganization, grant, session } from './specimens.js';
import { START, type Subject } from './subject.js';

export function accessContract(on: Subject): void {
  const stops: (() => void)[] = [];
  afterEach(() => {
    for (const stop of stops.splice(0)) stop();
  });
  const listen = (store = on.store) => {
    const heard: Change[] = [];
    stops.push(store.changes.subscribe((change) => heard.push(change)));
    return heard;
  };

  describe('access snapshot', () => {
    it('P3: holds all that a check needs, read in one statement', async () => {
      const who = await aMember(on, { email: 'Alice@acme.test', name: 'Alice', sessionsValidFrom: 7 });
      const other = await aMember(on, { organization: who.organization });
      const plain = grant(who);
      const scoped = grant(who, {
        role: 'project-editor',
        resource: { type: 'project', id: 'api' },
        expiresAt: START + 1,
        createdAt: START + 1,
      });
      const open = session(who);
      const heard = listen();
      await on.write(async (tx) => {
        await tx.grants.apply(who.organization, {
          add: [plain, scoped, grant(other)],
          remove: [],
          evidence: [],
        });
        for (const each of [open, session(who, { expiresAt: START + 1 }), session(other)])
          await tx.sessions.insert(each);
        await tx.changes.touch(who.organization, [who.id]);
      });
      on.now = START + 1;
      const snapshot = () => on.store.read.access.snapshot(who.organization, who.id);
      expect(await snapshot()).toStrictEqual({
        organization: who.organization,
        member: who.id,
        email: 'Alice@acme.test',
        name: 'Alice',
        status: 'active',
        sessionsValidFrom: 7,
        grants: [plain, scoped].map(({ id, role, resource, source, basis, expiresAt }) => ({
          id,
          role,
          ...(resource && { resource }),
          source,
          basis,
          ...(expiresAt !== undefined && { expiresAt }),
        })),
        sessions: [open.id],
        version: heard[0]?.version,
      });
      expect(await on.statementsOf(snapshot)).toBe(1);
    });

    it('is there for a member without anything, and for nobody else', async () => {
      const who = await aMember(on, { status: 'suspended' });
      expect(await on.store.read.access.snapshot(who.organization, who.id)).toStrictEqual({
        organization: who.organization,
        member: who.id,
        status: 'suspended',
        sessionsValidFrom: 0,
        grants: [],
        sessions: [],
        version: 0,
      });
      expect(await on.store.read.access.snapshot(who.organization, 'mem_x')).toBeUndefined();
    });
  });

  describe('changes', () => {
    it('A7: announces a commit before its promise resolves, and not before it is one', async () => {
      const organization = await anOrganization(on);
      const heard = listen();
      await on.write(async (tx) => {
        await tx.changes.touch(organization, ['b']);
        await tx.changes.touch(organization, ['a', 'b']);
        expect(heard).toEqual([]);
      });
      expect(heard).toEqual([{ organization, members: ['b', 'a'], version: expect.any(Number) }]);
    });

    it('announces nothing that was rolled back', async () => {
      const organization = await anOrganization(on);
      const heard = listen();
      const failed = on.write(async (tx) => {
        await tx.changes.touch(organization, 'all');
        throw new Error('no');
      });
      await expect(failed).rejects.toThrow('no');
      expect(heard).toEqual([]);
    });

    it('grows the version of each organization touched, and of no other; all stays all', async () => {
      const [one, two] = [await anOrganization(on), await anOrganization(on)];
      const versionOf = async (organization: string) => {
        const { id } = await aMember(on, { organization });
        return (await on.store.read.access.snapshot(organization, id))?.version;
      };
      const heard = listen();
      await on.write((tx) => tx.changes.touch(one, 'all'));
      await on.write(async (tx) => {
        await tx.changes.touch(one, 'all');
        await tx.changes.touch(one, ['m']);
        await tx.changes.touch(two, []);
      });
      const [first = 0, second = 0, ofTwo = 0] = heard.map((change) => change.version);
      expect(heard).toEqual([
        { organization: one, members: 'all', version: first },
        { organization: one, members: 'all', version: second },
        { organization: two, members: [], version: ofTwo },
      ]);
      expect([first > 0, second > first, ofTwo > 0]).toEqual([true, true, true]);
      await on.write((tx) => tx.changes.touch(two, []));
      expect([await versionOf(one), await versionOf(two)]).toEqual([second, heard[3]?.version]);
    });

    it('a listener that fails harms neither the commit nor the others; one that left hears nothing', async () => {
      const organization = await anOrganization(on);
      const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
      stops.push(() => warned.mockRestore());
      stops.push(
        on.store.changes.subscribe(() => {
          throw new Error('bad listener');
        }),
      );
      const heard = listen();
      await on.write((tx) => tx.changes.touch(organization, 'all'));
      expect(heard).toHaveLength(1);
      expect(warned).toHaveBeenCalledOnce();
      for (const stop of stops.splice(0)) stop();
      await on.write((tx) => tx.changes.touch(organization, 'all'));
      expect(heard).toHaveLength(1);
    });

    it('announces the end of an organization above all its versions', async () => {
      const organization = await anOrganization(on);
      const heard = listen();
      await on.write(async (tx) => {
        await tx.organizations.delete(organization);
        await tx.changes.touch(organization, 'all');
      });
      expect(heard).toEqual([{ organization, members: 'all', version: Number.MAX_SAFE_INTEGER }]);
    });

    it('A7: says whether it is current, and has then announced what others committed before', async () => {
      const other = await on.open();
      const organization = await anOrganization(on);
      const heard = listen();
      expect(await on.store.changes.isCurrent()).toBe(true);
      expect(on.store.changes.status()).toEqual({ current: true });
      await other.transaction((tx) => tx.changes.touch(organization, ['m']));
      const committed = performance.now();
      await vi.waitFor(
        async () => {
          if (await on.store.changes.isCurrent())
            expect(heard.length === 1 || performance.now() - committed < 1_200).toBe(true);
          expect(heard).toHaveLength(1);
        },
        { interval: 5, timeout: 2_000 },
      );
      await other.close();
      expect(await other.changes.isCurrent()).toBe(false);
    });

    it('D4: hears what another store on the same database commits', async () => {
      const other = await on.open();
      const organization = await anOrganization(on);
      const heard = listen();
      await other.transaction((tx) => tx.changes.touch(organization, ['m']));
      await vi.waitFor(async () => {
        await on.store.changes.poll();
        expect(heard).toMatchObject([{ organization, version: expect.any(Number) }]);
      });
      await on.store.changes.poll();
      expect(heard).toHaveLength(1);
      await other.close();
    });
  });

  accessListsContract(on);
}
