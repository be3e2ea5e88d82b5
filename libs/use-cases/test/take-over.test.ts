import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { assignRole, updateOrganization } from '../src/index.js';
import { add, remove, TestDirectory } from './directories.js';
import { homes, key, World } from './world.js';

describe.each(homes)('S6: taking over on %s', (home) => {
  let world: World;
  beforeAll(async () => {
    world = await World.open(home);
  });
  afterAll(() => world?.close());

  /** Alice has signed in through two connections, of which one is paired with the directory. */
  async function acme({ unpaired = false, defaultRole }: { unpaired?: boolean; defaultRole?: string } = {}) {
    const tenant = await world.organization();
    const paired = await tenant.connection({
      jit: true,
      ...(defaultRole !== undefined && { defaultRole }),
    });
    const other = await tenant.connection({ jit: true, issuer: 'https://other.test' });
    const directory = await TestDirectory.of(tenant, unpaired ? {} : { pairedConnections: [paired] });
    await directory.mapping({ value: 'Engineering', role: 'org-member' });
    await tenant.mapping(paired, { value: 'sso', role: 'org-billing' });
    await tenant.mapping(paired, { value: 'once', role: 'org-guest', syncMode: 'import' });
    await tenant.mapping(other, { value: 'sso', role: 'org-guest' });
    const groups = ['sso', 'once'];
    const first = () => tenant.signedIn(paired, 'alice', { groups });
    const second = () => tenant.signedIn(other, 'alice', { groups }, { issuer: 'https://other.test' });
    return { tenant, directory, paired, first, second };
  }

  it('a person provisioned before their groups arrive keeps what SSO gives until the directory first gives a role', async () => {
    const { tenant, directory, first } = await acme();
    const { member } = await first();
    expect(await tenant.held(member.id)).toEqual(['org-billing force', 'org-guest import']);
    const alice = await directory.user('alice');
    expect(alice.member).toBe(member.id);
    const group = await directory.group('Nobody maps this', [alice]);
    await first();
    expect(await tenant.held(member.id)).toEqual(['org-billing force', 'org-guest import']);
    expect(await directory.tookOver(alice.id)).toBe(false);
    await directory.change(group.id, { type: 'rename', displayName: 'Engineering' });
    expect(await tenant.held(member.id)).toEqual(['org-guest import', 'org-member force']);
    expect(await directory.tookOver(alice.id)).toBe(true);
    expect(await tenant.audit('member.taken-over')).toMatchObject([
      { member: member.id, subject: { type: 'directory-user', id: alice.id } },
    ]);
  });

  it('import and API grants, and those of connections that are not paired, are the same bytes (S2)', async () => {
    const { tenant, directory, first, second } = await acme();
    const { member } = await first();
    await second();
    await assignRole(tenant.context, {
      organization: tenant.id,
      actor: key,
      member: member.id,
      role: 'org-member',
    });
    const before = await tenant.grants(member.id);
    const alice = await directory.user('alice');
    await directory.group('Engineering', [alice]);
    const after = await tenant.grants(member.id);
    const kept = before.filter(({ role }) => role !== 'org-billing');
    expect(kept.map(({ basis }) => basis).toSorted()).toEqual(['api', 'force', 'import']);
    expect(after.filter(({ source }) => !source.startsWith('directory:'))).toEqual(kept);
  });

  it('without paired connections it takes over from all', async () => {
    const { tenant, directory, first, second } = await acme({ unpaired: true });
    const { member } = await first();
    await second();
    const alice = await directory.user('alice');
    await directory.group('Engineering', [alice]);
    expect(await tenant.held(member.id)).toEqual(['org-guest import', 'org-member force']);
  });

  it('a sign-in afterwards does not bring back what was taken over, nor a default role, though the directory gives none any more', async () => {
    const { tenant, directory, first } = await acme({ defaultRole: 'org-guest' });
    const alice = await directory.user('alice');
    const { member } = await first();
    expect(member.id).toBe(alice.member);
    expect(await tenant.held(member.id)).toEqual(['org-billing force']);
    const group = await directory.group('Engineering', [alice]);
    await first();
    expect(await tenant.held(member.id)).toEqual(['org-member force']);
    await directory.change(group.id, remove(alice));
    expect(await tenant.held(member.id)).toEqual([]);
    await first();
    expect(await tenant.held(member.id)).toEqual([]);
    await directory.change(group.id, add(alice));
    expect(await tenant.held(member.id)).toEqual(['org-member force']);
    expect(await tenant.audit('member.taken-over')).toHaveLength(1);
  });

  it('takes the default role of a paired connection with it', async () => {
    const { tenant, directory, paired } = await acme({ defaultRole: 'org-guest' });
    const alice = await directory.user('alice');
    await tenant.signedIn(paired, 'alice', { groups: [] });
    expect(await tenant.held(alice.member)).toEqual(['org-guest default']);
    const group = await directory.group('Engineering', [alice]);
    await directory.change(group.id, remove(alice));
    expect(await tenant.held(alice.member)).toEqual([]);
  });

  it.each(['both', 'sso'] as const)('does not happen where roles come from `%s`', async (roleSource) => {
    const { tenant, directory, first } = await acme();
    await updateOrganization(tenant.context, { organization: tenant.id, actor: key, roleSource });
    const { member } = await first();
    const alice = await directory.user('alice');
    await directory.group('Engineering', [alice]);
    const all = [
      'org-billing force',
      'org-guest import',
      ...(roleSource === 'both' ? ['org-member force'] : []),
    ];
    expect(await tenant.held(member.id)).toEqual(all);
    await first();
    expect(await tenant.held(member.id)).toEqual(all);
    expect(await directory.tookOver(alice.id)).toBe(false);
  });

  it('S11: keeps the role of a last holder whom SSO had given it, and says so', async () => {
    const { tenant, directory, paired, first } = await acme();
    await tenant.mapping(paired, { value: 'sso', role: 'org-admin' });
    const { member } = await first();
    const alice = await directory.user('alice');
    await directory.group('Engineering', [alice]);
    expect(await tenant.held(member.id)).toEqual(['org-admin force', 'org-guest import', 'org-member force']);
    expect(await tenant.audit('grant.kept-last-holder')).toHaveLength(1);
    await first();
    expect(await tenant.audit('grant.kept-last-holder')).toHaveLength(1);
    expect(await tenant.held(member.id)).toContain('org-admin force');
  });

  it('S11: what was kept then goes once somebody else holds the role', async () => {
    const { tenant, directory, paired, first } = await acme();
    await tenant.mapping(paired, { value: 'sso', role: 'org-admin' });
    const { member } = await first();
    const alice = await directory.user('alice');
    const group = await directory.group('Engineering', [alice]);
    const bob = await directory.user('bob');
    const common = { organization: tenant.id, actor: key };
    await assignRole(tenant.context, { ...common, member: bob.member, role: 'org-admin' });
    await directory.change(group.id, remove(alice));
    expect(await tenant.held(member.id)).toEqual(['org-guest import']);
  });

  it('of one connection leaves alone the other, with which another directory is paired', async () => {
    const { tenant, directory, second } = await acme();
    const [other] = (await world.store.read.connections.all(tenant.id)).filter(
      ({ issuer }) => issuer === 'https://other.test',
    );
    const beside = await TestDirectory.of(tenant, { name: 'Beside', pairedConnections: [other!.id] });
    const alice = await directory.user('alice');
    await beside.user('alice');
    await directory.group('Engineering', [alice]);
    await second();
    expect(await tenant.held(alice.member)).toEqual(['org-guest force', 'org-member force']);
  });

  it('S12: while the person signs in, neither waits for ever and nothing of SSO is left', async () => {
    const { tenant, directory, paired } = await acme({ unpaired: true });
    const group = await directory.group('Engineering');
    for (let round = 0; round < 15; round++) {
      const user = await directory.user(`round${round}`);
      await Promise.all([
        directory.change(group.id, add(user)),
        tenant.signIn(paired, `round${round}`, { groups: ['sso'] }),
        directory.changeUser(user.id, { displayName: 'Renamed' }),
        tenant.signIn(paired, `round${round}`, { groups: ['sso'] }),
      ]);
      expect(await tenant.held(user.member)).toEqual(['org-member force']);
      expect(await directory.tookOver(user.id)).toBe(true);
    }
  });
});
