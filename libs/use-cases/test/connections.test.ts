import { newId } from '@idp-roles/store';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  createConnection,
  createOrganization,
  deleteConnection,
  deleteOrganization,
  disableConnection,
  endSession,
  listSessions,
  openSession,
  recordFailedSignIn,
  updateConnection,
  updateOrganization,
  type ConnectionChanges,
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

const session = (id: string) => ({ session: { id, expiresAt: world.now + 1e6 } });
const change = (connection: string, changes: ConnectionChanges, sharedIssuer = false) =>
  updateConnection(acme.context, { organization: acme.id, connection, actor: key, changes, sharedIssuer });

describe('S9: a connection that is shut', () => {
  it.each(['disable', 'draft', 'delete'] as const)(
    '%s: takes force and default grants and ends its sessions; import and other sources stay',
    async (how) => {
      const okta = await acme.connection({ defaultRole: 'org-guest' });
      const saml = await acme.connection();
      await acme.mapping(okta, { value: 'A', role: 'org-member' });
      await acme.mapping(okta, { value: 'C', role: 'org-billing', syncMode: 'import' });
      await acme.mapping(saml, { value: 'A', role: 'org-member' });
      const alice = await acme.signedIn(okta, 'alice', { groups: ['A'] }, session('s1'));
      await acme.signedIn(saml, 'alice', { groups: ['A'] }, session('s2'));
      const bob = await acme.signedIn(okta, 'bob', {}, session('s3'));
      const carol = await acme.signedIn(okta, 'carol', { groups: ['A', 'C'] });
      const input = { organization: acme.id, connection: okta, actor: key };
      if (how === 'disable') await disableConnection(acme.context, input);
      else if (how === 'draft') await change(okta, { state: 'draft' });
      else await deleteConnection(acme.context, input);
      expect((await acme.grants(alice.member.id)).map(({ source }) => source)).toEqual([`sso:${saml}`]);
      expect(await acme.held(bob.member.id)).toEqual([]);
      expect(await acme.held(carol.member.id)).toEqual(['org-billing import']);
      expect((await world.rows('sessions', acme.id)).map(({ id }) => id)).toEqual(['s2']);
      expect(await acme.audit('session.ended')).toHaveLength(2);
      const code = how === 'delete' ? 'connection-unknown' : 'connection-not-active';
      expect(await acme.refused(okta, 'alice')).toMatchObject({ code });
    },
  );

  it('comes back with the next sign-in once it is active again', async () => {
    const okta = await acme.connection();
    await acme.mapping(okta, { value: 'A', role: 'org-member' });
    const { member } = await acme.signedIn(okta, 'alice', { groups: ['A'] });
    await change(okta, { state: 'disabled' });
    await change(okta, { state: 'active' });
    expect(await acme.held(member.id)).toEqual([]);
    await acme.signedIn(okta, 'alice', { groups: ['A'] });
    expect(await acme.held(member.id)).toEqual(['org-member force']);
  });

  it("M5: a deleted connection's mappings go with it", async () => {
    const okta = await acme.connection();
    await acme.mapping(okta, { value: 'A', role: 'org-member' });
    await deleteConnection(acme.context, { organization: acme.id, connection: okta, actor: key });
    expect((await world.store.read.mappings.list(acme.id, { limit: 10 })).data).toEqual([]);
  });
});

