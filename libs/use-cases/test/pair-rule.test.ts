import { claimsOf } from '@idp-roles/mapping';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  deactivateMember,
  deleteDirectory,
  inviteMember,
  reactivateMember,
  updateDirectory,
} from '../src/index.js';
import { TestDirectory } from './directories.js';
import { homes, key, World, type Tenant } from './world.js';

/** Says nothing of an address: the pair rule alone leads to a member. */
const silent = { email: undefined };

describe.each(homes)('L4: the pair rule of a directory on %s', (home) => {
  let world: World;
  let acme: Tenant;
  let okta: string;

  beforeAll(async () => {
    world = await World.open(home);
  });
  afterAll(() => world?.close());
  beforeEach(async () => {
    acme = await world.organization();
    okta = await acme.connection();
  });

  const bySubject = { claim: 'subject', attribute: 'externalId' } as const;
  const byUserName = { claim: 'upn', attribute: 'userName' } as const;

  it.each(['staging', 'active'] as const)(
    'of one that is %s: the subject is an externalId',
    async (state) => {
      const directory = await TestDirectory.of(acme, { link: bySubject, state });
      const { member } = await directory.user('alice');
      const first = await acme.signedIn(
        okta,
        'alice',
        {},
        { email: 'somebody@elsewhere.test', emailVerified: false },
      );
      expect(first).toMatchObject({ linkedBy: 'directory', created: false, member: { id: member } });
      expect(await acme.audit('identity.linked')).toMatchObject([{ member, cause: { by: 'directory' } }]);
      expect(await acme.signedIn(okta, 'alice', {}, silent)).toMatchObject({ linkedBy: 'identity' });
    },
  );

  it('speaks for the connections that were there, or that are named, or of the only IdP', async () => {
    world.now += 1;
    const directory = await TestDirectory.of(acme, { link: bySubject });
    await directory.user('1001', { emails: [] });
    world.now += 1;
    const contractors = { ...silent, issuer: 'https://idp.contractors.test' };
    const theirs = await acme.connection({ issuer: contractors.issuer });
    expect(await acme.signIn(theirs, '1001', {}, contractors)).toMatchObject({ code: 'member-unknown' });
    expect(await acme.signIn(okta, '1001', {}, silent)).toMatchObject({ linkedBy: 'directory' });

    const globex = await world.organization();
    const first = await TestDirectory.of(globex, { link: bySubject });
    const { member } = await first.user('alice', { emails: [] });
    world.now += 1;
    const only = await globex.connection();
    expect(await globex.signIn(only, 'alice', {}, silent)).toMatchObject({ member: { id: member } });
    world.now += 1;
    const other = { ...silent, issuer: 'https://idp.other.test' };
    const named = await globex.connection({ issuer: other.issuer });
    const scope = { organization: globex.id, directory: first.id, actor: key };
    // Written again as it was, it speaks for no more.
    await updateDirectory(globex.context, { ...scope, changes: { link: { ...bySubject } } });
    expect(await globex.signIn(named, 'alice', {}, other)).toMatchObject({ code: 'member-unknown' });
    const bob = await first.user('bob', { emails: [] });
    await updateDirectory(globex.context, { ...scope, changes: { pairedConnections: [named] } });
    expect(await globex.signIn(named, 'bob', {}, other)).toMatchObject({ member: { id: bob.member } });
  });

  it.each([
    ['the Kelvin sign', 'kate', '\u212Aate'],
    ['the Ångström sign', 'åsa', '\u212Bsa'],
  ])('refuses a userName that is only alike: %s', async (_, name, sent) => {
    const directory = await TestDirectory.of(acme, { link: byUserName });
    const user = await directory.user(name, { emails: [] });
    const claims = (upn: string) => ({ upn: `${upn}@${acme.domain}` });
    expect(await acme.signIn(okta, 'mallory', claims(sent), silent)).toMatchObject({
      outcome: 'refused',
      code: 'member-ambiguous',
    });
    expect(
      await acme.signIn(okta, 'owner', claims(name.toUpperCase().normalize('NFC')), silent),
    ).toMatchObject(name === 'kate' ? { linkedBy: 'directory' } : { outcome: 'refused' });
    await directory.deleteUser(user.id);
    expect(await acme.signIn(okta, 'mallory', claims(sent), silent)).toMatchObject({ outcome: 'refused' });
  });

  it('compares an externalId byte by byte, and a userName whatever its case', async () => {
    const byKey = await TestDirectory.of(acme, { link: bySubject });
    const alice = await byKey.user('alice');
    expect(
      await acme
        .signedIn(okta, 'ALICE', {}, { ...silent, subject: 'alice ' })
        .catch((error: Error) => error.message),
    ).toBe('refused: member-unknown');
    const globex = await world.organization();
    const entra = await globex.connection();
    const byName = await TestDirectory.of(globex, { link: byUserName });
    const bob = await byName.user('bob');
    const claims = { upn: `BOB@${globex.domain.toUpperCase()}` };
    expect((await globex.signedIn(entra, 'x', claims, silent)).member.id).toBe(bob.member);
    expect((await acme.signedIn(okta, 'alice', {}, silent)).member.id).toBe(alice.member);
  });

  it('goes before an e-mail, and needs none that is verified', async () => {
    const directory = await TestDirectory.of(acme, { link: bySubject });
    const alice = await directory.user('alice');
    const bob = await directory.user('bob');
    const claimsBob = { email: `bob@${acme.domain}`, emailVerified: false };
    const { member } = await acme.signedIn(okta, 'alice', {}, claimsBob);
    expect(member).toMatchObject({ id: alice.member, email: `alice@${acme.domain}` });
    expect(member.id).not.toBe(bob.member);
  });

  it('asks for a claim with exactly one value that arrived whole', async () => {
    const directory = await TestDirectory.of(acme, { link: { claim: 'key', attribute: 'externalId' } });
    await directory.user('alice');
    for (const claims of [{ key: ['alice', 'bob'] }, { key: [] }, { key: '' }, {}]) {
      expect(await acme.refused(okta, 'subject', claims, silent)).toMatchObject({ code: 'member-unknown' });
    }
    const incomplete = claimsOf({ key: 'alice' });
    const claims = { ...incomplete, incomplete: new Map([['key', 'hasgroups']]) };
    expect(await acme.refused(okta, 'subject', {}, { ...silent, claims })).toMatchObject({
      code: 'member-unknown',
    });
    expect(await acme.signedIn(okta, 'subject', { key: 'alice' }, silent)).toMatchObject({
      linkedBy: 'directory',
    });
  });

  it('holds for the paired connections alone, and within the organization', async () => {
    const other = await acme.connection({ issuer: 'https://other.test' });
    const directory = await TestDirectory.of(acme, { link: bySubject, pairedConnections: [okta] });
    const { member } = await directory.user('alice');
    const there = { ...silent, issuer: 'https://other.test' };
    expect((await acme.signedIn(other, 'alice', {}, there)).member.id).not.toBe(member);
    const globex = await world.organization();
    const theirs = await globex.connection();
    expect((await globex.signedIn(theirs, 'alice', {}, silent)).member.organization).toBe(globex.id);
    expect((await acme.signedIn(okta, 'alice', {}, silent)).member.id).toBe(member);
  });

  it('of two members is a refusal: one directory with the key twice, or two directories', async () => {
    const directory = await TestDirectory.of(acme, { link: bySubject });
    await directory.user('alice');
    await directory.user('alice2', { externalId: 'alice' });
    expect(await acme.refused(okta, 'alice', {}, silent)).toMatchObject({ code: 'member-ambiguous' });
    const second = await TestDirectory.of(acme, { link: byUserName });
    await second.user('bob2', { externalId: 'b2' });
    await directory.user('bob');
    const claims = { upn: `bob2@${acme.domain}` };
    expect(await acme.refused(okta, 'bob', claims, silent)).toMatchObject({ code: 'member-ambiguous' });
  });

  it('never binds a member to a second subject of one connection', async () => {
    const directory = await TestDirectory.of(acme, { link: { claim: 'key', attribute: 'externalId' } });
    const { member } = await directory.user('alice');
    await acme.signedIn(okta, 'alice', { key: 'alice' }, silent);
    expect(await acme.refused(okta, 'mallory', { key: 'alice' }, silent)).toMatchObject({
      code: 'identity-conflict',
    });
    expect(
      await acme.refused(okta, 'alice', { key: 'alice' }, { ...silent, format: 'claim:oid' }),
    ).toMatchObject({
      code: 'identity-conflict',
    });
    expect(await world.store.read.members.identities(acme.id, member)).toHaveLength(1);
  });

  it('makes an invited member active', async () => {
    const { id } = await inviteMember(acme.context, {
      organization: acme.id,
      email: `alice@${acme.domain}`,
      actor: key,
    });
    const directory = await TestDirectory.of(acme, { link: bySubject, state: 'staging' });
    expect((await directory.user('alice')).member).toBe(id);
    expect((await acme.signedIn(okta, 'alice', {}, silent)).member).toMatchObject({ id, status: 'active' });
  });

  it('S12: two first sign-ins at once find the same member', async () => {
    const directory = await TestDirectory.of(acme, { link: bySubject });
    const { member } = await directory.user('alice');
    const both = await Promise.all([1, 2].map(() => acme.signedIn(okta, 'alice', {}, silent)));
    expect(both.map((one) => one.member.id)).toEqual([member, member]);
    expect(await world.store.read.members.identities(acme.id, member)).toHaveLength(1);
  });

  describe('S8: who is shut out', () => {
    it('is refused while deactivated, whatever the sign-in says, and let in again by the directory', async () => {
      const directory = await TestDirectory.of(acme, { link: bySubject });
      const alice = await directory.user('alice', { active: false });
      for (const more of [silent, {}, { email: 'other@elsewhere.test' }]) {
        expect(await acme.refused(okta, 'alice', {}, more)).toMatchObject({ code: 'member-deprovisioned' });
      }
      await directory.changeUser(alice.id, { active: true });
      expect((await acme.signedIn(okta, 'alice', {}, silent)).member.id).toBe(alice.member);
    });

    it('is refused once deleted, though nobody ever signed in, also where the connection makes members', async () => {
      const directory = await TestDirectory.of(acme, { link: bySubject });
      const open = await acme.connection({ jit: true, issuer: 'https://open.test' });
      const alice = await directory.user('alice');
      await directory.deleteUser(alice.id);
      const there = { ...silent, issuer: 'https://open.test' };
      expect(await acme.refused(open, 'alice', {}, there)).toMatchObject({ code: 'member-deprovisioned' });
      expect(await acme.signedIn(open, 'bob', {}, there)).toMatchObject({ created: true });
    });

    it('stays out once the directory is deleted, until an admin says otherwise', async () => {
      const directory = await TestDirectory.of(acme, { link: bySubject });
      const alice = await directory.user('alice');
      const other = await directory.user('bob');
      await directory.deleteUser(alice.id);
      await deleteDirectory(acme.context, { organization: acme.id, directory: directory.id, actor: key });
      expect(await acme.refused(okta, 'alice', {}, silent)).toMatchObject({ code: 'member-deprovisioned' });
      // Whom it did not delete is SSO's again.
      expect((await acme.signedIn(okta, 'bob')).member.id).toBe(other.member);
      await reactivateMember(acme.context, { organization: acme.id, member: alice.member, actor: key });
      expect(await acme.signedIn(okta, 'alice')).toMatchObject({ member: { id: alice.member } });
    });

    it('who was deactivated, not deleted, stays out likewise once the directory is deleted', async () => {
      const directory = await TestDirectory.of(acme, { link: bySubject });
      await directory.user('alice', { active: false });
      const bob = await directory.user('bob');
      await deactivateMember(acme.context, { organization: acme.id, member: bob.member, actor: key });
      const carol = await directory.user('carol', { active: false });
      await reactivateMember(acme.context, { organization: acme.id, member: carol.member, actor: key });
      await deleteDirectory(acme.context, { organization: acme.id, directory: directory.id, actor: key });
      expect(await acme.refused(okta, 'alice', {}, silent)).toMatchObject({ code: 'member-deprovisioned' });
      expect(await acme.refused(okta, 'bob', {}, silent)).toMatchObject({ code: 'member-suspended' });
      expect((await acme.signedIn(okta, 'carol')).member.id).toBe(carol.member);
    });

    it('a new user with the key of a deleted one is who signs in', async () => {
      const directory = await TestDirectory.of(acme, { link: byUserName });
      const old = await directory.user('alice');
      await directory.deleteUser(old.id);
      const heir = await directory.user('alice', { externalId: 'another' });
      expect(heir.member).not.toBe(old.member);
      const claims = { upn: `alice@${acme.domain}` };
      expect((await acme.signedIn(okta, 'heir', claims, silent)).member.id).toBe(heir.member);
    });

    it('by an admin is refused, and not brought in by another connection as whom the directory means', async () => {
      const saml = await acme.connection({ protocol: 'saml' });
      const { member } = await acme.signedIn(saml, 'alice', {}, silent);
      await deactivateMember(acme.context, { organization: acme.id, member: member.id, actor: key });
      const directory = await TestDirectory.of(acme, {
        link: { claim: 'key', attribute: 'externalId' },
        pairedConnections: [okta],
      });
      await directory.user('alice');
      expect(await acme.refused(okta, 'alice', { key: 'alice' }, silent)).toMatchObject({
        code: 'member-suspended',
      });
    });
  });

  describe('jit', () => {
    it('is off beside an active paired directory unless turned on', async () => {
      const directory = await TestDirectory.of(acme, { state: 'staging', pairedConnections: [okta] });
      const other = await acme.connection({ issuer: 'https://other.test' });
      const there = { ...silent, issuer: 'https://other.test' };
      expect(await acme.signedIn(okta, 'one', {}, silent)).toMatchObject({ created: true });
      const changes = { state: 'active' } as const;
      await updateDirectory(acme.context, {
        organization: acme.id,
        directory: directory.id,
        actor: key,
        changes,
      });
      expect(await acme.refused(okta, 'two', {}, silent)).toMatchObject({ code: 'member-unknown' });
      expect(await acme.signedIn(other, 'two', {}, there)).toMatchObject({ created: true });
      const open = await acme.connection({ jit: true, issuer: 'https://open.test' });
      await updateDirectory(acme.context, {
        organization: acme.id,
        directory: directory.id,
        actor: key,
        changes: { pairedConnections: null },
      });
      expect(await acme.refused(other, 'three', {}, there)).toMatchObject({ code: 'member-unknown' });
      expect(
        await acme.signedIn(open, 'three', {}, { ...silent, issuer: 'https://open.test' }),
      ).toMatchObject({
        created: true,
      });
    });

    it('does not stop whom the organization knows', async () => {
      await inviteMember(acme.context, { organization: acme.id, email: `carol@${acme.domain}`, actor: key });
      await TestDirectory.of(acme);
      expect(await acme.signedIn(okta, 'carol')).toMatchObject({ linkedBy: 'email' });
    });
  });
});
