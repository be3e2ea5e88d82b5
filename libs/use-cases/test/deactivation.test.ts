import type { StoreTransaction } from '@idp-roles/store';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  assignRole,
  deactivateMember,
  editMapping,
  inviteMember,
  openSession,
  reactivateMember,
  revokeRole,
} from '../src/index.js';
import { homes, key, World, type Tenant } from './world.js';

const verb = (tenant: Tenant, member: string) => ({ organization: tenant.id, member, actor: key });

const suspend = (tenant: Tenant, member: string) => deactivateMember(tenant.context, verb(tenant, member));
const activate = (tenant: Tenant, member: string) => reactivateMember(tenant.context, verb(tenant, member));
const assign = (tenant: Tenant, member: string, role: string) =>
  assignRole(tenant.context, { ...verb(tenant, member), role });

describe.each(homes)('deactivation on %s', (home) => {
  let world: World;
  beforeAll(async () => {
    world = await World.open(home);
  });
  afterAll(() => world?.close());

  const session = (id: string) => ({ session: { id, expiresAt: world.now + 3_600_000 } });
  const inTransaction = <T>(work: (tx: StoreTransaction) => Promise<T>) => world.store.transaction(work);

  /** alice holds org-member by force, org-billing by import, and a session. */
  async function acme() {
    const tenant = await world.organization();
    const connection = await tenant.connection({ defaultRole: 'org-guest' });
    await tenant.mapping(connection, { value: 'Engineering', role: 'org-member' });
    const first = await tenant.mapping(connection, {
      value: 'First',
      role: 'org-billing',
      syncMode: 'import',
    });
    const claims = { groups: ['Engineering', 'First'] };
    const { member } = await tenant.signedIn(connection, 'alice', claims, session(`s-${tenant.id}`));
    return { tenant, connection, alice: member.id, first, claims };
  }

  it('S8: what the IdP gave by force goes, API and import grants stay, sessions end', async () => {
    const { tenant, connection, alice } = await acme();
    await assign(tenant, alice, 'org-admin');
    const stays = (await tenant.grants(alice)).filter(({ basis }) => basis !== 'force');
    expect(stays).toHaveLength(2);
    const { outcome, member, sessions } = await suspend(tenant, alice);
    expect([outcome, member.status]).toEqual(['deactivated', 'suspended']);
    expect(sessions.map(({ id }) => id)).toEqual([`s-${tenant.id}`]);
    expect(await tenant.grants(alice)).toEqual(stays);
    expect(await world.store.read.sessions.ofMember(tenant.id, alice)).toEqual([]);
    const access = await world.store.read.access.snapshot(tenant.id, alice);
    expect(access).toMatchObject({ status: 'suspended', sessions: [], sessionsValidFrom: world.now + 1 });
    expect(await tenant.refused(connection, 'alice', { groups: ['Engineering'] })).toMatchObject({
      code: 'member-suspended',
    });
    expect(await tenant.grants(alice)).toEqual(stays);
  });

  it('S8: a session that another instance’s clock dates later is dead too', async () => {
    const { tenant, connection, alice } = await acme();
    world.now += 900;
    await tenant.signedIn(connection, 'alice', {}, session(`late-${tenant.id}`));
    world.now -= 900;
    const { member } = await suspend(tenant, alice);
    expect(member.sessionsValidFrom).toBe(world.now + 901);
  });

  it('S8: reactivation never lowers sessionsValidFrom, and a second deactivation raises it', async () => {
    const { tenant, alice } = await acme();
    const first = (await suspend(tenant, alice)).member.sessionsValidFrom;
    world.now -= 5_000;
    expect((await activate(tenant, alice)).member.sessionsValidFrom).toBe(first);
    expect((await suspend(tenant, alice)).member.sessionsValidFrom).toBe(first);
    await activate(tenant, alice);
    world.now += 10_000;
    expect((await suspend(tenant, alice)).member.sessionsValidFrom).toBe(world.now + 1);
    const kept = await world.store.read.members.get(tenant.id, alice);
    expect(kept?.sessionsValidFrom).toBe(world.now + 1);
  });

  it('S8: API and import grants work again on reactivation; force comes with the next sign-in, import does not run again', async () => {
    const { tenant, connection, alice, claims } = await acme();
    await assign(tenant, alice, 'org-admin');
    await suspend(tenant, alice);
    expect((await activate(tenant, alice)).member.status).toBe('active');
    expect(await tenant.held(alice)).toEqual(['org-admin api', 'org-billing import']);
    await tenant.signedIn(connection, 'alice', claims);
    expect(await tenant.held(alice)).toEqual(['org-admin api', 'org-billing import', 'org-member force']);
  });

  it('S8, S10: nobody who is shut out holds a default role, whatever happens to their grants; it is due again with reactivation', async () => {
    const tenant = await world.organization();
    const connection = await tenant.connection({ defaultRole: 'org-guest' });
    const { member } = await tenant.signedIn(connection, 'bob', {});
    expect(await tenant.held(member.id)).toEqual(['org-guest default']);
    await suspend(tenant, member.id);
    expect(await tenant.held(member.id)).toEqual([]);
    const { grant } = await assign(tenant, member.id, 'org-member');
    await revokeRole(tenant.context, { ...verb(tenant, member.id), assignment: grant.id });
    expect(await tenant.held(member.id)).toEqual([]);
    await activate(tenant, member.id);
    expect(await tenant.held(member.id)).toEqual(['org-guest default']);
  });

  it('S8: who is shut out gets no session by the back door', async () => {
    const { tenant, connection, alice } = await acme();
    await suspend(tenant, alice);
    const row = {
      organization: tenant.id,
      id: `back-${tenant.id}`,
      member: alice,
      connection,
      issuer: 'https://idp.test',
      format: 'sub',
      subject: 'alice',
      expiresAt: world.now + 1_000,
    };
    await expect(openSession(tenant.context, row)).rejects.toMatchObject({ code: 'session-not-allowed' });
  });

  it('S8: a sign-in by e-mail through another connection lets nobody in either', async () => {
    const { tenant, alice } = await acme();
    const second = await tenant.connection({ name: 'Other' });
    await suspend(tenant, alice);
    expect(await tenant.refused(second, 'alice')).toMatchObject({ code: 'member-suspended' });
    const identities = await world.store.read.members.identities(tenant.id, alice);
    expect(identities).toHaveLength(1);
  });

  it('S8: an invited member can be suspended, and is invited again', async () => {
    const { tenant, connection } = await acme();
    const email = `zoe@${tenant.domain}`;
    const { id } = await inviteMember(tenant.context, { organization: tenant.id, email, actor: key });
    expect((await activate(tenant, id)).outcome).toBe('unchanged');
    expect((await suspend(tenant, id)).member.status).toBe('suspended');
    expect(await tenant.refused(connection, 'zoe')).toMatchObject({ code: 'member-suspended' });
    expect((await activate(tenant, id)).member.status).toBe('invited');
    expect((await tenant.signedIn(connection, 'zoe')).member).toMatchObject({ id, status: 'active' });
  });

  it('S12: is idempotent, to the audit trail', async () => {
    const { tenant, alice } = await acme();
    await suspend(tenant, alice);
    const events = (await tenant.audit()).length;
    expect(await suspend(tenant, alice)).toMatchObject({ outcome: 'unchanged', sessions: [], lost: [] });
    expect(await tenant.audit()).toHaveLength(events);
    await activate(tenant, alice);
    const after = (await tenant.audit()).length;
    expect(await activate(tenant, alice)).toMatchObject({ outcome: 'unchanged' });
    expect(await tenant.audit()).toHaveLength(after);
  });

  it('S13: says who did it, what went and which sessions ended', async () => {
    const { tenant, alice } = await acme();
    await suspend(tenant, alice);
    expect(await tenant.audit('member.suspended')).toMatchObject([
      { member: alice, actor: key, before: { status: 'active' }, after: { status: 'suspended' } },
    ]);
    expect(await tenant.audit('grant.removed')).toMatchObject([
      { member: alice, cause: { by: 'suspension' }, before: { role: 'org-member', basis: 'force' } },
    ]);
    expect(await tenant.audit('session.ended')).toMatchObject([
      { member: alice, subject: { id: `s-${tenant.id}` } },
    ]);
    await activate(tenant, alice);
    expect(await tenant.audit('member.reactivated')).toMatchObject([
      { member: alice, before: { status: 'suspended' }, after: { status: 'active' } },
    ]);
  });

  it('S11: goes through for a last holder, and says so once; another holder silences it', async () => {
    const { tenant, connection, alice } = await acme();
    const { member: bob } = await tenant.signedIn(connection, 'bob', {});
    await assign(tenant, alice, 'org-admin');
    await assign(tenant, bob.id, 'org-admin');
    world.events.length = 0;
    const lost = () => world.events.filter(({ type }) => type === 'last-holder-lost');
    expect((await suspend(tenant, bob.id)).lost).toEqual([]);
    expect(lost()).toEqual([]);
    expect((await suspend(tenant, alice)).lost).toEqual([{ role: 'org-admin' }]);
    const said = { type: 'last-holder-lost', organization: tenant.id, member: alice, role: 'org-admin' };
    expect(lost()).toEqual([said]);
    expect(await tenant.audit('role.last-holder-lost')).toMatchObject([
      { member: alice, before: { role: 'org-admin' } },
    ]);
    await activate(tenant, bob.id);
    const grants = await tenant.grants(bob.id);
    const assignment = grants.find(({ role }) => role === 'org-admin')?.id ?? '';
    await expect(revokeRole(tenant.context, { ...verb(tenant, bob.id), assignment })).rejects.toMatchObject({
      code: 'last-holder',
    });
  });

  it('S11: a suspended holder may be deprived, and keeps nobody else’s role from going', async () => {
    const { tenant, connection, alice } = await acme();
    const { member: bob } = await tenant.signedIn(connection, 'bob', {});
    const { grant } = await assign(tenant, alice, 'org-admin');
    const own = await assign(tenant, bob.id, 'org-admin');
    await suspend(tenant, alice);
    await expect(
      revokeRole(tenant.context, { ...verb(tenant, bob.id), assignment: own.grant.id }),
    ).rejects.toMatchObject({ code: 'last-holder' });
    await revokeRole(tenant.context, { ...verb(tenant, alice), assignment: grant.id });
    expect(await tenant.held(alice)).toEqual(['org-billing import']);
  });

  it('S9: a mapping edited while its member was shut out gives by its new words', async () => {
    const { tenant, connection, alice, first } = await acme();
    await suspend(tenant, alice);
    const edit = { organization: tenant.id, mapping: first, actor: key, changes: { syncMode: 'force' } };
    await editMapping(tenant.context, edit);
    await activate(tenant, alice);
    await tenant.signedIn(connection, 'alice', { groups: ['First'] });
    expect(await tenant.held(alice)).toEqual(['org-billing force', 'org-billing import']);
  });

  it('a failure half way leaves the member as they were', async () => {
    const { tenant, alice } = await acme();
    const before = [await tenant.grants(alice), await world.store.read.members.get(tenant.id, alice)];
    const failing = {
      ...tenant.context,
      store: {
        ...tenant.context.store,
        read: world.store.read,
        transaction: <T>(work: (tx: StoreTransaction) => Promise<T>) =>
          inTransaction(async (tx) => {
            await work(tx);
            throw new Error('the power went');
          }),
      },
    };
    await expect(deactivateMember(failing, verb(tenant, alice))).rejects.toThrow('the power went');
    expect([await tenant.grants(alice), await world.store.read.members.get(tenant.id, alice)]).toEqual(
      before,
    );
    expect(await world.store.read.sessions.ofMember(tenant.id, alice)).toHaveLength(1);
  });

  it('of another organization’s member is a `member-not-found`', async () => {
    const { alice } = await acme();
    const other = await world.organization();
    await expect(suspend(other, alice)).rejects.toMatchObject({ code: 'member-not-found' });
    await expect(activate(other, alice)).rejects.toMatchObject({ code: 'member-not-found' });
  });
});
