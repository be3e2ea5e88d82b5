import * as fc from 'fast-check';
import type { Grant } from '@idp-roles/store';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  assignRole,
  createMapping,
  deleteMapping,
  disableConnection,
  editMapping,
  revokeRole,
  updateConnection,
  UseCaseError,
} from '../src/index.js';
import { key, World, type Tenant } from './world.js';

let world: World;
beforeAll(async () => {
  world = await World.open();
});
afterAll(() => world.close());

const roles = ['org-admin', 'org-member', 'org-billing', 'org-guest'] as const;
const role = fc.constantFrom(...roles);
const groups = fc.subarray(['A', 'B', 'C']);
const person = fc.constantFrom('alice', 'bob');
const side = fc.constantFrom(0, 1);
const pick = fc.nat(20);

const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant('sign-in'), person, side, groups, incomplete: fc.boolean() }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('assign'), person, role }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('revoke'), person, pick }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('map'),
      side,
      value: fc.constantFrom('A', 'B', 'C'),
      role,
      syncMode: fc.constantFrom('force', 'force', 'import'),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('edit'),
      pick,
      changes: fc.oneof(
        fc.record({ value: fc.constantFrom('A', 'B', 'C') }),
        fc.record({ enabled: fc.boolean() }),
        fc.record({ role }),
        fc.record({ syncMode: fc.constantFrom('force', 'import') }),
      ),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('unmap'), pick }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('toggle'), side }) },
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

const everything = () => true;

class History {
  readonly members = new Map<string, string>();
  readonly mappings: string[] = [];
  readonly disabled = new Set<number>();
  /** Members whose last word from a connection was incomplete, so that its default waits (M9). */
  readonly waiting = new Set<string>();

  private constructor(
    readonly tenant: Tenant,
    readonly connections: readonly string[],
  ) {}

  static async begin(): Promise<History> {
    const tenant = await world.organization();
    const first = await tenant.connection({ defaultRole: 'org-guest' });
    return new History(tenant, [first, await tenant.connection()]);
  }

  async grants(): Promise<readonly Grant[]> {
    const all = await Promise.all([...this.members.values()].map((id) => this.tenant.grants(id)));
    return all.flat();
  }

  async run(one: Step): Promise<void> {
    const { tenant } = this;
    const common = { organization: tenant.id, actor: key };
    const before = await this.grants();
    const admins = await this.holders('org-admin');
    let touches: (grant: Grant) => boolean = everything;
    try {
      if (one.do === 'sign-in' && 'groups' in one) {
        const source = `sso:${this.connections[one.side]}`;
        touches = (grant) => grant.source === source || grant.basis === 'default';
        await this.signIn(one);
      } else if (one.do === 'assign' && 'role' in one && 'person' in one) {
        touches = (grant) => grant.basis === 'api' || grant.basis === 'default';
        const member = this.members.get(one.person);
        if (member) await assignRole(tenant.context, { ...common, member, role: one.role });
      } else if (one.do === 'revoke' && 'person' in one && 'pick' in one) {
        const member = this.members.get(one.person) ?? '';
        const held = before.filter((grant) => grant.member === member);
        const assignment = held[one.pick % (held.length || 1)]?.id;
        touches = (grant) => grant.id === assignment || grant.basis === 'default';
        if (assignment) await revokeRole(tenant.context, { ...common, member, assignment });
      } else if (one.do === 'map' && 'syncMode' in one) {
        touches = () => false;
        const { value, role: slug, syncMode } = one;
        const source = { connection: this.connections[one.side] };
        const input = { source, claim: 'groups', value, role: slug, syncMode };
        this.mappings.push((await createMapping(tenant.context, { ...common, input })).mapping.id);
      } else if (one.do === 'edit' && 'changes' in one) {
        touches = (grant) => grant.basis === 'force' || grant.basis === 'default';
        const mapping = this.mappings[one.pick % (this.mappings.length || 1)];
        if (mapping) await editMapping(tenant.context, { ...common, mapping, changes: one.changes });
      } else if (one.do === 'unmap' && 'pick' in one) {
        touches = (grant) => grant.basis === 'force' || grant.basis === 'default';
        const [mapping] = this.mappings.splice(one.pick % (this.mappings.length || 1), 1);
        if (mapping) {
          await deleteMapping(tenant.context, { ...common, mapping }).catch((error: unknown) => {
            this.mappings.push(mapping);
            throw error;
          });
        }
      } else if (one.do === 'toggle' && 'side' in one) {
        touches = (grant) => grant.basis === 'force' || grant.basis === 'default';
        await this.toggle(one.side);
      }
    } catch (error) {
      if (!(error instanceof UseCaseError) || error.kind !== 'conflict') throw error;
      touches = () => false;
    }
    await this.check(before, touches, admins);
  }

