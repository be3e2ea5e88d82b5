import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  assignRole,
  deactivateMember,
  deleteMapping,
  editMapping,
  listMembers,
  reactivateMember,
  revokeRole,
  updateDirectory,
  updateOrganization,
  UseCaseError,
  workOnJobs,
  type GroupChange,
} from '../src/index.js';
import { TestDirectory } from './directories.js';
import { DirectoryReference } from './model/directory-reference.js';
import { homes, key, World, type Tenant } from './world.js';

const people = ['alice', 'bob', 'cleo'] as const;
const values = ['A', 'B', 'C'] as const;
const person = fc.constantFrom(...people);
const group = fc.constantFrom('g1', 'g2', 'g3');
const value = fc.constantFrom(...values);
const role = fc.constantFrom('org-member', 'org-billing', 'org-guest');
const source = fc.constantFrom('directory', 'directory', 'paired', 'other');
const some = fc.subarray([...people]);
const pick = fc.nat(20);

const groupChange = fc.oneof(
  fc.record({ do: fc.constant('rename' as const), name: value }),
  fc.record({ do: fc.constant('add' as const), who: some }),
  fc.record({ do: fc.constant('remove' as const), who: some }),
  fc.record({ do: fc.constant('replace' as const), who: some }),
  fc.record({ do: fc.constant('empty' as const) }),
);

