import { newId, type Directory, type DirectoryUser } from '@idp-roles/store';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  assignRole,
  changeUser,
  deactivateMember,
  deleteUser,
  inviteMember,
  provisionUser,
  reactivateMember,
} from '../src/index.js';
import { add, TestDirectory } from './directories.js';
import { homes, key, World, type Tenant } from './world.js';

const verb = (tenant: Tenant, member: string) => ({ organization: tenant.id, member, actor: key });
const suspend = (tenant: Tenant, member: string) => deactivateMember(tenant.context, verb(tenant, member));
const activate = (tenant: Tenant, member: string) => reactivateMember(tenant.context, verb(tenant, member));
const assign = (tenant: Tenant, member: string, role: string) =>
  assignRole(tenant.context, { ...verb(tenant, member), role });
const mails = (...values: string[]) => ({ emails: values.map((value) => ({ value })) });

const titled = (current: DirectoryUser['attributes']) => ({ ...current, title: 'x' });
const failing = (): never => {
  throw new Error('no such path');
};

describe.each(homes)('users of a directory on %s', (home) => {
  let world: World;
  beforeAll(async () => {
    world = await World.open(home);
  });
  afterAll(() => world?.close());

  const read = () => world.store.read;
  const memberOf = async (tenant: Tenant, { member }: DirectoryUser) => {
    const found = await read().members.get(tenant.id, member);
    if (found === undefined) throw new Error('no member');
    return found;
  };
  const session = (tenant: Tenant, id: string) => ({
    session: { id: `${id}-${tenant.id}`, expiresAt: world.now + 3_600_000 },
  });

  async function acme(draft: Partial<Directory> = {}) {
    const tenant = await world.organization();
    const directory = await TestDirectory.of(tenant, draft);
    await directory.mapping({ value: 'Engineering', role: 'org-member' });
    return { tenant, directory };
  }

  /** alice holds org-member by the directory, org-guest by a connection beside it, org-billing by the API, and a session. */
  async function withAlice(draft: Partial<Directory> = {}) {
    const { tenant, directory } = await acme({ pairedConnections: [], ...draft });
    const okta = await tenant.connection({ jit: true });
    await tenant.mapping(okta, { value: 'All', role: 'org-guest' });
    const user = await directory.user('alice');
    await directory.group('Engineering', [user]);
    const claims = { groups: ['All'] };
    await tenant.signedIn(okta, 'alice', claims, session(tenant, 'first'));
    await assign(tenant, user.member, 'org-billing');
    const apiGrants = (await tenant.grants(user.member)).filter(({ basis }) => basis === 'api');
    return { tenant, directory, okta, user, claims, apiGrants };
  }

  describe('created', () => {
    it('S7: makes a member with what the attributes say, and gives what mappings of attributes give', async () => {
      const { tenant, directory } = await acme();
      await directory.mapping({ claim: 'department', value: 'Sales', role: 'org-billing' });
      const user = await directory.user('alice', {
        displayName: 'Alice',
        'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User': { department: 'Sales' },
      });
      expect(user).toMatchObject({ userName: `alice@${tenant.domain}`, externalId: 'alice', version: 1 });
      expect(await memberOf(tenant, user)).toMatchObject({
        status: 'active',
        email: `alice@${tenant.domain}`,
        emailLinks: true,
        name: 'Alice',
        createdVia: `directory:${directory.id}`,
      });
      expect(await tenant.held(user.member)).toEqual(['org-billing force']);
      expect(await directory.tookOver(user.id)).toBe(true);
      const created = await tenant.audit('directory-user.created');
      expect(created).toMatchObject([
        { member: user.member, actor: { kind: 'directory', id: directory.id }, subject: { id: user.id } },
      ]);
      expect(await tenant.audit('grant.added')).toMatchObject([
        { cause: { user: user.id, evidence: [{ claim: 'department', value: 'Sales' }] } },
      ]);
      expect(await tenant.audit('member.taken-over')).toHaveLength(1);
    });

    it('S7: groups that named the person before they came give their roles at once', async () => {
      const { tenant, directory } = await acme();
      await directory.group('Engineering', ['alice']);
      const alice = await directory.user('alice');
      expect(await tenant.held(alice.member)).toEqual(['org-member force']);
      expect(await directory.tookOver(alice.id)).toBe(true);
    });

    it('S10: the directory’s default role is due from the start, and not to the inactive', async () => {
      const { tenant, directory } = await acme({ defaultRole: 'org-guest' });
      expect(await tenant.held((await directory.user('alice')).member)).toEqual(['org-guest default']);
      const bob = await directory.user('bob', { active: false });
      expect(await tenant.held(bob.member)).toEqual([]);
      expect(await memberOf(tenant, bob)).toMatchObject({
        status: 'deprovisioned',
        deprovisionedBy: `directory:${directory.id}`,
      });
    });

    it('S6: in staging it gives no roles', async () => {
      const { tenant, directory } = await acme({ state: 'staging', defaultRole: 'org-guest' });
      await directory.group('Engineering', ['alice']);
      const alice = await directory.user('alice');
      expect(await tenant.held(alice.member)).toEqual([]);
      expect((await memberOf(tenant, alice)).status).toBe('active');
    });

    it('a userName that differs by letter case alone is taken, whoever has it', async () => {
      const { tenant, directory } = await acme();
      await directory.user('alice');
      const members = (await read().members.list(tenant.id, { limit: 50 })).data.length;
      const again = { userName: `ALICE@${tenant.domain}`, ...mails(`other@${tenant.domain}`) };
      await expect(directory.user('other', again)).rejects.toMatchObject({ code: 'user-name-taken' });
      await expect(directory.user('alice')).rejects.toMatchObject({ code: 'user-name-taken' });
      expect((await read().members.list(tenant.id, { limit: 50 })).data).toHaveLength(members);
      const other = await directory.user('bob');
      await expect(
        directory.changeUser(other.id, { userName: `Alice@${tenant.domain}` }),
      ).rejects.toMatchObject({ code: 'user-name-taken' });
    });

    it.each([
      ['no userName', { userName: undefined }],
      ['an empty userName', { userName: ' ' }],
      ['a long externalId', { externalId: 'x'.repeat(1_025) }],
      ['an active that is a text', { active: 'True' }],
      ['NUL deep inside', { name: { givenName: 'a\0b' } }],
      ['half a surrogate pair', { title: '\ud800' }],
      ['NUL in a name of an attribute', { 'a\0': 1 }],
    ])('refuses %s', async (_, attributes) => {
      const { directory } = await acme();
      await expect(directory.user('alice', attributes)).rejects.toMatchObject({ code: 'invalid' });
    });

    it('takes texts that only look like escapes', async () => {
      const { directory } = await acme();
      expect((await directory.user('alice', { title: '\\u0000 \u{1f600}' })).attributes['title']).toBe(
        '\\u0000 \u{1f600}',
      );
    });

    it('of a directory that is not there, or another organization’s, is `directory-not-found`', async () => {
      const { directory } = await acme();
      const other = await world.organization();
      const attributes = { userName: 'x' };
      for (const id of [directory.id, newId('dir', other.id)]) {
        const input = { organization: other.id, directory: id, attributes };
        await expect(provisionUser(other.context, input)).rejects.toMatchObject({
          code: 'directory-not-found',
        });
      }
    });
  });

  describe('L4: whose user it is', () => {
    it('an invited or signed-in member with the e-mail, whose domain is proven', async () => {
      const { tenant, directory } = await acme();
      const email = `Zoe@${tenant.domain}`;
      const invited = await inviteMember(tenant.context, { organization: tenant.id, email, actor: key });
      const zoe = await directory.user('zoe', { displayName: 'Zoe' });
      expect(zoe.member).toBe(invited.id);
      expect(await memberOf(tenant, zoe)).toMatchObject({ status: 'active', name: 'Zoe' });
      expect(await tenant.audit('member.activated')).toHaveLength(1);
      const okta = await tenant.connection({ jit: true });
      const { member } = await tenant.signedIn(okta, 'bob');
      expect((await directory.user('bob')).member).toBe(member.id);
    });

    it('nobody by an unproven domain: the refusal says to prove it', async () => {
      const { tenant, directory } = await acme();
      const email = 'eve@elsewhere.test';
      await inviteMember(tenant.context, { organization: tenant.id, email, actor: key });
      await expect(directory.user('eve', mails(email))).rejects.toMatchObject({
        code: 'email-taken',
        message: expect.stringContaining('prove the domain `elsewhere.test`') as string,
      });
    });

    it('nobody by an address that is only alike, or that its holder took later', async () => {
      const { tenant, directory } = await acme();
      const okta = await tenant.connection({ jit: true });
      const alike = `kate@${tenant.domain}`;
      await inviteMember(tenant.context, { organization: tenant.id, email: alike, actor: key });
      await expect(directory.user('k', mails(`\u212aate@${tenant.domain}`))).rejects.toMatchObject({
        code: 'email-taken',
      });
      await tenant.signedIn(okta, 'mallory');
      await tenant.signedIn(okta, 'mallory', {}, { email: `ceo@${tenant.domain}` });
      await expect(directory.user('ceo')).rejects.toMatchObject({ code: 'email-taken' });
    });

    it('no second user of one directory for one member; of another directory there may be one', async () => {
      const { tenant, directory } = await acme();
      const alice = await directory.user('alice');
      const same = { userName: 'alice-admin', ...mails(`alice@${tenant.domain}`) };
      await expect(directory.user('alice-2', same)).rejects.toMatchObject({
        code: 'identity-conflict',
        subjects: [alice.member],
      });
      const second = await TestDirectory.of(tenant);
      expect((await second.user('alice')).member).toBe(alice.member);
    });

    it('whom a paired connection calls by the link, e-mail or not; not another connection, issuer, or case', async () => {
      const tenant = await world.organization();
      const okta = await tenant.connection({ jit: true });
      const other = await tenant.connection({ jit: true, name: 'Other', issuer: 'https://other.test' });
      const link = { claim: 'subject', attribute: 'externalId' } as const;
      const directory = await TestDirectory.of(tenant, { pairedConnections: [okta], link });
      const unknown = { email: undefined } as never;
      const { member } = await tenant.signedIn(okta, 's-1', {}, unknown);
      await tenant.signedIn(other, 's-2', {}, { issuer: 'https://other.test', ...(unknown as object) });
      const found = await directory.user('x', { externalId: 's-1' });
      expect(found.member).toBe(member.id);
      expect(await memberOf(tenant, found)).toMatchObject({ email: `x@${tenant.domain}`, emailLinks: false });
      for (const externalId of ['s-2', 'S-1']) {
        const made = await directory.user(`new-${externalId}`, { externalId });
        expect((await memberOf(tenant, made)).createdVia).toBe(`directory:${directory.id}`);
      }
      await expect(directory.user('y', { externalId: 's-1' })).rejects.toMatchObject({
        code: 'identity-conflict',
      });
    });

    it('nobody by what the connection’s issuer of before called them', async () => {
      const tenant = await world.organization();
      const okta = await tenant.connection({ jit: true });
      const link = { claim: 'subject', attribute: 'externalId' } as const;
      const directory = await TestDirectory.of(tenant, { link });
      const { member } = await tenant.signedIn(okta, 's-1', {}, { email: `a@${tenant.domain}` });
      await world.store.transaction(async (tx) => {
        await tx.organizations.lockRules(tenant.id);
        const connection = await tx.connections.get(tenant.id, okta);
        if (connection) await tx.connections.update({ ...connection, issuer: 'https://moved.test' });
      });
      expect((await directory.user('x', { externalId: 's-1' })).member).not.toBe(member.id);
    });

    it('whom the claim that is their subject names, where the link is by that claim', async () => {
      const tenant = await world.organization();
      const okta = await tenant.connection({ jit: true, subjectClaim: 'oid' });
      const link = { claim: 'oid', attribute: 'externalId' } as const;
      const directory = await TestDirectory.of(tenant, { link });
      const said = (format: string, email: string) => ({ format, email: `${email}@${tenant.domain}` });
      const { member } = await tenant.signedIn(okta, 'o-1', {}, said('claim:oid', 'a'));
      await tenant.signedIn(okta, 'o-2', {}, said('sub', 'b'));
      expect((await directory.user('x', { externalId: 'o-1' })).member).toBe(member.id);
      const made = await directory.user('y', { externalId: 'o-2' });
      expect((await memberOf(tenant, made)).createdVia).toBe(`directory:${directory.id}`);
    });

    it('nobody where two paired connections disagree', async () => {
      const tenant = await world.organization();
      const one = await tenant.connection({ jit: true });
      const two = await tenant.connection({ jit: true, name: 'Two', issuer: 'https://two.test' });
      const directory = await TestDirectory.of(tenant, {
        link: { claim: 'subject', attribute: 'userName' },
      });
      const alice = await tenant.signedIn(one, '7', {}, { email: `a@${tenant.domain}` });
      const bob = await tenant.signedIn(
        two,
        '7',
        {},
        {
          email: `b@${tenant.domain}`,
          issuer: 'https://two.test',
        },
      );
      await expect(directory.user('x', { userName: '7' })).rejects.toMatchObject({
        code: 'member-ambiguous',
        subjects: [alice.member.id, bob.member.id].toSorted(),
      });
    });

    it('S12: the same person told twice at once becomes one member', async () => {
      const { tenant, directory } = await acme();
      const answers = await Promise.allSettled(
        Array.from({ length: 6 }, (_, n) =>
          directory.user(`p${n % 2}`, { userName: `p${n}`, ...mails(`same@${tenant.domain}`) }),
        ),
      );
      expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      for (const answer of answers) {
        if (answer.status === 'rejected') expect(answer.reason).toMatchObject({ code: 'identity-conflict' });
      }
      expect((await read().members.list(tenant.id, { limit: 50 })).data).toHaveLength(1);
    });
  });

  describe('changed', () => {
    it('S12: where nothing changes nothing is written, and the version stays', async () => {
      const { tenant, directory } = await acme();
      const alice = await directory.user('alice', { name: { givenName: 'A' } });
      const events = (await tenant.audit()).length;
      const outcome = await directory.changeUser(alice.id, { name: { givenName: 'A' }, nickName: undefined });
      expect(outcome).toEqual({ outcome: 'unchanged', user: alice, sessions: [] });
      expect(await tenant.audit()).toHaveLength(events);
    });

    it('S7, S13: roles follow attributes; the version grows by one', async () => {
      const { tenant, directory } = await acme();
      await directory.mapping({ claim: 'title', value: 'Boss', role: 'org-billing' });
      const alice = await directory.user('alice', { title: 'Clerk' });
      world.now += 1_000;
      const { outcome, user } = await directory.changeUser(alice.id, { title: 'Boss' });
      expect([outcome, user.version, user.updatedAt]).toEqual(['changed', 2, world.now]);
      expect(await read().directoryUsers.get(tenant.id, directory.id, alice.id)).toMatchObject({
        version: 2,
      });
      expect(await tenant.held(alice.member)).toEqual(['org-billing force']);
      expect(await tenant.audit('directory-user.updated')).toMatchObject([{ cause: { changed: ['title'] } }]);
      await directory.changeUser(alice.id, { title: 'Clerk' });
      expect(await tenant.held(alice.member)).toEqual([]);
    });

    it('ifMatch: only at a version that the caller knows', async () => {
      const { tenant, directory } = await acme();
      const { id } = await directory.user('alice');
      const at = { organization: tenant.id, directory: directory.id, user: id };
      const wrong = { ...at, ifMatch: [2, 7], change: titled };
      await expect(changeUser(tenant.context, wrong)).rejects.toMatchObject({ code: 'version-mismatch' });
      await expect(deleteUser(tenant.context, wrong)).rejects.toMatchObject({ code: 'version-mismatch' });
      expect((await changeUser(tenant.context, { ...wrong, ifMatch: [3, 1] })).outcome).toBe('changed');
      expect((await deleteUser(tenant.context, { ...at, ifMatch: [2] })).outcome).toBe('deleted');
    });

    it('of another directory is `directory-user-not-found`', async () => {
      const { tenant, directory } = await acme();
      const { id } = await directory.user('alice');
      const other = await TestDirectory.of(tenant);
      await expect(other.changeUser(id, {})).rejects.toMatchObject({ code: 'directory-user-not-found' });
      await expect(other.deleteUser(id)).rejects.toMatchObject({ code: 'directory-user-not-found' });
    });

    it('L4: a new name and e-mail are the member’s, and an address that came later leads nobody', async () => {
      const { tenant, directory } = await acme();
      const alice = await directory.user('alice');
      await directory.changeUser(alice.id, { displayName: 'Al', ...mails(`al@${tenant.domain}`) });
      expect(await memberOf(tenant, alice)).toMatchObject({
        name: 'Al',
        email: `al@${tenant.domain}`,
        emailLinks: false,
      });
      expect(await tenant.audit('member.updated')).toHaveLength(1);
      await directory.changeUser(alice.id, { displayName: undefined, emails: undefined });
      expect(await memberOf(tenant, alice)).toMatchObject({ name: 'Al', email: `al@${tenant.domain}` });
    });

    it('L4: an e-mail that another member has stays theirs; the directory’s row takes it (`email-kept`)', async () => {
      const { tenant, directory } = await acme();
      const alice = await directory.user('alice');
      await directory.user('bob');
      world.events.length = 0;
      const { user } = await directory.changeUser(alice.id, mails(`bob@${tenant.domain}`));
      expect(user.attributes).toMatchObject(mails(`bob@${tenant.domain}`));
      expect((await memberOf(tenant, alice)).email).toBe(`alice@${tenant.domain}`);
      expect(world.events).toEqual([{ type: 'email-kept', organization: tenant.id, member: alice.member }]);
    });

    it('a change that throws changes nothing', async () => {
      const { tenant, directory } = await acme();
      const alice = await directory.user('alice');
      const at = { organization: tenant.id, directory: directory.id, user: alice.id, change: failing };
      await expect(changeUser(tenant.context, at)).rejects.toThrow('no such path');
      expect(await read().directoryUsers.get(tenant.id, directory.id, alice.id)).toEqual(alice);
    });
  });

  describe('S8: shut out', () => {
    it.each(['active: false', 'DELETE'])(
      'by %s: IdP grants go, sessions end, the API’s stay',
      async (how) => {
        const { tenant, directory, okta, user, claims, apiGrants } = await withAlice();
        const done =
          how === 'DELETE'
            ? await directory.deleteUser(user.id)
            : await directory.changeUser(user.id, { active: false });
        expect(done.sessions).toHaveLength(1);
        expect(await tenant.grants(user.member)).toEqual(apiGrants);
        expect(await memberOf(tenant, user)).toMatchObject({
          status: 'deprovisioned',
          deprovisionedBy: `directory:${directory.id}`,
          sessionsValidFrom: world.now + 1,
        });
        expect(await read().sessions.ofMember(tenant.id, user.member)).toEqual([]);
        expect(await tenant.refused(okta, 'alice', claims)).toMatchObject({ code: 'member-deprovisioned' });
        expect(await tenant.audit('member.deprovisioned')).toMatchObject([
          { actor: { kind: 'directory', id: directory.id }, cause: { user: user.id } },
        ]);
      },
    );

    it('active: true lets in again, with the directory’s roles at once; sessions of before stay dead', async () => {
      const { tenant, directory, okta, user, claims } = await withAlice();
      await directory.changeUser(user.id, { active: false });
      const { sessionsValidFrom } = await memberOf(tenant, user);
      world.now += 5_000;
      await directory.changeUser(user.id, { active: true });
      const back = await memberOf(tenant, user);
      expect(back).toMatchObject({ status: 'active', sessionsValidFrom });
      expect(back).not.toHaveProperty('deprovisionedBy');
      expect(await tenant.held(user.member)).toEqual(['org-billing api', 'org-member force']);
      await tenant.signedIn(okta, 'alice', claims);
      expect(await tenant.held(user.member)).toEqual([
        'org-billing api',
        'org-guest force',
        'org-member force',
      ]);
    });

    it('an admin’s suspension is not the directory’s to lift, and outlasts its deactivation', async () => {
      const { tenant, directory, okta, user } = await withAlice();
      await suspend(tenant, user.member);
      const status = async () => (await memberOf(tenant, user)).status;
      await directory.changeUser(user.id, { active: false });
      expect(await status()).toBe('suspended');
      await directory.changeUser(user.id, { active: true });
      expect(await status()).toBe('suspended');
      expect(await tenant.held(user.member)).toEqual(['org-billing api']);
      await directory.deleteUser(user.id);
      const again = await directory.user('alice');
      expect([again.member, await status()]).toEqual([user.member, 'suspended']);
      expect(await tenant.refused(okta, 'alice')).toMatchObject({ code: 'member-suspended' });
      await directory.group('Engineering', [again]);
      expect(await tenant.held(user.member)).toEqual(['org-billing api']);
      await activate(tenant, user.member);
      expect(await tenant.held(user.member)).toEqual(['org-billing api', 'org-member force']);
    });

    it('an admin lifts a directory’s deactivation; its row stays inactive and gives nothing, and a repetition does nothing', async () => {
      const { tenant, directory, okta, user } = await withAlice({ defaultRole: 'org-guest' });
      await directory.changeUser(user.id, { active: false });
      await expect(suspend(tenant, user.member)).rejects.toMatchObject({ code: 'status-owned-by-directory' });
      expect((await activate(tenant, user.member)).member.status).toBe('active');
      expect(await tenant.held(user.member)).toEqual(['org-billing api']);
      expect(await read().directoryUsers.get(tenant.id, directory.id, user.id)).toMatchObject({
        active: false,
      });
      await directory.changeUser(user.id, { active: false, title: 'x' });
      expect((await memberOf(tenant, user)).status).toBe('active');
      await tenant.signedIn(okta, 'alice');
      await directory.changeUser(user.id, { active: true });
      expect(await tenant.held(user.member)).toEqual(['org-billing api', 'org-member force']);
    });

    it('an admin who lifts a suspension brings the directory’s roles back', async () => {
      const { tenant, user } = await withAlice();
      await suspend(tenant, user.member);
      await activate(tenant, user.member);
      expect(await tenant.held(user.member)).toEqual(['org-billing api', 'org-member force']);
    });

    it('only a transition lifts, and only of the directory that shut out or an active one', async () => {
      const { tenant, directory, user } = await withAlice();
      const second = await TestDirectory.of(tenant);
      const staging = await TestDirectory.of(tenant, { state: 'staging' });
      const here = await second.user('alice');
      const there = await staging.user('alice');
      expect([here.member, there.member]).toEqual([user.member, user.member]);
      await directory.changeUser(user.id, { active: false });
      const status = async () => (await memberOf(tenant, user)).status;
      await second.changeUser(here.id, { active: true, displayName: 'repeats itself' });
      expect(await status()).toBe('deprovisioned');
      await staging.changeUser(there.id, { active: false });
      await staging.changeUser(there.id, { active: true });
      expect(await status()).toBe('deprovisioned');
      await second.changeUser(here.id, { active: false });
      await second.changeUser(here.id, { active: true });
      expect(await status()).toBe('active');
    });

    it('a staging directory lets in whom it shut out itself', async () => {
      const { tenant, directory, user } = await withAlice({ state: 'staging' });
      await directory.changeUser(user.id, { active: false });
      await directory.changeUser(user.id, { active: true });
      expect((await memberOf(tenant, user)).status).toBe('active');
    });

    it('the same externalId after DELETE is the same member, with their API grants and no memberships', async () => {
      const { tenant, directory, okta, user, apiGrants } = await withAlice();
      await directory.deleteUser(user.id);
      expect(await tenant.refused(okta, 'alice')).toMatchObject({ code: 'member-deprovisioned' });
      const renamed = { userName: 'anew', ...mails(`anew@${tenant.domain}`) };
      const again = await directory.user('alice', renamed);
      expect(again.member).toBe(user.member);
      expect(again.id).not.toBe(user.id);
      expect(await memberOf(tenant, again)).toMatchObject({
        status: 'active',
        email: `anew@${tenant.domain}`,
      });
      expect(await tenant.grants(user.member)).toEqual(apiGrants);
      await tenant.signedIn(okta, 'alice');
      const externalId = { externalId: 'alice' };
      expect(await read().directoryUsers.tombstones(tenant.id, directory.id, externalId)).toEqual([]);
    });

    it('who comes back inactive stays out until they are active', async () => {
      const { tenant, directory, okta, user } = await withAlice();
      await directory.deleteUser(user.id);
      const again = await directory.user('alice', { active: false });
      expect(again.member).toBe(user.member);
      expect(await tenant.refused(okta, 'alice')).toMatchObject({ code: 'member-deprovisioned' });
      await directory.changeUser(again.id, { active: true });
      await tenant.signedIn(okta, 'alice');
    });

    it('another externalId on a recycled userName and e-mail is a new member without the old grants', async () => {
      const { tenant, directory, user, apiGrants } = await withAlice();
      await directory.deleteUser(user.id);
      const other = await directory.user('alice', { externalId: 'somebody else' });
      expect(other.member).not.toBe(user.member);
      expect(await tenant.grants(other.member)).toEqual([]);
      expect(await tenant.grants(user.member)).toEqual(apiGrants);
      const old = { userName: 'old', ...mails(`alice@${tenant.domain}`) };
      await expect(directory.user('alice', old)).rejects.toMatchObject({
        code: 'email-taken',
        message: expect.stringContaining('another address first') as string,
      });
    });

    it('S8, L4: nor does the pair rule lead a recycled userName to whose it was', async () => {
      const tenant = await world.organization();
      await tenant.connection({ jit: true });
      const link = { claim: 'subject', attribute: 'userName' } as const;
      const directory = await TestDirectory.of(tenant, { link });
      const [okta = ''] = (await read().connections.all(tenant.id)).map(({ id }) => id);
      const { member } = await tenant.signedIn(okta, 'bob');
      await assign(tenant, member.id, 'org-admin');
      const first = await directory.user('one', { userName: 'bob' });
      expect(first.member).toBe(member.id);
      await directory.deleteUser(first.id);
      const second = await directory.user('two', { userName: 'bob' });
      expect(second.member).not.toBe(member.id);
      expect(await tenant.refused(okta, 'bob')).toMatchObject({ code: 'member-deprovisioned' });
    });

    it('S8, L4: not even where they were renamed first, or where another directory had shut them out', async () => {
      const tenant = await world.organization();
      const okta = await tenant.connection({ jit: true });
      const link = { claim: 'subject', attribute: 'userName' } as const;
      const directory = await TestDirectory.of(tenant, { link });
      const bob = (await tenant.signedIn(okta, 'bob')).member.id;
      const renamed = await directory.user('one', { userName: 'bob' });
      await directory.changeUser(renamed.id, { userName: 'robert' });
      await directory.deleteUser(renamed.id);
      expect((await directory.user('two', { userName: 'bob' })).member).not.toBe(bob);
      const ann = (await tenant.signedIn(okta, 'ann')).member.id;
      const first = await directory.user('three', { userName: 'ann', ...mails() });
      const other = await TestDirectory.of(tenant);
      const there = await other.user('ann');
      expect([first.member, there.member]).toEqual([ann, ann]);
      await other.changeUser(there.id, { active: false });
      await directory.deleteUser(first.id);
      expect((await directory.user('four', { userName: 'ann' })).member).not.toBe(ann);
    });

    it('S8, L4: another active directory lets in again whom the pair rule leads it to', async () => {
      const { tenant, directory, okta, user } = await withAlice();
      await directory.deleteUser(user.id);
      const link = { claim: 'subject', attribute: 'userName' } as const;
      const second = await TestDirectory.of(tenant, { link });
      expect((await second.user('x', { userName: 'alice', ...mails() })).member).toBe(user.member);
      await tenant.signedIn(okta, 'alice');
    });

    it('the e-mail of who was deprovisioned leads nobody to them, whether the new person is active or not yet', async () => {
      const { tenant, directory, user } = await withAlice();
      await directory.deleteUser(user.id);
      const other = await directory.user('alice', { externalId: 'somebody else', active: false });
      expect(other.member).not.toBe(user.member);
      await directory.changeUser(other.id, { active: true });
      expect((await memberOf(tenant, other)).status).toBe('active');
      expect((await memberOf(tenant, user)).status).toBe('deprovisioned');
    });

    it('an externalId that two people had who were deleted leads to neither', async () => {
      const { directory } = await acme();
      const one = await directory.user('one', { externalId: 'same' });
      const two = await directory.user('two', { externalId: 'same' });
      await directory.deleteUser(one.id);
      await directory.deleteUser(two.id);
      await expect(directory.user('three', { externalId: 'same' })).rejects.toMatchObject({
        code: 'member-ambiguous',
        subjects: [one.member, two.member].toSorted(),
      });
    });

    it.each([
      ['active again, then another key', [{ active: true }, { externalId: 'somebody else' }]],
      [
        'no key, then another and active',
        [{ externalId: undefined }, { externalId: 'somebody else', active: true }],
      ],
      [
        'active without a key, then another',
        [{ active: true, externalId: undefined }, { externalId: 'else' }],
      ],
    ])('S8: a row recycled step by step is somebody new: %s', async (_, steps) => {
      const { tenant, directory, user, apiGrants } = await withAlice();
      await directory.changeUser(user.id, { active: false });
      let last = user;
      for (const step of steps) last = (await directory.changeUser(user.id, step)).user;
      expect(last).toMatchObject({ id: user.id, active: true });
      expect(last.member).not.toBe(user.member);
      expect(await tenant.grants(last.member)).toEqual([]);
      expect(await tenant.grants(user.member)).toEqual(apiGrants);
      expect((await memberOf(tenant, user)).status).toBe('deprovisioned');
    });

    it('S8: who comes back under the same key is the same, and a key that changes on somebody who never left is theirs', async () => {
      const { directory, user } = await withAlice();
      expect((await directory.changeUser(user.id, { externalId: 'new key' })).user.member).toBe(user.member);
      await directory.changeUser(user.id, { active: false });
      await directory.changeUser(user.id, { active: true, externalId: undefined });
      const back = await directory.changeUser(user.id, { externalId: 'new key' });
      expect(back.user.member).toBe(user.member);
    });

    it('S8: by an address that a directory in staging brings nobody signs in whom another directory has shut out', async () => {
      const { tenant, directory, okta, user } = await withAlice();
      await directory.changeUser(user.id, { active: false });
      const staging = await TestDirectory.of(tenant, { state: 'staging' });
      const other = await staging.user('alice', { externalId: 'anew' });
      expect(other.member).not.toBe(user.member);
      const second = await tenant.connection({ jit: true });
      expect(await tenant.refused(second, 'alice')).toMatchObject({ code: 'email-taken' });
      expect(await tenant.refused(okta, 'alice')).toMatchObject({ code: 'member-deprovisioned' });
    });

    it('an inactive user who gets another externalId is somebody new under the same id', async () => {
      const { tenant, directory, user, apiGrants } = await withAlice();
      await directory.changeUser(user.id, { active: false });
      for (const externalId of ['second', 'third']) {
        const { user: next } = await directory.changeUser(user.id, { externalId, active: true });
        expect(next.id).toBe(user.id);
        expect(next.member).not.toBe(user.member);
        expect(await tenant.held(next.member)).toEqual([]);
        const stored = await read().directoryUsers.get(tenant.id, directory.id, user.id);
        expect(stored).toEqual(next);
        await directory.changeUser(user.id, { active: false });
      }
      expect(await tenant.grants(user.member)).toEqual(apiGrants);
      expect((await memberOf(tenant, user)).status).toBe('deprovisioned');
    });

    it('whoever had a user before the last one is still known by their externalId', async () => {
      const { tenant, directory, user, apiGrants } = await withAlice();
      for (const externalId of ['second', 'third']) {
        await directory.changeUser(user.id, { active: false });
        await directory.changeUser(user.id, { externalId, active: true });
      }
      const back = await directory.user('alice', { userName: 'anew', ...mails(`anew@${tenant.domain}`) });
      expect(back.member).toBe(user.member);
      expect(await tenant.grants(back.member)).toEqual(apiGrants);
    });

    it('an active user who gets another externalId stays who they are', async () => {
      const { directory, user } = await withAlice();
      const { user: same } = await directory.changeUser(user.id, { externalId: 'migrated' });
      expect([same.member, same.externalId]).toEqual([user.member, 'migrated']);
    });

    it('a living member whom a directory names inactive from the start is shut out', async () => {
      const { tenant, okta, user } = await withAlice();
      const second = await TestDirectory.of(tenant, { state: 'staging' });
      const here = await second.user('alice', { active: false });
      expect(here.member).toBe(user.member);
      expect((await memberOf(tenant, user)).deprovisionedBy).toBe(`directory:${second.id}`);
      expect(await tenant.refused(okta, 'alice')).toMatchObject({ code: 'member-deprovisioned' });
    });

    it('S11: goes through for a last holder, and says so', async () => {
      const { tenant, directory, user } = await withAlice();
      await assign(tenant, user.member, 'org-admin');
      world.events.length = 0;
      await directory.changeUser(user.id, { active: false });
      expect(world.events).toContainEqual({
        type: 'last-holder-lost',
        organization: tenant.id,
        member: user.member,
        role: 'org-admin',
      });
      expect(await tenant.audit('role.last-holder-lost')).toHaveLength(1);
    });

    it('an address that somebody else got meanwhile is not taken back by an admin either', async () => {
      const { tenant, directory, user } = await withAlice();
      await directory.changeUser(user.id, { active: false });
      const email = `alice@${tenant.domain}`;
      await inviteMember(tenant.context, { organization: tenant.id, email, actor: key });
      await expect(activate(tenant, user.member)).rejects.toMatchObject({ code: 'email-taken' });
      await expect(directory.changeUser(user.id, { active: true })).rejects.toMatchObject({
        code: 'email-taken',
      });
      expect((await memberOf(tenant, user)).status).toBe('deprovisioned');
      await directory.changeUser(user.id, { active: true, ...mails(`alice2@${tenant.domain}`) });
      expect((await memberOf(tenant, user)).status).toBe('active');
    });

    it('the groups of who is deleted forget them', async () => {
      const { tenant, directory } = await withAlice();
      const bob = await directory.user('bob');
      const group = await directory.group('Sales', [bob]);
      await directory.deleteUser(bob.id);
      const members = await read().directoryGroups.members(tenant.id, directory.id, [group.id]);
      expect(members.get(group.id) ?? []).toEqual([]);
      expect(await tenant.audit('directory-user.deleted')).toMatchObject([{ cause: { groups: [group.id] } }]);
      await directory.change(group.id, add('bob'));
      const again = await directory.user('bob');
      expect(again.member).toBe(bob.member);
    });
  });
});