describe('L10: an issuer that many tenants share', () => {
  it('is only a draft until required claims tell them apart', async () => {
    const { connection, warnings } = await createConnection(acme.context, {
      organization: acme.id,
      actor: key,
      name: 'Google',
      protocol: 'oidc',
      settings: {},
      issuer: 'https://accounts.google.test',
      sharedIssuer: true,
      state: 'active',
    });
    expect(connection.state).toBe('draft');
    expect(warnings).toMatchObject([{ code: 'required-claims-needed' }]);
    const needed = { code: 'required-claims-needed', kind: 'invalid' };
    await expect(change(connection.id, { state: 'active' }, true)).rejects.toMatchObject(needed);
    const nothing: readonly Record<string, string | string[]>[] = [
      {},
      { hd: '' },
      { hd: [] },
      { hd: 'acme.test', tid: [] },
    ];
    for (const requiredClaims of nothing) {
      const changes = { state: 'active' as const, requiredClaims };
      await expect(change(connection.id, changes, true)).rejects.toMatchObject(needed);
    }
    await change(connection.id, { state: 'active', requiredClaims: { hd: 'acme.test' } }, true);
    await expect(change(connection.id, { requiredClaims: null }, true)).rejects.toMatchObject(needed);
  });

  it('domains: a service key proves by naming, a member does not; each belongs to one organization', async () => {
    const member = { kind: 'member', id: 'mem_x' } as const;
    const mine = await createOrganization(acme.context, {
      name: 'Mine',
      domains: ['Bücher.test'],
      actor: member,
    });
    expect(mine.domains).toEqual([{ domain: 'xn--bcher-kva.test', organization: mine.id }]);
    const update = { organization: mine.id, domains: ['bücher.test'], actor: key };
    expect((await updateOrganization(acme.context, update)).domains).toMatchObject([
      { provenAt: world.now, method: 'service-key' },
    ]);
    const kept = await updateOrganization(acme.context, { ...update, actor: member });
    expect(kept.domains[0]?.provenAt).toBe(world.now);
    const thief = { name: 'Thief', domains: ['xn--bcher-kva.test'], actor: key };
    await expect(createOrganization(acme.context, thief)).rejects.toMatchObject({
      code: 'domain-taken',
      kind: 'conflict',
    });
    for (const domains of [['nonsense'], ['a b.test'], ['https://x.test'], ['*.test'], ['']]) {
      await expect(updateOrganization(acme.context, { ...update, domains })).rejects.toMatchObject({
        code: 'invalid',
        problems: [{ path: 'domains.0' }],
      });
    }
  });
});