const often = <T>(weight: number, arbitrary: fc.Arbitrary<T>) => ({ weight, arbitrary });
const step = fc.oneof(
  often(
    4,
    fc.record({ do: fc.constant('provision' as const), person, department: value, active: fc.boolean() }),
  ),
  often(
    3,
    fc.record({
      do: fc.constant('change-user' as const),
      person,
      changes: fc.oneof(fc.record({ department: value }), fc.record({ active: fc.boolean() })),
    }),
  ),
  often(1, fc.record({ do: fc.constant('delete-user' as const), person })),
  often(3, fc.record({ do: fc.constant('create-group' as const), group, name: value, who: some })),
  often(
    6,
    fc.record({
      do: fc.constant('change-group' as const),
      group,
      changes: fc.array(groupChange, { minLength: 1, maxLength: 4 }),
    }),
  ),
  often(1, fc.record({ do: fc.constant('delete-group' as const), group })),
  often(
    4,
    fc.record({
      do: fc.constant('map' as const),
      source,
      claim: fc.constantFrom('groups', 'groups', 'groups.externalId', 'department'),
      value,
      role,
    }),
  ),
  often(
    2,
    fc.record({
      do: fc.constant('edit' as const),
      pick,
      changes: fc.oneof(fc.record({ value }), fc.record({ enabled: fc.boolean() }), fc.record({ role })),
    }),
  ),
  often(1, fc.record({ do: fc.constant('unmap' as const), pick })),
  often(
    5,
    fc.record({
      do: fc.constant('sign-in' as const),
      person,
      connection: fc.constantFrom('paired' as const, 'other' as const),
      groups: fc.subarray([...values]),
    }),
  ),
  often(1, fc.record({ do: fc.constantFrom('assign' as const, 'revoke' as const), person, role })),
  often(1, fc.record({ do: fc.constantFrom('suspend' as const, 'activate' as const), person })),
  often(
    1,
    fc.record({
      do: fc.constant('role-source' as const),
      to: fc.constantFrom('directory' as const, 'directory' as const, 'sso' as const, 'both' as const),
    }),
  ),
  often(
    1,
    fc.record({
      do: fc.constant('state' as const),
      to: fc.constantFrom('staging' as const, 'active' as const),
    }),
  ),
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

/** A company in which something is going on already: most histories would not get that far by chance. */
const begun: readonly Step[] = [
  { do: 'map', source: 'directory', claim: 'groups', value: 'A', role: 'org-member' },
  { do: 'map', source: 'paired', claim: 'groups', value: 'A', role: 'org-billing' },
  { do: 'map', source: 'other', claim: 'groups', value: 'A', role: 'org-guest' },
  { do: 'sign-in', person: 'alice', connection: 'paired', groups: ['A'] },
  { do: 'provision', person: 'alice', department: 'A', active: true },
  { do: 'provision', person: 'bob', department: 'B', active: true },
  { do: 'create-group', group: 'g1', name: 'A', who: ['alice', 'cleo'] },
];

/** `groups.externalId` of a group, so that mappings of the same three values meet it. */
const externalIds: Readonly<Record<string, string>> = { g1: 'A', g2: 'B', g3: 'C' };

class History {
  readonly reference = new DirectoryReference();
  /** Person → SCIM id, group → SCIM id, while they are there. */
  readonly users = new Map<string, string>();
  readonly groups = new Map<string, string>();
  readonly sources: ReadonlyMap<string, string>;

  private constructor(
    readonly tenant: Tenant,
    readonly directory: TestDirectory,
    readonly connections: { readonly paired: string; readonly other: string },
  ) {
    this.sources = new Map([
      [`sso:${connections.paired}`, 'paired'],
      [`sso:${connections.other}`, 'other'],
      [`directory:${directory.id}`, 'directory'],
    ]);
  }

  static async begin(world: World): Promise<History> {
    const tenant = await world.organization();
    const paired = await tenant.connection({ jit: true, defaultRole: 'org-guest' });
    const other = await tenant.connection({ jit: true, issuer: 'https://other.test' });
    const pairedConnections = [paired];
    const directory = await TestDirectory.of(tenant, { pairedConnections, defaultRole: 'org-guest' });
    return new History(tenant, directory, { paired, other });
  }

  async run(one: Step): Promise<void> {
    const api = await this.apiGrants();
    this.tenant.world.now += 1_000;
    await this.step(one);
    this.reference.settle();
    for (let left = 20; (await workOnJobs(this.tenant.context)) === 'worked'; left--) {
      if (left === 0) throw new Error('jobs that never end');
    }
    await this.agrees();
    if (one.do !== 'assign' && one.do !== 'revoke') {
      expect(await this.apiGrants(), 'S2: API grants are the same bytes').toEqual(api);
    }
  }

  async step(one: Step): Promise<void> {
    const { tenant, directory, reference, users, groups } = this;
    const common = { organization: tenant.id, actor: key };
    switch (one.do) {
      case 'provision': {
        if (users.has(one.person)) return;
        const { department, active } = one;
        const { id } = await directory.user(one.person, { department, active });
        users.set(one.person, id);
        return reference.provision(one.person, { department, active });
      }
      case 'change-user': {
        const id = users.get(one.person);
        if (id === undefined) return;
        await directory.changeUser(id, one.changes);
        reference.changeUser(one.person, one.changes);
        return this.isIdempotent(() => directory.changeUser(id, one.changes));
      }
      case 'delete-user': {
        const id = users.get(one.person);
        if (id === undefined) return;
        await directory.deleteUser(id);
        users.delete(one.person);
        return reference.deleteUser(one.person);
      }
      case 'create-group': {
        if (groups.has(one.group)) return;
        const externalId = externalIds[one.group]!;
        const { id } = await directory.group(one.name, this.named(one.who), { externalId });
        groups.set(one.group, id);
        reference.groups.set(one.group, { name: one.name, externalId, members: new Set(one.who) });
        return;
      }
      case 'change-group': {
        const id = groups.get(one.group);
        if (id === undefined) return;
        await directory.change(id, ...one.changes.map((change) => this.asSent(change)));
        this.changeGroup(one.group, one.changes);
        if (one.changes.length > 1) return;
        return this.isIdempotent(() =>
          directory.change(id, ...one.changes.map((change) => this.asSent(change))),
        );
      }
      case 'delete-group': {
        const id = groups.get(one.group);
        if (id === undefined) return;
        await directory.deleteGroup(id);
        groups.delete(one.group);
        reference.groups.delete(one.group);
        return;
      }
      case 'map': {
        const claim = one.source === 'directory' ? one.claim : 'groups';
        const { source: of, value: wanted, role: slug } = one;
        const where = { claim, value: wanted, role: slug };
        const id =
          of === 'directory'
            ? await directory.mapping(where)
            : await tenant.mapping(this.connections[of as 'paired' | 'other'], where);
        reference.mappings.set(id, { source: of, ...where, enabled: true });
        return;
      }
      case 'edit': {
        const id = this.mapping(one.pick);
        if (id === undefined) return;
        await editMapping(tenant.context, { ...common, mapping: id, changes: one.changes });
        return reference.edit(id, one.changes);
      }
      case 'unmap': {
        const id = this.mapping(one.pick);
        if (id === undefined) return;
        await deleteMapping(tenant.context, { ...common, mapping: id });
        return reference.unmap(id);
      }
      case 'sign-in': {
        const said = { groups: one.groups };
        const issuer = one.connection === 'paired' ? 'https://idp.test' : 'https://other.test';
        const { outcome } = await tenant.signIn(this.connections[one.connection], one.person, said, {
          issuer,
        });
        return expect(outcome).toBe(reference.signIn(one.person, one.connection, one.groups));
      }
      case 'assign':
      case 'revoke':
        return this.assignOrRevoke(one);
      case 'suspend': {
        const member = await this.member(one.person);
        if (member === undefined) return;
        const answer = await deactivateMember(tenant.context, { ...common, member }).then(
          () => 'done',
          (error: unknown) => (error as UseCaseError).code,
        );
        return expect(answer).toBe(reference.suspend(one.person));
      }
      case 'activate': {
        const member = await this.member(one.person);
        if (member === undefined) return;
        await reactivateMember(tenant.context, { ...common, member });
        return reference.activate(one.person);
      }
      case 'role-source':
        await updateOrganization(tenant.context, { ...common, roleSource: one.to });
        reference.roleSource = one.to;
        return;
      case 'state':
        await updateDirectory(tenant.context, {
          ...common,
          directory: directory.id,
          changes: { state: one.to },
        });
        reference.state = one.to;
        return;
    }
  }

  async assignOrRevoke(one: Step & { do: 'assign' | 'revoke' }): Promise<void> {
    const { tenant, reference } = this;
    const member = await this.member(one.person);
    if (member === undefined) return;
    const common = { organization: tenant.id, actor: key, member };
    const { api } = reference.members.get(one.person)!;
    if (one.do === 'assign') {
      await assignRole(tenant.context, { ...common, role: one.role });
      api.add(one.role);
      return;
    }
    const held = await tenant.grants(member);
    const assignment = held.find(({ basis, role: slug }) => basis === 'api' && slug === one.role)?.id;
    if (assignment === undefined) return;
    await revokeRole(tenant.context, { ...common, assignment });
    api.delete(one.role);
  }

  /** By the user's id where there is one, by their `externalId` before. */
  named(who: readonly string[]): string[] {
    return who.map((name) => this.users.get(name) ?? name);
  }

  asSent(change: typeof groupChange extends fc.Arbitrary<infer C> ? C : never): GroupChange {
    if (change.do === 'rename') return { type: 'rename', displayName: change.name };
    if (change.do === 'empty') return { type: 'remove-all-members' };
    const named = this.named(change.who);
    if (change.do === 'remove') return { type: 'remove-members', values: named };
    const members = named.map((one) => ({ value: one }));
    return { type: change.do === 'add' ? 'add-members' : 'replace-members', members };
  }

  changeGroup(name: string, changes: (Step & { do: 'change-group' })['changes']): void {
    const changed = this.reference.groups.get(name)!;
    for (const change of changes) {
      if (change.do === 'rename') changed.name = change.name;
      else if (change.do === 'empty') changed.members = new Set();
      else if (change.do === 'replace') changed.members = new Set(change.who);
      else for (const one of change.who) changed.members[change.do === 'add' ? 'add' : 'delete'](one);
    }
  }

  mapping(at: number): string | undefined {
    const ids = [...this.reference.mappings.keys()];
    return ids[at % (ids.length || 1)];
  }

  /** S12: the same request once more changes and says nothing. */
  async isIdempotent(again: () => Promise<{ outcome: string }>): Promise<void> {
    const events = async () => (await this.tenant.audit())[0]?.id;
    const before = await events();
    this.tenant.world.now += 1;
    expect((await again()).outcome, 'S12').toBe('unchanged');
    expect(await events(), 'S12').toBe(before);
  }

  async member(name: string): Promise<string | undefined> {
    return (await this.memberIds()).get(name);
  }

  async memberIds(): Promise<ReadonlyMap<string, string>> {
    const { data } = await listMembers(this.tenant.context, { organization: this.tenant.id, limit: 50 });
    return new Map(data.map(({ id, email }) => [email?.split('@')[0] ?? id, id]));
  }

  async apiGrants() {
    const ids = [...(await this.memberIds()).values()];
    const held = await this.tenant.world.store.read.grants.ofMembers(this.tenant.id, ids);
    return [...held.values()].flat().filter(({ basis }) => basis === 'api');
  }

  async agrees(): Promise<void> {
    const { tenant, reference } = this;
    const { read } = tenant.world.store;
    const ids = await this.memberIds();
    expect([...ids.keys()].toSorted()).toEqual([...reference.members.keys()].toSorted());
    const held = await read.grants.ofMembers(tenant.id, [...ids.values()]);
    for (const [name, id] of ids) {
      const shown = (held.get(id) ?? []).map(({ role: slug, basis, source: from, evidence }) => {
        const mappings = evidence.map(({ mapping }) => mapping).toSorted();
        return `${slug} ${basis} ${this.sources.get(from) ?? from} [${mappings.join()}]`;
      });
      const compared = (grants: readonly string[]) =>
        grants
          .filter((one) => !reference.handedBack.has(name) || !one.endsWith('default paired []'))
          .toSorted();
      expect(compared(shown), name).toEqual(compared(reference.grants(name)));
      const status = reference.members.get(name)?.status;
      expect((await read.members.get(tenant.id, id))?.status, name).toBe(status);
      const user = this.users.get(name);
      const tookOver = user !== undefined && (await this.directory.tookOver(user));
      expect(tookOver, `${name} taken over`).toBe(reference.users.get(name)?.tookOver ?? false);
    }
  }
}

describe.each(homes)('directory histories on %s', (home) => {
  let world: World;
  beforeAll(async () => {
    world = await World.open(home);
  });
  afterAll(() => world?.close());

  it(
    'S2, S6–S10, S12: any history ends each step where the reference does',
    { timeout: 3_600_000 },
    async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.boolean(),
          fc.array(step, { minLength: 5, maxLength: 25, size: 'max' }),
          async (underWay, steps) => {
            const history = await History.begin(world);
            for (const one of [...(underWay ? begun : []), ...steps]) await history.run(one);
            await new Promise(setImmediate);
          },
        ),
        { numRuns: Number(process.env['FC_RUNS'] ?? 25) },
      );
    },
  );
});
