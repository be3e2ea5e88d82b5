import type { Grant, Member } from '@idp-roles/store';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { assignRole, deactivateMember, reactivateMember, UseCaseError } from '../src/index.js';
import { TestDirectory } from './directories.js';
import { homes, key, World, type Tenant } from './world.js';

/** Two names, each first one person's and then another's. */
const person = fc
  .constantFrom('ann', 'ben')
  .chain((name) =>
    fc.record({ name: fc.constant(name), externalId: fc.constantFrom(`${name}-1`, `${name}-2`) }),
  );
const step = fc.oneof(
  fc.record({ do: fc.constant('create' as const), person, directory: fc.nat(1), active: fc.boolean() }),
  fc.record({
    do: fc.constant('change' as const),
    which: fc.nat(3),
    directory: fc.nat(1),
    change: fc.oneof(
      fc.record({ active: fc.boolean() }),
      fc.record({ active: fc.boolean(), externalId: fc.constantFrom('ann-1', 'ann-2', 'ben-1', 'ben-2') }),
      fc.record({ title: fc.constantFrom('Boss', 'Clerk') }),
    ),
  }),
  fc.record({ do: fc.constant('delete' as const), which: fc.nat(3), directory: fc.nat(1) }),
  fc.record({ do: fc.constant('sign-in' as const), person }),
  fc.record({ do: fc.constant('suspend' as const), which: fc.nat(3) }),
  fc.record({ do: fc.constant('activate' as const), which: fc.nat(3) }),
  fc.record({ do: fc.constant('assign' as const), which: fc.nat(3) }),
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

const isShutOut = ({ status }: Member) => status === 'suspended' || status === 'deprovisioned';

class History {
  #sessions = 0;
  readonly #api = new Map<string, Grant>();
  private constructor(
    readonly tenant: Tenant,
    readonly okta: string,
    readonly directories: readonly TestDirectory[],
  ) {}

  static async begin(world: World): Promise<History> {
    const tenant = await world.organization();
    const okta = await tenant.connection({ jit: true, defaultRole: 'org-guest' });
    await tenant.mapping(okta, { value: 'All', role: 'org-billing' });
    const directories = [];
    for (const state of ['active', 'staging'] as const) {
      const directory = await TestDirectory.of(tenant, { state });
      await directory.mapping({ claim: 'title', value: 'Boss', role: 'org-member' });
      directories.push(directory);
    }
    return new History(tenant, okta, directories);
  }

  async take(one: Step): Promise<void> {
    const before = await this.members();
    const lifted = await this.do(one, [...before.keys()]).catch((error: unknown) => {
      if (error instanceof UseCaseError) return undefined;
      throw error;
    });
    const after = await this.members();
    for (const [id, was] of before) {
      const is = after.get(id);
      if (is === undefined) throw new Error('a member is gone');
      expect(is.sessionsValidFrom).toBeGreaterThanOrEqual(was.sessionsValidFrom);
      const came = isShutOut(was) && !isShutOut(is);
      if (came) expect([one.do, id]).toEqual([expect.stringMatching(/create|change|activate/), lifted]);
      if (came && was.status === 'suspended') expect(one.do).toBe('activate');
      if (was.status === 'suspended' && one.do !== 'activate') expect(is.status).toBe('suspended');
    }
    await this.check(after);
  }

  /** Answers the member to whom it was done, where that might have let somebody in. */
  async do(one: Step, members: readonly string[]): Promise<string | undefined> {
    const { tenant, directories } = this;
    const scope = (which: number) => ({
      organization: tenant.id,
      member: members[which % members.length] ?? 'nobody',
      actor: key,
    });
    if (one.do === 'create') {
      const { name, externalId } = one.person;
      const user = await directories[one.directory]?.user(name, { externalId, active: one.active });
      return user?.member;
    }
    if (one.do === 'sign-in') return this.signIn(one.person.externalId, one.person.name);
    if (one.do === 'suspend') await deactivateMember(tenant.context, scope(one.which));
    if (one.do === 'activate') return (await reactivateMember(tenant.context, scope(one.which))).member.id;
    if (one.do === 'assign') {
      const { grant } = await assignRole(tenant.context, { ...scope(one.which), role: 'org-admin' });
      if (!this.#api.has(grant.id)) this.#api.set(grant.id, grant);
    }
    if (one.do !== 'change' && one.do !== 'delete') return undefined;
    const directory = directories[one.directory];
    const users = await tenant.world.store.read.directoryUsers.after(
      tenant.id,
      directory?.id ?? '',
      undefined,
      9,
    );
    const user = users[one.which % users.length];
    if (directory === undefined || user === undefined) return undefined;
    if (one.do === 'delete') await directory.deleteUser(user.id);
    else return (await directory.changeUser(user.id, one.change)).user.member;
    return undefined;
  }

  /** S8: signing in lets nobody in again, and is refused to whom it leads to, if they are shut out. */
  async signIn(subject: string, name: string): Promise<undefined> {
    const before = await this.members();
    const email = `${name}@${this.tenant.domain}`;
    const expiresAt = this.tenant.world.now + 3_600_000;
    const session = { id: `${this.tenant.id}-${this.#sessions++}`, expiresAt };
    const outcome = await this.tenant.signIn(this.okta, subject, { groups: ['All'] }, { email, session });
    if (outcome.outcome !== 'signed-in') return;
    const was = before.get(outcome.member.id);
    if (was !== undefined) expect(isShutOut(was)).toBe(false);
  }

  async check(members: ReadonlyMap<string, Member>): Promise<void> {
    const { read } = this.tenant.world.store;
    const grants = await read.grants.ofMembers(this.tenant.id, [...members.keys()]);
    const held = [...grants.values()].flat();
    for (const grant of this.#api.values()) expect(held).toContainEqual(grant);
    for (const member of members.values()) {
      if (!isShutOut(member)) continue;
      const given = grants.get(member.id) ?? [];
      expect(given.filter(({ basis }) => basis === 'force' || basis === 'default')).toEqual([]);
      expect(await read.sessions.ofMember(this.tenant.id, member.id)).toEqual([]);
    }
  }

  async members(): Promise<ReadonlyMap<string, Member>> {
    const { data } = await this.tenant.world.store.read.members.list(this.tenant.id, { limit: 100 });
    return new Map(data.map((member) => [member.id, member]));
  }
}

describe.each(homes.slice(0, 1))('on %s', (home) => {
  let world: World;
  beforeAll(async () => {
    world = await World.open(home);
  });
  afterAll(() => world?.close());

  it(
    'S2, S8: no history of users lets in who is shut out by signing in, takes an API grant, or leaves IdP grants or sessions to who is out',
    { timeout: 60_000 },
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
          const history = await History.begin(world);
          for (const one of steps) {
            await history.take(one);
            world.now += 1_000;
            await new Promise(setImmediate);
          }
        }),
        { numRuns: 30 },
      );
    },
  );
});