  async signIn(one: {
    person: string;
    side: number;
    groups: readonly string[];
    incomplete: boolean;
  }): Promise<void> {
    const { tenant } = this;
    const connection = this.connections[one.side] ?? '';
    const claims = { groups: one.groups, ...(one.incomplete && { hasgroups: true }) };
    const outcome = await tenant.signIn(connection, one.person, claims);
    if (outcome.outcome === 'refused') return;
    this.members.set(one.person, outcome.member.id);
    const waits = `${outcome.member.id} ${connection}`;
    if (one.incomplete && (await this.readsGroups(connection))) this.waiting.add(waits);
    else this.waiting.delete(waits);
    if (!one.incomplete) await this.forceAgrees(connection, outcome.member.id, one.groups);
    const state = async () => [
      await world.rows('grants', tenant.id),
      await world.rows('grant_evidence', tenant.id),
      (await world.rows('audit_events', tenant.id)).length,
    ];
    const once = await state();
    await tenant.signIn(connection, one.person, claims);
    expect(await state(), 'S12: the same sign-in again').toEqual(once);
  }

  async readsGroups(connection: string): Promise<boolean> {
    const source = `sso:${connection}` as const;
    const { changed } = await world.store.read.mappings.changedSince(this.tenant.id, source, 0);
    return changed.some(({ mapping }) => mapping.enabled !== false);
  }

  /** S3, against a reference of five lines; a role without evidence is one that S11 keeps. */
  async forceAgrees(connection: string, member: string, said: readonly string[]): Promise<void> {
    const source = `sso:${connection}` as const;
    const { changed } = await world.store.read.mappings.changedSince(this.tenant.id, source, 0);
    const due = changed
      .map(({ mapping }) => mapping)
      .filter(
        ({ enabled, syncMode, value }) =>
          enabled !== false && syncMode === 'force' && said.includes(value ?? ''),
      );
    const held = (await this.tenant.grants(member)).filter(
      (grant) => grant.source === source && grant.basis === 'force' && grant.evidence.length > 0,
    );
    expect(new Set(held.map((grant) => grant.role))).toEqual(new Set(due.map((mapping) => mapping.role)));
    const rows = held.flatMap(({ evidence }) => evidence.map(({ mapping }) => mapping));
    expect(rows.toSorted()).toEqual(due.map(({ id }) => id).toSorted());
  }

  async toggle(at: number): Promise<void> {
    const common = { organization: this.tenant.id, actor: key, connection: this.connections[at] ?? '' };
    if (this.disabled.has(at)) {
      const changes = { state: 'active' } as const;
      await updateConnection(this.tenant.context, { ...common, changes, sharedIssuer: false });
      this.disabled.delete(at);
      return;
    }
    await disableConnection(this.tenant.context, common);
    this.disabled.add(at);
  }

  async holders(slug: string): Promise<number> {
    return new Set((await this.grants()).filter((grant) => grant.role === slug).map(({ member }) => member))
      .size;
  }

  async check(before: readonly Grant[], touches: (grant: Grant) => boolean, admins: number): Promise<void> {
    const after = await this.grants();
    const rest = (grants: readonly Grant[]) => grants.filter((grant) => !touches(grant));
    const known = new Set(before.map(({ member }) => member));
    const old = after.filter(({ member }) => known.has(member));
    expect(rest(old), 'S2: what the verb does not own').toEqual(rest(before));
    if (admins > 0) expect(await this.holders('org-admin'), 'S11').toBeGreaterThan(0);
    for (const member of this.members.values()) await this.defaultsAgree(member);
  }

  /** S10 for one member: a default is held exactly while there is no other organization role. */
  async defaultsAgree(member: string): Promise<void> {
    const [first = ''] = this.connections;
    const held = await this.tenant.grants(member);
    const defaults = held.filter(({ basis }) => basis === 'default');
    expect(
      defaults.every(({ source, role: slug }) => source === `sso:${first}` && slug === 'org-guest'),
    ).toBe(true);
    if (this.waiting.has(`${member} ${first}`) || this.disabled.has(0)) return;
    const hasRole = held.some(({ basis }) => basis !== 'default');
    if (hasRole) expect(defaults, 'S10: not beside another role').toEqual([]);
    const identities = await world.store.read.members.identities(this.tenant.id, member);
    const due = identities.some(({ source }) => source === `sso:${first}`) && !this.reactivated;
    if (!hasRole && due) expect(defaults, 'S10: while there is none').toHaveLength(1);
  }

  /** A default that came back with its connection is given with the member's next change. */
  get reactivated(): boolean {
    return this.everDisabled;
  }
  everDisabled = false;
}

it(
  'S2, S3, S10, S11, S12 hold through any history of sign-ins, edits and assignments',
  { timeout: 120_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 18 }), async (steps) => {
        const history = await History.begin();
        for (const one of steps) {
          if (one.do === 'toggle' && 'side' in one && one.side === 0) history.everDisabled = true;
          await history.run(one);
        }
      }),
      { numRuns: Number(process.env['FC_RUNS'] ?? 30) },
    );
  },
);
