import { describe, expect, it } from 'vitest';
import type { ReachedResourcesRequest, ReachingMembersRequest } from '../ports/access.js';
import type { Member } from '../ports/members.js';
import type { Resource } from '../ports/resources.js';
import { aMember, anOrganization, grant, member, resource } from './specimens.js';
import { expectRefusal, START, type Subject } from './subject.js';

const types = ['task', 'project', 'workspace'];
const sufficient = [
  { on: 'workspace', roles: ['workspace-admin', 'workspace-guest'] },
  { on: 'project', roles: ['editor'] },
  { on: 'task', roles: ['doer'] },
];

/** Two workspaces of two projects of two tasks: `w1p2t1` and the like. */
async function tree(on: Subject) {
  const organization = await anOrganization(on);
  const all = new Map<string, Resource>();
  const make = (type: string, id: string, parent?: Resource) => {
    const made = resource(organization, type, id, parent);
    all.set(id, made);
    return made;
  };
  for (const w of ['w1', 'w2']) {
    const workspace = make('workspace', w);
    for (const p of ['p1', 'p2']) {
      const project = make('project', w + p, workspace);
      for (const t of ['t1', 't2']) make('task', w + p + t, project);
    }
  }
  await on.write(async (tx) => {
    for (const each of all.values()) await tx.resources.put(each);
  });
  const who = await aMember(on, { organization });
  const at = (id: string): Resource => {
    const found = all.get(id);
    if (!found) throw new Error(`there is no ${id}`);
    return found;
  };
  const hold = async (role: string, id?: string, more: object = {}, holder: Member = who) => {
    const { type = '' } = id === undefined ? {} : at(id);
    const held = id === undefined ? {} : { resource: { type, id } };
    const given = grant(holder, { role, ...held, ...more });
    await on.write((tx) => tx.grants.apply(organization, { add: [given], remove: [], evidence: [] }));
    return given;
  };
  return { organization, who, at, hold };
}

type Tree = Awaited<ReturnType<typeof tree>>;