describe('connections', () => {
  it('L4: another issuer needs a new connection once somebody signed in', async () => {
    const okta = await acme.connection();
    await change(okta, { issuer: 'https://idp2.test' });
    await change(okta, { issuer: 'https://idp.test' });
    await acme.signedIn(okta, 'alice', { groups: [] });
    await expect(change(okta, { issuer: 'https://evil.test' })).rejects.toMatchObject({
      code: 'issuer-change-needs-relink',
    });
  });

  it('L4: the issuer is guarded by who is known, not by the attributes that came', async () => {
    const saml = await acme.connection({ protocol: 'saml' });
    await acme.signedIn(saml, 'alice', {});
    expect(await world.store.read.connections.claimsSeen(acme.id, saml)).toEqual(new Set());
    await expect(change(saml, { issuer: 'https://idp2.test' })).rejects.toMatchObject({
      code: 'issuer-change-needs-relink',
    });
    const other = await acme.connection({ protocol: 'saml' });
    await change(other, { issuer: 'https://idp2.test' });
  });

  it('L4: another subjectClaim needs a new connection once somebody signed in', async () => {
    const okta = await acme.connection();
    await change(okta, { subjectClaim: 'oid' });
    await change(okta, { subjectClaim: null });
    await acme.signedIn(okta, 'alice');
    const refusal = {
      code: 'issuer-change-needs-relink',
      message: expect.stringContaining('make a new connection for the new `subjectClaim`'),
    };
    await expect(change(okta, { subjectClaim: 'oid' })).rejects.toMatchObject(refusal);
    await change(okta, { subjectClaim: 'sub', name: 'The same people' });
    await expect(change(okta, { subjectClaim: 'oid' })).rejects.toMatchObject(refusal);
    await change(okta, { subjectClaim: null });
    const saml = await acme.connection({ protocol: 'saml' });
    await acme.signedIn(saml, 'bob');
    await expect(change(saml, { subjectClaim: 'sub' })).rejects.toMatchObject(refusal);
  });

  it('keeps what is left out, drops what is null, and never shows or audits a secret', async () => {
    const okta = await acme.connection({
      secrets: { clientSecret: 'hunter2' },
      subjectClaim: 'oid',
      defaultRole: 'org-guest',
    });
    const { connection } = await change(okta, { name: 'New', subjectClaim: null });
    expect(connection).toMatchObject({ name: 'New', defaultRole: 'org-guest', absentClaim: 'revoke' });
    expect(connection.subjectClaim).toBeUndefined();
    expect(connection.version).toBeGreaterThan(1);
    expect(await world.store.read.connections.secrets(acme.id, okta)).toEqual({ clientSecret: 'hunter2' });
    await change(okta, { secrets: { clientSecret: 'hunter3' } });
    expect(await world.store.read.connections.secrets(acme.id, okta)).toEqual({ clientSecret: 'hunter3' });
    expect(JSON.stringify(await world.rows('audit_events', acme.id))).not.toContain('hunter');
  });

  it('an id that is given is new and of this organization', async () => {
    const id = newId('con', acme.id);
    expect(await acme.connection({ id })).toBe(id);
    await expect(acme.connection({ id })).rejects.toMatchObject({ code: 'invalid' });
    const foreign = newId('con', (await world.organization()).id);
    await expect(acme.connection({ id: foreign })).rejects.toMatchObject({ code: 'invalid' });
  });

  it('what is not there is not found, in another organization too', async () => {
    const theirs = await (await world.organization()).connection();
    await expect(change(theirs, { name: 'x' })).rejects.toMatchObject({ code: 'connection-not-found' });
    const input = { organization: acme.id, connection: theirs, actor: key };
    await expect(disableConnection(acme.context, input)).rejects.toMatchObject({
      code: 'connection-not-found',
    });
    await expect(deleteConnection(acme.context, input)).rejects.toMatchObject({
      code: 'connection-not-found',
    });
  });

  it('an organization goes with everything, and its people can no longer sign in', async () => {
    const okta = await acme.connection();
    await acme.signedIn(okta, 'alice');
    const heard: unknown[] = [];
    const stop = world.store.changes.subscribe((one) => heard.push(one));
    await deleteOrganization(acme.context, { organization: acme.id, actor: key });
    stop();
    expect(heard).toMatchObject([{ organization: acme.id, members: 'all' }]);
    expect(await world.rows('members', acme.id)).toEqual([]);
    expect(await acme.refused(okta, 'alice')).toMatchObject({ code: 'connection-unknown' });
    await expect(
      deleteOrganization(acme.context, { organization: acme.id, actor: key }),
    ).rejects.toMatchObject({ code: 'organization-not-found' });
  });
});

describe('L9: sessions', () => {
  it('are opened for who is active, listed, and ended by their owner', async () => {
    const okta = await acme.connection();
    const { member } = await acme.signedIn(okta, 'alice');
    const row = {
      organization: acme.id,
      id: 's1',
      member: member.id,
      connection: okta,
      issuer: 'https://idp.test',
      format: 'sub',
      subject: 'alice',
      expiresAt: world.now + 1_000,
    };
    await openSession(acme.context, row);
    expect(await listSessions(acme.context, { organization: acme.id, member: member.id })).toMatchObject([
      { id: 's1', beganAt: world.now },
    ]);
    const end = { organization: acme.id, session: 's1', actor: key };
    await expect(endSession(acme.context, { ...end, member: 'mem_other' })).rejects.toMatchObject({
      code: 'session-not-found',
    });
    expect(await endSession(acme.context, { ...end, member: member.id })).toEqual(['s1']);
    expect(await endSession(acme.context, end)).toEqual([]);
    await change(okta, { state: 'disabled' });
    await expect(openSession(acme.context, row)).rejects.toMatchObject({ code: 'session-not-allowed' });
  });

  it('L7: a failed sign-in is kept, of a connection that exists', async () => {
    const okta = await acme.connection();
    const failed = { code: 'signature-invalid', reference: 'R1', detail: { check: 'signature' } };
    await recordFailedSignIn(acme.context, { connection: okta, ...failed });
    await recordFailedSignIn(acme.context, { connection: newId('con', acme.id), ...failed });
    await recordFailedSignIn(acme.context, { connection: 'nonsense', ...failed });
    expect(await world.store.read.history.traces(acme.id, okta, 10)).toMatchObject([
      { outcome: 'failed', ...failed },
    ]);
  });
});
