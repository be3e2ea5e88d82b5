import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  assignRole,
  deleteMapping,
  disableConnection,
  createRole,
  inviteMember,
  putResource,
  revokeRole,
  updateConnection,
  updateRole,
} from '../src/index.js';
import { key, World, type Tenant } from './world.js';

let world: World;
let acme: Tenant;

beforeAll(async () => {
  world = await World.open();
});
afterAll(() => world.close());
beforeEach(async () => {
  acme = await world.organization();
});

const assign = (
  member: string,
  role: string,
  more: { expiresAt?: number; resource?: { type: string; id: string } } = {},
) => assignRole(acme.context, { organization: acme.id, member, role, actor: key, ...more });
const revoke = async (member: string, role: string) => {
  const grant = (await acme.grants(member)).find((one) => one.role === role);
  return revokeRole(acme.context, {
    organization: acme.id,
    member,
    assignment: grant?.id ?? '',
    actor: key,
  });
};
const disable = (connection: string) =>
  disableConnection(acme.context, { organization: acme.id, connection, actor: key });

describe('S10: the default role', () => {
  it('is held while there is no other organization role, whoever gives that', async () => {
    const okta = await acme.connection({ defaultRole: 'org-guest' });
    await acme.mapping(okta, { value: 'A', role: 'org-member' });
    const { member } = await acme.signedIn(okta, 'carol');
    expect(await acme.held(member.id)).toEqual(['org-guest default']);
    await acme.signedIn(okta, 'carol', { groups: ['A'] });
    expect(await acme.held(member.id)).toEqual(['org-member force']);
    await acme.signedIn(okta, 'carol');
    expect(await acme.held(member.id)).toEqual(['org-guest default']);
    await assign(member.id, 'org-billing');
    expect(await acme.held(member.id)).toEqual(['org-billing api']);
    await revoke(member.id, 'org-billing');
    expect(await acme.held(member.id)).toEqual(['org-guest default']);
  });

  it('two sources with a default give both, and neither counts for the other', async () => {
    const okta = await acme.connection({ defaultRole: 'org-guest' });
    const saml = await acme.connection({ defaultRole: 'org-member' });
    const { member } = await acme.signedIn(okta, 'carol');
    await acme.signedIn(saml, 'carol');
    expect(await acme.held(member.id)).toEqual(['org-guest default', 'org-member default']);
    await disable(saml);
    expect(await acme.held(member.id)).toEqual(['org-guest default']);
  });

  it('is for those who have an identity there', async () => {
    await acme.connection({ defaultRole: 'org-guest' });
    const plain = await acme.connection();
    const { member } = await acme.signedIn(plain, 'carol');
    expect(await acme.held(member.id)).toEqual([]);
  });

  it('comes back when a mapping is deleted, in the same transaction', async () => {
    const okta = await acme.connection({ defaultRole: 'org-guest' });
    const mapping = await acme.mapping(okta, { value: 'A', role: 'org-member' });
    const { member } = await acme.signedIn(okta, 'carol', { groups: ['A'] });
    await deleteMapping(acme.context, { organization: acme.id, mapping, actor: key });
    expect(await acme.held(member.id)).toEqual(['org-guest default']);
  });

  it('counts an import grant, and no expired one', async () => {
    const okta = await acme.connection({ defaultRole: 'org-guest' });
    await acme.mapping(okta, { value: 'A', role: 'org-member', syncMode: 'import' });
    const { member } = await acme.signedIn(okta, 'carol', { groups: ['A'] });
    expect(await acme.held(member.id)).toEqual(['org-member import']);
    await revoke(member.id, 'org-member');
    await assign(member.id, 'org-billing', { expiresAt: world.now + 1_000 });
    expect(await acme.held(member.id)).toEqual(['org-billing api']);
    world.now += 1_000;
    await acme.signedIn(okta, 'carol');
    expect(await acme.held(member.id)).toEqual(['org-billing api', 'org-guest default']);
  });

  it('M9: waits for complete claims, also when something else changes meanwhile', async () => {
    const okta = await acme.connection({ defaultRole: 'org-guest', denyWithoutRole: true });
    await acme.mapping(okta, { value: 'A', role: 'org-member' });
    const { member } = await acme.signedIn(okta, 'carol', { hasgroups: true });
    expect(await acme.held(member.id)).toEqual([]);
    await assign(member.id, 'org-billing');
    await revoke(member.id, 'org-billing');
    expect(await acme.held(member.id)).toEqual([]);
    await acme.signedIn(okta, 'carol');
    await acme.signedIn(okta, 'carol', { hasgroups: true });
    expect(await acme.held(member.id)).toEqual(['org-guest default']);
  });

  it('a new default role takes the place of the old one at once', async () => {
    const okta = await acme.connection({ defaultRole: 'org-guest' });
    const { member } = await acme.signedIn(okta, 'carol');
    const change = (defaultRole: string | null) =>
      updateConnection(acme.context, {
        organization: acme.id,
        connection: okta,
        actor: key,
        changes: { defaultRole },
        sharedIssuer: false,
      });
    await change('org-member');
    expect(await acme.held(member.id)).toEqual(['org-member default']);
    await change(null);
    expect(await acme.held(member.id)).toEqual([]);
  });

  it('M8: goes, and is given to nobody, once an IdP may not give it any more', async () => {
    const custom = { organization: acme.id, actor: key };
    const slug = 'custom-basic';
    await createRole(acme.context, { ...custom, slug, name: 'Basic', permissions: ['project:view'] });
    const okta = await acme.connection({ defaultRole: slug });
    const { member } = await acme.signedIn(okta, 'carol');
    expect(await acme.held(member.id)).toEqual(['custom-basic default']);
    await updateRole(acme.context, { ...custom, role: slug, changes: { idpGrantable: false } });
    await acme.signedIn(okta, 'carol');
    expect(await acme.held(member.id)).toEqual([]);
    expect(await acme.signedIn(okta, 'dave')).toMatchObject({ grants: [] });
  });

  it('M8: only a role of the organization that an IdP may give', async () => {
    await expect(acme.connection({ defaultRole: 'org-owner' })).rejects.toMatchObject({
      code: 'role-not-grantable',
      kind: 'invalid',
    });
    await expect(acme.connection({ defaultRole: 'nobody' })).rejects.toMatchObject({ code: 'role-missing' });
    await expect(acme.connection({ defaultRole: 'workspace-admin' })).rejects.toMatchObject({
      code: 'invalid',
    });
  });
});