export function accessListsContract(on: Subject): void {
  const request = ({ who }: Tree, more: Partial<ReachedResourcesRequest> = {}): ReachedResourcesRequest => ({
    member: who.id,
    types,
    sufficient,
    everything: false,
    now: START,
    limit: 200,
    ...more,
  });
  const page = (of: Tree, more: Partial<ReachedResourcesRequest> = {}) =>
    on.store.read.access.resources(of.organization, request(of, more));
  const ids = async (of: Tree, more: Partial<ReachedResourcesRequest> = {}) =>
    (await page(of, more)).data.map(({ id }) => id);
  /** Page by page, until nothing follows. */
  const paged = async (of: Tree, limit: number, more: Partial<ReachedResourcesRequest> = {}) => {
    const found: string[] = [];
    let after: string | undefined;
    do {
      const next = await page(of, { ...more, limit, ...(after !== undefined && { after }) });
      expect(next.data.length).toBeLessThanOrEqual(limit);
      found.push(...next.data.map(({ id }) => id));
      after = next.after;
    } while (after !== undefined);
    return found;
  };

  describe('resources that a member reaches', () => {
    it('A2: are those held and all below, each once, in one statement', async () => {
      const of = await tree(on);
      expect(await ids(of)).toEqual([]);
      await of.hold('workspace-admin', 'w1');
      await of.hold('workspace-guest', 'w1');
      await of.hold('editor', 'w1p1');
      await of.hold('editor', 'w2p2');
      await of.hold('doer', 'w2p2t1');
      await of.hold('doer', 'w2p1t2');
      const expected = ['w1p1t1', 'w1p1t2', 'w1p2t1', 'w1p2t2', 'w2p2t1', 'w2p2t2', 'w2p1t2'];
      expect(await ids(of)).toEqual(expected);
      for (const limit of [1, 2, 3, 6, 7]) expect(await paged(of, limit)).toEqual(expected);
      expect(await on.statementsOf(() => page(of, { limit: 3 }))).toBe(1);
    });

    it('name themselves, and only of the type asked for', async () => {
      const of = await tree(on);
      await of.hold('workspace-admin', 'w2');
      await on.write((tx) => tx.resources.put({ ...of.at('w2p1'), name: 'API' }));
      const asked = { types: types.slice(1) };
      expect((await page(of, asked)).data).toEqual([
        { type: 'project', id: 'w2p1', name: 'API' },
        { type: 'project', id: 'w2p2' },
      ]);
    });

    it('are none by a role that does not do, or that stands on another type than its own', async () => {
      const of = await tree(on);
      await of.hold('viewer', 'w1');
      await of.hold('editor', 'w2');
      await of.hold('doer', 'w1p1');
      await of.hold('workspace-admin');
      expect(await ids(of)).toEqual([]);
    });

    it('A10: are none from the instant on at which the grant ends', async () => {
      const of = await tree(on);
      await of.hold('doer', 'w1p1t1', { expiresAt: START + 1 });
      await of.hold('workspace-admin', 'w1', { expiresAt: START });
      expect(await ids(of)).toEqual(['w1p1t1']);
      expect(await ids(of, { now: START + 1 })).toEqual([]);
    });

    it('are everything where all is reached, by id', async () => {
      const of = await tree(on);
      const expected = ['w1p1t1', 'w1p1t2', 'w1p2t1', 'w1p2t2', 'w2p1t1', 'w2p1t2', 'w2p2t1', 'w2p2t2'];
      expect(await ids(of, { everything: true })).toEqual(expected);
      for (const limit of [1, 3, 8]) expect(await paged(of, limit, { everything: true })).toEqual(expected);
      expect(await on.statementsOf(() => page(of, { everything: true }))).toBe(1);
    });

    it('end where the ancestors are not those of the types', async () => {
      const of = await tree(on);
      await of.hold('editor', 'w1p1');
      const other = ['task', 'project', 'area'];
      expect(await ids(of, { types: other })).toEqual([]);
      expect(await ids(of, { types: other, everything: true })).toEqual([]);
      // A parent that the model of today does not know.
      const { parent: _, ...root } = of.at('w1p1');
      await on.write((tx) => tx.resources.put(root));
      expect(await ids(of)).toEqual([]);
      expect(await ids(of, { everything: true })).toHaveLength(6);
    });

    it('A8: follow what is moved', async () => {
      const of = await tree(on);
      await of.hold('workspace-admin', 'w1');
      const { type, id } = of.at('w1');
      await on.write((tx) => tx.resources.put({ ...of.at('w2p2'), parent: { type, id } }));
      expect(await ids(of)).toEqual(['w1p1t1', 'w1p1t2', 'w1p2t1', 'w1p2t2', 'w2p2t1', 'w2p2t2']);
    });

    it('D2: are never those of another organization, nor of another member', async () => {
      const [of, others] = [await tree(on), await tree(on)];
      await others.hold('workspace-admin', 'w1');
      const beside = member(of.organization);
      await on.write((tx) => tx.members.insert(beside));
      await of.hold('editor', 'w2p1', {}, beside);
      expect(await ids(of)).toEqual([]);
      expect(await ids(of, { member: others.who.id })).toEqual([]);
      expect(await ids(of, { member: beside.id })).toEqual(['w2p1t1', 'w2p1t2']);
    });

    it('a cursor opens nothing: what it stands in is asked anew', async () => {
      const of = await tree(on);
      const held = await of.hold('workspace-admin', 'w1');
      await of.hold('doer', 'w2p2t2');
      const first = await page(of, { limit: 1 });
      expect(first.data).toEqual([{ type: 'task', id: 'w1p1t1' }]);
      const { after = '' } = first;
      // The page after a resource that was moved away goes on beside it.
      const { type, id } = of.at('w2');
      await on.write((tx) => tx.resources.put({ ...of.at('w1p1'), parent: { type, id } }));
      expect(await ids(of, { after })).toEqual(['w1p2t1', 'w1p2t2', 'w2p2t2']);
      await on.write((tx) => tx.grants.apply(of.organization, { add: [], remove: [held.id], evidence: [] }));
      expect(await ids(of, { after })).toEqual(['w2p2t2']);
      const forged = (at: unknown) =>
        Buffer.from(JSON.stringify(['below:task', JSON.stringify(at)])).toString('base64url');
      expect(await ids(of, { after: forged([0, 'w2', 'w2p1', 'w2p1t1']) })).toEqual(['w2p2t2']);
      expect(await ids(of, { after: forged([1, 'w2p1', 'w2p1t1']) })).toEqual(['w2p2t2']);
      for (const at of [[3], [0, 'w1'], [-1, 'a', 'b', 'c'], ['0', 'a', 'b', 'c'], [0, 1, 2, 3], {}])
        await expectRefusal(page(of, { after: forged(at) }), 'cursor-invalid');
      for (const other of ['x', Buffer.from('["all:task","[]"]').toString('base64url')])
        await expectRefusal(page(of, { after: other }), 'cursor-invalid');
      await expectRefusal(page(of, { after, types: ['project', 'workspace'] }), 'cursor-invalid');
    });
  });

  describe('members that reach a resource', () => {
    const places: ReachingMembersRequest['places'] = [
      { resource: { type: 'project', id: 'w1p1' }, roles: ['editor'] },
      { resource: { type: 'workspace', id: 'w1' }, roles: ['workspace-admin', 'workspace-guest'] },
      { roles: ['org-admin'] },
    ];
    const holders = async (of: Tree, count: number) => {
      const all = Array.from({ length: count }, (_, n) =>
        member(of.organization, { name: `Member ${n}`, email: `m${n}@acme.test` }),
      );
      await on.write(async (tx) => {
        for (const each of all) await tx.members.insert(each);
      });
      return all.toSorted((one, other) => (one.id < other.id ? -1 : 1));
    };

    it('come by id, each once, with all that would do, nearest first', async () => {
      const of = await tree(on);
      const [a, b, c, d] = await holders(of, 4);
      const guest = await of.hold('workspace-guest', 'w1', {}, a);
      const editor = await of.hold('editor', 'w1p1', {}, a);
      const admin = await of.hold('org-admin', undefined, {}, b);
      await of.hold('editor', 'w1p2', {}, c);
      const ends = await of.hold('workspace-admin', 'w1', { expiresAt: START + 1 }, d);
      const list = (more: Partial<ReachingMembersRequest> = {}) =>
        on.store.read.access.members(of.organization, { places, now: START, limit: 50, ...more });
      const { data } = await list();
      expect(data.map(({ member: id, grants }) => [id, grants.map((one) => one.id)])).toEqual([
        [a?.id, [editor.id, guest.id]],
        [b?.id, [admin.id]],
        [d?.id, [ends.id]],
      ]);
      expect(data[0]).toMatchObject({ email: a?.email, name: a?.name });
      expect(data[0]?.grants[0]).toEqual({
        id: editor.id,
        role: 'editor',
        resource: { type: 'project', id: 'w1p1' },
        source: 'api',
        basis: 'api',
      });
      const first = await list({ limit: 2 });
      const rest = await list({ limit: 2, after: first.after });
      expect([...first.data, ...rest.data]).toEqual(data);
      expect(rest.after).toBeUndefined();
      expect((await list({ now: START + 1 })).data).toHaveLength(2);
      expect((await list({ places: [] })).data).toEqual([]);
      expect(await on.statementsOf(() => list())).toBe(2);
      await expectRefusal(list({ after: 'x' }), 'cursor-invalid');
    });

    it('S8: are active', async () => {
      const of = await tree(on);
      const all = await holders(of, 4);
      for (const each of all) await of.hold('editor', 'w1p1', {}, each);
      const states = ['suspended', 'invited', 'deprovisioned', 'active'] as const;
      for (const [at, status] of states.entries()) {
        const one = all[at];
        if (one) await on.write((tx) => tx.members.update({ ...one, status }));
      }
      const asked = { places, now: START, limit: 1 };
      const { data, after } = await on.store.read.access.members(of.organization, asked);
      expect(data.map(({ member: id }) => id)).toEqual([all[3]?.id]);
      expect(after).toBeUndefined();
    });

    it('P3: are looked for among so many holders a page, and the next goes on', async () => {
      const of = await tree(on);
      const all = await holders(of, 1_001);
      await on.write(async (tx) => {
        const add = all.map((each) => grant(each, { role: 'org-admin' }));
        await tx.grants.apply(of.organization, { add, remove: [], evidence: [] });
        for (const each of all.slice(0, -1)) await tx.members.update({ ...each, status: 'suspended' });
      });
      const asked = { places, now: START, limit: 1 };
      const first = await on.store.read.access.members(of.organization, asked);
      expect(first).toEqual({ data: [], after: expect.any(String) });
      const { after = '' } = first;
      const { data, ...rest } = await on.store.read.access.members(of.organization, { ...asked, after });
      expect([data.map(({ member: id }) => id), rest]).toEqual([[all.at(-1)?.id], {}]);
    });

    it('D2: are of the organization', async () => {
      const [of, others] = [await tree(on), await tree(on)];
      await others.hold('editor', 'w1p1');
      const asked = { places, now: START, limit: 9 };
      expect((await on.store.read.access.members(of.organization, asked)).data).toEqual([]);
    });
  });
}
