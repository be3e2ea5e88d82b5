import type { Grant } from '@idp-roles/store';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { activationImpact, type ActivationImpact, type RoleOfMember } from '../src/index.js';
import { beforeActivation, staged, standing, type BeforeActivation, type Staged } from './activation.js';
import { workAll } from './directory-jobs.js';
import { homes, World } from './world.js';

const nothing: BeforeActivation = {
  roleSource: 'directory',
  roleSelection: 'all',
  paired: true,
  defaults: { sso: false, directory: false },
  mappings: [],
  signIns: [],
  users: [],
  groups: [],
  assigned: [],
};

const both = [
  { person: 'alice', active: true },
  { person: 'bob', active: true },
];

const impactOf = ({ tenant, directory }: Staged): Promise<ActivationImpact> =>
  activationImpact(tenant.context, { organization: tenant.id, directory: directory.id });

describe.each(homes)('the impact of activating a directory on %s', (home) => {
  let world: World;
  beforeAll(async () => {
    world = await World.open(home);
  });
  afterAll(() => world?.close());

  async function acme(given: Partial<BeforeActivation>) {
    const before = await staged(await world.organization(), { ...nothing, ...given });
    const named = (list: readonly RoleOfMember[]) =>
      list
        .map(({ member, role }) => `${[...before.members].find(([, id]) => id === member)?.[0]} ${role}`)
        .toSorted();
    const impact = await impactOf(before);
    return {
      before,
      impact,
      gains: named(impact.gains),
      losses: named(impact.losses),
      last: named(impact.lastHolders),
    };
  }

  it('S6: tells who gains and, by take-over, who loses; a role that another source goes on giving is no loss', async () => {
    const { before, impact, gains, losses } = await acme({
      mappings: [
        { of: 'directory', value: 'A', role: 'org-member' },
        { of: 'sso', value: 'A', role: 'org-member' },
        { of: 'sso', value: 'A', role: 'org-billing' },
        { of: 'sso', value: 'B', role: 'org-guest' },
      ],
      signIns: [{ person: 'alice', groups: ['A', 'B'] }],
      users: both,
      groups: [{ name: 'A', members: ['alice', 'bob'] }],
      assigned: [{ person: 'alice', role: 'org-guest' }],
    });
    expect(impact).toMatchObject({
      users: 2,
      truncated: false,
      counts: { gains: 1, losses: 1, lastHolders: 0 },
    });
    expect(gains).toEqual(['bob org-member']);
    expect(losses).toEqual(['alice org-billing']);
    expect(await before.directory.tookOver(before.users.get('alice') ?? '')).toBe(false);
  });

  it('S10: default roles that come and go are told too', async () => {
    const { gains, losses } = await acme({
      defaults: { sso: true, directory: true },
      mappings: [{ of: 'directory', value: 'A', role: 'org-member' }],
      signIns: [{ person: 'alice', groups: [] }],
      users: both,
      groups: [{ name: 'A', members: ['alice'] }],
    });
    expect(gains).toEqual(['alice org-member', 'bob org-billing']);
    expect(losses).toEqual(['alice org-guest']);
  });

  it('S11: of those who would lose a role, the last holder keeps it and is named', async () => {
    const { before, losses, last } = await acme({
      mappings: [
        { of: 'sso', value: 'A', role: 'org-admin' },
        { of: 'directory', value: 'B', role: 'org-member' },
      ],
      signIns: [
        { person: 'alice', groups: ['A'] },
        { person: 'bob', groups: ['A'] },
      ],
      users: both,
      groups: [{ name: 'B', members: ['alice', 'bob'] }],
    });
    expect(losses).toHaveLength(1);
    expect(last).toHaveLength(1);
    expect([...losses, ...last].toSorted()).toEqual(['alice org-admin', 'bob org-admin']);
    await before.activate();
    await workAll(world.context);
    const kept = await before.tenant.held(before.members.get(last[0]?.split(' ')[0] ?? '') ?? '');
    expect(kept).toContain('org-admin force');
  });

  it('where the organization takes its roles from SSO alone, nothing comes of it', async () => {
    const { impact } = await acme({
      roleSource: 'sso',
      mappings: [{ of: 'directory', value: 'A', role: 'org-member' }],
      users: both,
      groups: [{ name: 'A', members: ['alice'] }],
    });
    expect(impact.counts).toEqual({ gains: 0, losses: 0, lastHolders: 0 });
  });

  it('a directory of another organization is not found', async () => {
    const before = await staged(await world.organization(), nothing);
    const { id: organization } = await world.organization();
    await expect(
      activationImpact(world.context, { organization, directory: before.directory.id }),
    ).rejects.toMatchObject({ code: 'directory-not-found' });
  });

  it('writes nothing, and says what activation and its re-sync then do, whatever stood before', async () => {
    const roles = ['org-admin', 'org-member', 'org-billing', 'org-guest'];
    await fc.assert(
      fc.asyncProperty(beforeActivation(roles), async (given) => {
        const before = await staged(await world.organization(), given);
        const { tenant, members } = before;
        const stood = await standing(before);
        const events = (await tenant.audit()).length;
        const roleSets = async () => {
          const held = new Map<string, Set<string>>();
          for (const id of members.values()) held.set(id, rolesOf(await tenant.grants(id)));
          return held;
        };
        const had = await roleSets();
        const impact = await impactOf(before);
        expect(await standing(before)).toEqual(stood);
        expect((await tenant.audit()).length).toBe(events);
        await before.activate();
        await workAll(world.context);
        const has = await roleSets();
        const difference = (one: typeof had, other: typeof had) =>
          [...one].flatMap(([member, held]) =>
            [...held].filter((role) => !other.get(member)?.has(role)).map((role) => `${member} ${role}`),
          );
        expect(told(impact.gains)).toEqual(difference(has, had).toSorted());
        expect(told(impact.losses)).toEqual(difference(had, has).toSorted());
        for (const { member, role } of impact.lastHolders) expect(has.get(member)).toContain(role);
        const kept = (await tenant.audit('grant.kept-last-holder')).filter(
          ({ cause }) => cause?.['by'] === 'directory-activation',
        );
        expect(new Set(impact.lastHolders.map(({ member }) => member))).toEqual(
          new Set(kept.map(({ member }) => member)),
        );
      }),
      { numRuns: home === 'SQLite' ? 60 : 25 },
    );
  }, 120_000);
});

function rolesOf(grants: readonly Grant[]): Set<string> {
  return new Set(grants.map(({ role }) => role));
}

const told = (list: readonly RoleOfMember[]) =>
  list.map(({ member, role }) => `${member} ${role}`).toSorted();