describe('S10: denyWithoutRole', () => {
  it('a refused newcomer leaves no row but the trace', async () => {
    const okta = await acme.connection({ denyWithoutRole: true });
    await acme.mapping(okta, { value: 'A', role: 'org-member' });
    expect(await acme.refused(okta, 'carol', { groups: ['B'] })).toMatchObject({ code: 'no-role' });
    for (const table of ['members', 'identities', 'grants', 'claims_seen', 'sessions']) {
      expect(await world.rows(table, acme.id)).toEqual([]);
    }
    expect(await acme.audit('member.created')).toEqual([]);
    expect(await world.rows('sign_in_traces', acme.id)).toMatchObject([{ code: 'no-role' }]);
  });

  it("a refused member's removals are committed, and no session begins", async () => {
    const okta = await acme.connection({ denyWithoutRole: true });
    await acme.mapping(okta, { value: 'A', role: 'org-member' });
    const { member } = await acme.signedIn(okta, 'carol', { groups: ['A'] });
    const session = { id: 'never', expiresAt: world.now + 1_000 };
    expect(await acme.refused(okta, 'carol', {}, { session })).toMatchObject({ code: 'no-role' });
    expect(await acme.grants(member.id)).toEqual([]);
    expect(await acme.audit('grant.removed')).toHaveLength(1);
    expect(await world.rows('sessions', acme.id)).toEqual([]);
  });

  it('an invited member who is refused stays invited and unlinked', async () => {
    const okta = await acme.connection({ denyWithoutRole: true });
    const { id } = await inviteMember(acme.context, {
      organization: acme.id,
      email: `carol@${acme.domain}`,
      actor: key,
    });
    await acme.refused(okta, 'carol');
    expect(await world.store.read.members.get(acme.id, id)).toMatchObject({ status: 'invited' });
    expect(await world.rows('identities', acme.id)).toEqual([]);
  });

  it('any organization role lets in: from the API or by default; an expired one does not', async () => {
    const okta = await acme.connection({ denyWithoutRole: true });
    const { id } = await inviteMember(acme.context, {
      organization: acme.id,
      email: `carol@${acme.domain}`,
      actor: key,
    });
    await assign(id, 'org-billing', { expiresAt: world.now + 1_000 });
    await acme.signedIn(okta, 'carol');
    world.now += 1_000;
    await acme.refused(okta, 'carol');
    const platform = { type: 'workspace', id: 'platform' };
    await putResource(acme.context, { organization: acme.id, resource: platform, actor: key });
    await assign(id, 'workspace-admin', { resource: platform });
    await acme.refused(okta, 'carol');
    const kind = await acme.connection({ denyWithoutRole: true, defaultRole: 'org-guest' });
    await acme.signedIn(kind, 'carol');
  });
});

describe('S11: the last holder', () => {
  let okta: string;
  beforeEach(async () => {
    okta = await acme.connection();
  });
  const admins = { value: 'Admins', role: 'org-admin' };

  it('keeps the role in a sync: the sign-in succeeds, with an event, a warning and no evidence left', async () => {
    await acme.mapping(okta, admins);
    const { member } = await acme.signedIn(okta, 'alice', { groups: ['Admins'] });
    const outcome = await acme.signedIn(okta, 'alice');
    expect(outcome.removed).toEqual([]);
    expect(await acme.held(member.id)).toEqual(['org-admin force']);
    expect((await acme.grants(member.id))[0]?.evidence).toEqual([]);
    expect(await acme.audit('grant.kept-last-holder')).toHaveLength(1);
    expect(world.events).toContainEqual({
      type: 'last-holder-kept',
      organization: acme.id,
      member: member.id,
      role: 'org-admin',
      source: `sso:${okta}`,
    });
  });

  it('S12: is told once, and goes at the first sync after somebody else holds it', async () => {
    await acme.mapping(okta, admins);
    const { member } = await acme.signedIn(okta, 'alice', { groups: ['Admins'] });
    await acme.signedIn(okta, 'alice');
    await acme.signedIn(okta, 'alice');
    expect(await acme.audit('grant.kept-last-holder')).toHaveLength(1);
    const bob = await acme.signedIn(okta, 'bob', { groups: ['Admins'] });
    await acme.signedIn(okta, 'alice');
    expect(await acme.held(member.id)).toEqual([]);
    expect(await acme.held(bob.member.id)).toEqual(['org-admin force']);
  });

  it('an edit is refused, and nothing changes', async () => {
    const mapping = await acme.mapping(okta, admins);
    const { member } = await acme.signedIn(okta, 'alice', { groups: ['Admins'] });
    await expect(
      deleteMapping(acme.context, { organization: acme.id, mapping, actor: key }),
    ).rejects.toMatchObject({ code: 'last-holder', kind: 'conflict', subjects: [member.id] });
    await expect(disable(okta)).rejects.toMatchObject({ code: 'last-holder' });
    expect(await world.store.read.connections.get(acme.id, okta)).toMatchObject({ state: 'active' });
    expect(await acme.held(member.id)).toEqual(['org-admin force']);
    await assign(member.id, 'org-admin');
    await disable(okta);
    expect(await acme.held(member.id)).toEqual(['org-admin api']);
    await expect(revoke(member.id, 'org-admin')).rejects.toMatchObject({ code: 'last-holder' });
  });

  it('holders who are not active, and grants that end, do not count', async () => {
    await acme.mapping(okta, admins);
    const { member } = await acme.signedIn(okta, 'alice', { groups: ['Admins'] });
    const invited = await inviteMember(acme.context, {
      organization: acme.id,
      email: `bob@${acme.domain}`,
      actor: key,
    });
    await assign(invited.id, 'org-admin');
    await acme.signedIn(okta, 'alice');
    expect(await acme.held(member.id)).toEqual(['org-admin force']);
    const carol = await acme.signedIn(okta, 'carol');
    await assign(carol.member.id, 'org-admin', { expiresAt: world.now + 1e9 });
    await acme.signedIn(okta, 'alice');
    expect(await acme.held(member.id)).toEqual(['org-admin force']);
    await acme.signedIn(okta, 'bob');
    await acme.signedIn(okta, 'alice');
    expect(await acme.held(member.id)).toEqual([]);
  });

  it('is no matter of members who are not active', async () => {
    const { id } = await inviteMember(acme.context, {
      organization: acme.id,
      email: `bob@${acme.domain}`,
      actor: key,
    });
    await assign(id, 'org-admin');
    expect(await revoke(id, 'org-admin')).toMatchObject({ outcome: 'revoked' });
  });

  it('is not lost to a member who has it from a second source, unless that one ends', async () => {
    await acme.mapping(okta, admins);
    const { member } = await acme.signedIn(okta, 'alice', { groups: ['Admins'] });
    await assign(member.id, 'org-admin', { expiresAt: world.now + 1e9 });
    await acme.signedIn(okta, 'alice');
    expect(await acme.held(member.id)).toEqual(['org-admin api', 'org-admin force']);
    await assign(member.id, 'org-admin');
    await acme.signedIn(okta, 'alice');
    expect(await acme.held(member.id)).toEqual(['org-admin api']);
    expect(await acme.audit('grant.kept-last-holder')).toHaveLength(1);
  });

  it('of two members who lose it at once, one goes on holding it', async () => {
    await acme.mapping(okta, admins);
    const claims = { groups: ['Admins'] };
    const [one, other] = [await acme.signedIn(okta, 'a', claims), await acme.signedIn(okta, 'b', claims)];
    await Promise.all([acme.signedIn(okta, 'a'), acme.signedIn(okta, 'b')]);
    const held = [...(await acme.held(one.member.id)), ...(await acme.held(other.member.id))];
    expect(held).toEqual(['org-admin force']);
  });

  it('a default role that another role makes undue is kept by its last holder', async () => {
    const own = await acme.connection({ defaultRole: 'org-admin' });
    const { member } = await acme.signedIn(own, 'alice');
    await assign(member.id, 'org-member');
    expect(await acme.held(member.id)).toEqual(['org-admin default', 'org-member api']);
    await acme.signedIn(own, 'alice');
    expect(await acme.audit('grant.kept-last-holder')).toHaveLength(1);
  });
});
