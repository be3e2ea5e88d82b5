import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  assignRole,
  createMapping,
  deactivateMember,
  deleteMapping,
  editMapping,
  explain,
  previewMappings,
  reactivateMember,
  updateOrganization,
  workOnJobs,
} from '../src/index.js';
import { add, remove, TestDirectory } from './directories.js';
import { homes, key, World, type Tenant } from './world.js';

describe.each(homes)('mappings of a directory on %s', (home) => {
  let world: World;
  let acme: Tenant;
  let entra: TestDirectory;

  beforeAll(async () => {
    world = await World.open(home);
  });
  afterAll(() => world?.close());
  beforeEach(async () => {
    acme = await world.organization();
    entra = await TestDirectory.of(acme);
  });

  const edit = (mapping: string, changes: unknown) =>
    editMapping(acme.context, { organization: acme.id, mapping, actor: key, changes });
  const create = (input: Record<string, unknown>, actor = key) =>
    createMapping(acme.context, {
      organization: acme.id,
      actor,
      input: { source: { directory: entra.id }, claim: 'groups', ...input },
    });
  const domain = (value: string) => create({ claim: 'email', value, role: 'org-member' });
  const roleSource = (to: 'directory' | 'sso' | 'both') =>
    updateOrganization(acme.context, { organization: acme.id, actor: key, roleSource: to });
  const jobs = async () => (await world.store.read.jobs.list(acme.id, { limit: 10 })).data;
  const work = async () => {
    while ((await workOnJobs(acme.context)) === 'worked') await new Promise(setImmediate);
  };
  const why = async (member: string, role: string) =>
    (await explain(acme.context, { organization: acme.id, member, role })).whyNot;

  describe('S9: what an edit gives', () => {
    it('comes now, by a job, where the mapping is new, enabled or widened', async () => {
      const alice = await entra.user('alice', { title: 'Engineer' });
      await entra.group('Engineering', [alice]);
      const { mapping } = await create({ value: 'Engineers', role: 'org-member' });
      expect(mapping).toMatchObject({ syncMode: 'force', role: 'org-member' });
      expect(await jobs()).toMatchObject([{ subject: entra.id, state: 'waiting' }]);
      await work();
      expect(await acme.held(alice.member)).toEqual([]);
      await edit(mapping.id, { value: 'Engineering' });
      await work();
      expect(await acme.held(alice.member)).toEqual(['org-member force']);
      const off = await create({ claim: 'title', value: 'Engineer', role: 'org-billing', enabled: false });
      const before = (await jobs()).length;
      await edit(off.mapping.id, { note: 'later' });
      expect(await jobs()).toHaveLength(before);
      await edit(off.mapping.id, { enabled: true });
      await work();
      expect(await acme.held(alice.member)).toEqual(['org-billing force', 'org-member force']);
    });

    it('starts no job where nobody can gain by it: a note, a further condition, staging, or roles from SSO', async () => {
      const { mapping } = await create({ value: 'Engineering', role: 'org-member' });
      await work();
      const before = (await jobs()).length;
      await edit(mapping.id, { note: 'why' });
      await edit(mapping.id, { also: [{ claim: 'title', value: 'Engineer' }] });
      await edit(mapping.id, { enabled: false });
      const staging = await TestDirectory.of(acme, { state: 'staging' });
      await staging.mapping({ value: 'Engineering', role: 'org-member' });
      expect(await jobs()).toHaveLength(before);
      await updateOrganization(acme.context, { organization: acme.id, actor: key, roleSource: 'sso' });
      await create({ value: 'Engineering', role: 'org-guest' });
      expect(await jobs()).toHaveLength(before);
    });

    it('M12: where the highest role alone counts, what it outranked is due once it goes', async () => {
      await updateOrganization(acme.context, { organization: acme.id, actor: key, roleSelection: 'highest' });
      const { mapping } = await create({ value: 'Leads', role: 'org-member' });
      await create({ value: 'Staff', role: 'org-guest' });
      await work();
      const alice = await entra.user('alice');
      await entra.group('Leads', [alice]);
      await entra.group('Staff', [alice]);
      expect(await acme.held(alice.member)).toEqual(['org-member force']);
      await deleteMapping(acme.context, { organization: acme.id, mapping: mapping.id, actor: key });
      await work();
      expect(await acme.held(alice.member)).toEqual(['org-guest force']);
      await updateOrganization(acme.context, { organization: acme.id, actor: key, roleSelection: 'all' });
      expect((await jobs()).some(({ state }) => state === 'waiting')).toBe(true);
    });
  });

  describe('S9: what an edit takes goes at once', () => {
    it('where the mapping is narrowed, disabled or deleted, and not what another mapping gives too', async () => {
      const alice = await entra.user('alice', { title: 'Engineer' });
      const bob = await entra.user('bob', { title: 'Designer' });
      await entra.group('Engineering', [alice, bob]);
      const { mapping } = await create({ value: 'Engineering', role: 'org-member' });
      const glob = await create({ value: 'Eng*', match: 'glob', role: 'org-billing' });
      await create({ claim: 'title', value: 'Designer', role: 'org-billing' });
      await work();
      expect(await acme.held(bob.member)).toEqual(['org-billing force', 'org-member force']);
      // Only the directory knows titles: no claims of a sign-in are there.
      await edit(mapping.id, { also: [{ claim: 'title', value: 'Engineer' }] });
      expect(await acme.held(alice.member)).toEqual(['org-billing force', 'org-member force']);
      expect(await acme.held(bob.member)).toEqual(['org-billing force']);
      await edit(glob.mapping.id, { value: 'Sales*' });
      expect(await acme.held(alice.member)).toEqual(['org-member force']);
      expect(await acme.held(bob.member)).toEqual(['org-billing force']);
      await edit(mapping.id, { enabled: false });
      expect(await acme.held(alice.member)).toEqual([]);
    });

    it('S11: and is refused where a last holder would lose the role', async () => {
      const alice = await entra.user('alice');
      await entra.group('Admins', [alice]);
      const { mapping } = await create({ value: 'Admins', role: 'org-admin' });
      await work();
      const input = { organization: acme.id, mapping: mapping.id, actor: key };
      await expect(deleteMapping(acme.context, input)).rejects.toMatchObject({ code: 'last-holder' });
      expect(await acme.held(alice.member)).toEqual(['org-admin force']);
    });
  });

  describe('what may be written', () => {
    it('S4: never `import`', async () => {
      await expect(create({ value: 'A', role: 'org-member', syncMode: 'import' })).rejects.toMatchObject({
        kind: 'invalid',
        problems: [{ path: 'syncMode', code: 'import-on-directory' }],
      });
    });

    it('only of a directory that the organization has', async () => {
      const theirs = await TestDirectory.of(await world.organization());
      for (const directory of [theirs.id, 'dir_none']) {
        const source = { directory };
        await expect(create({ source, value: 'A', role: 'org-member' })).rejects.toMatchObject({
          problems: [{ path: 'source', code: 'source-missing' }],
        });
      }
    });

    it('A9: no role whose permissions the writer lacks', async () => {
      const { member } = await entra.user('alice');
      const writer = { kind: 'member', id: member } as const;
      await assignRole(acme.context, { organization: acme.id, actor: key, member, role: 'org-member' });
      await expect(create({ value: 'A', role: 'org-admin' }, writer)).rejects.toMatchObject({
        code: 'permission-not-held',
      });
      expect((await create({ value: 'A', role: 'org-member' }, writer)).mapping.role).toBe('org-member');
    });

    it('M5: proven domains, or any where there is none and the directory is the only source', async () => {
      expect((await domain(`@${acme.domain}`)).mapping.value).toBe(`@${acme.domain}`);
      await expect(domain('@elsewhere.test')).rejects.toMatchObject({ code: 'domain-unproven' });
      const bare = { organization: acme.id, actor: key, domains: [] };
      await updateOrganization(acme.context, bare);
      await domain('@elsewhere.test');
      await acme.connection();
      await expect(domain('@elsewhere.test')).rejects.toMatchObject({ code: 'domain-unproven' });
    });

    it('M5: a domain given up counts no more, one that is proven counts, for everybody now', async () => {
      const alice = await entra.user('alice');
      await create({ claim: 'email', value: `@${acme.domain}`, role: 'org-member' });
      await work();
      expect(await acme.held(alice.member)).toEqual(['org-member force']);
      await acme.connection();
      const domains = (names: string[]) =>
        updateOrganization(acme.context, { organization: acme.id, actor: key, domains: names });
      await domains([]);
      await work();
      expect(await acme.held(alice.member)).toEqual([]);
      await domains([acme.domain]);
      await work();
      expect(await acme.held(alice.member)).toEqual(['org-member force']);
    });

    it('M9: warns of a claim that nobody in the directory has', async () => {
      expect((await create({ claim: 'departmnt', value: 'A', role: 'org-member' })).warnings).toEqual([]);
      await entra.user('alice', { title: 'Engineer' });
      const misspelt = await create({ claim: 'tittle', value: 'Engineer', role: 'org-member' });
      expect(misspelt.warnings).toMatchObject([
        { code: 'claim-never-seen', message: expect.stringContaining('`Acme Entra`') as unknown },
      ]);
      for (const claim of ['title', 'groups', 'groups.id', 'groups.externalId', 'email', 'userName']) {
        expect((await create({ claim, match: 'present', role: 'org-member' })).warnings).toEqual([]);
      }
    });
  });

  it('M10: a preview judges claims as those of a user of the directory', async () => {
    await entra.mapping({ value: 'Engineering', role: 'org-member' });
    const preview = await previewMappings(acme.context, {
      organization: acme.id,
      source: { directory: entra.id },
      claims: { groups: ['engineering', 'Sales'] },
      draft: { claim: 'groups', value: 'Sales', role: 'org-billing' },
    });
    expect(preview.evaluation.grants).toMatchObject([{ role: 'org-billing', basis: 'force' }]);
    expect(preview.whyNot).toMatchObject([{ code: 'case-mismatch', nearly: 'engineering' }]);
    const unknown = { organization: acme.id, source: { directory: 'dir_none' }, claims: {} };
    await expect(previewMappings(acme.context, unknown)).rejects.toMatchObject({
      code: 'directory-not-found',
    });
  });

  it('S6: a preview for a member whom a directory has taken over gives nothing by force', async () => {
    const okta = await acme.connection({ jit: true });
    await acme.mapping(okta, { value: 'Staff', role: 'org-guest' });
    await entra.mapping({ value: 'Engineering', role: 'org-member' });
    const alice = await entra.user('alice');
    const ask = (member?: string) =>
      previewMappings(acme.context, {
        organization: acme.id,
        source: { connection: okta },
        claims: { groups: ['Staff'] },
        ...(member !== undefined && { member }),
      });
    expect((await ask(alice.member)).evaluation.grants).toHaveLength(1);
    await entra.group('Engineering', [alice]);
    expect(await ask(alice.member)).toMatchObject({
      evaluation: { grants: [] },
      whyNot: [{ code: 'other-source' }],
    });
    expect((await ask()).evaluation.grants).toHaveLength(1);
  });

  describe('M10: explain', () => {
    it('names the directory, and judges by what it says now', async () => {
      const mapping = await entra.mapping({ value: 'Engineering', role: 'org-member', note: 'theirs' });
      const alice = await entra.user('alice');
      const group = await entra.group('Engineering', [alice]);
      const held = await explain(acme.context, { organization: acme.id, member: alice.member });
      expect(held.roles).toMatchObject([
        {
          role: 'org-member',
          grants: [{ directory: 'Acme Entra', basis: 'force', evidence: [{ mapping, note: 'theirs' }] }],
        },
      ]);
      await entra.change(group.id, { type: 'rename', displayName: 'engineering' });
      expect(await why(alice.member, 'org-member')).toMatchObject([
        { code: 'case-mismatch', nearly: 'engineering' },
      ]);
      await entra.change(group.id, remove(alice));
      expect(await why(alice.member, 'org-member')).toMatchObject([{ mapping, code: 'value-mismatch' }]);
    });

    it('says whom no user of the directory leads to, who is deactivated, and who is shut out', async () => {
      await entra.mapping({ value: 'Engineering', role: 'org-member' });
      const okta = await acme.connection({ jit: true });
      const { member } = await acme.signedIn(okta, 'carol');
      expect(await why(member.id, 'org-member')).toMatchObject([
        { code: 'not-in-directory', message: expect.stringContaining('`Acme Entra`') as unknown },
      ]);
      const gone = await entra.user('bob', { active: false });
      expect(await why(gone.member, 'org-member')).toMatchObject([{ code: 'user-not-active' }]);
      const alice = await entra.user('alice');
      await entra.group('Engineering', [alice]);
      await deactivateMember(acme.context, { organization: acme.id, member: alice.member, actor: key });
      expect(await why(alice.member, 'org-member')).toMatchObject([{ code: 'member-suspended' }]);
    });

    it('says what a job is about to give, and what staging or roles from SSO hold back', async () => {
      const alice = await entra.user('alice');
      await entra.group('Engineering', [alice]);
      const { mapping } = await create({ value: 'Engineering', role: 'org-member' });
      expect(await why(alice.member, 'org-member')).toMatchObject([{ code: 'resync-pending' }]);
      await updateOrganization(acme.context, { organization: acme.id, actor: key, roleSource: 'sso' });
      expect(await why(alice.member, 'org-member')).toMatchObject([
        {
          mapping: mapping.id,
          code: 'other-source',
          message: expect.stringContaining('`roleSource`') as unknown,
        },
      ]);
      await edit(mapping.id, { enabled: false });
      expect((await why(alice.member, 'org-member'))?.[0]?.code).toBe('disabled');
      const staging = await TestDirectory.of(acme, { state: 'staging' });
      await staging.mapping({ value: 'Engineering', role: 'org-guest' });
      await updateOrganization(acme.context, { organization: acme.id, actor: key, roleSource: 'both' });
      expect(await why(alice.member, 'org-guest')).toMatchObject([{ code: 'directory-not-active' }]);
    });

    it('S6: names the directory that took the member over, of `force` mappings alone', async () => {
      const okta = await acme.connection({ jit: true });
      await acme.mapping(okta, { value: 'Staff', role: 'org-guest' });
      await acme.mapping(okta, { value: 'Staff', role: 'org-guest', syncMode: 'import' });
      await entra.mapping({ value: 'Engineering', role: 'org-member' });
      const alice = await entra.user('alice');
      await entra.group('Engineering', [alice]);
      // Although they never signed in there.
      const reasons = await why(alice.member, 'org-guest');
      expect(reasons?.map(({ code }) => code).toSorted()).toEqual(['never-signed-in', 'other-source']);
      expect(reasons?.find(({ code }) => code === 'other-source')?.message).toContain('`Acme Entra`');
      await acme.signedIn(okta, 'alice', { groups: ['Staff'] });
      const after = await why(alice.member, 'org-guest');
      expect(after?.map(({ code }) => code).toSorted()).toEqual(['import-done', 'other-source']);
    });
  });

  describe('S6: roleSource', () => {
    it('`sso` takes at once what directories gave and hands back; `directory` gives it again', async () => {
      const okta = await acme.connection({ jit: true, defaultRole: 'org-billing' });
      await acme.mapping(okta, { value: 'Staff', role: 'org-guest' });
      await entra.mapping({ value: 'Engineering', role: 'org-member' });
      const { member } = await acme.signedIn(okta, 'alice', { groups: ['Staff'] });
      const alice = await entra.user('alice');
      await entra.group('Engineering', [alice]);
      expect(await acme.held(member.id)).toEqual(['org-member force']);
      await roleSource('sso');
      expect(await acme.held(member.id)).toEqual(['org-billing default']);
      expect(await entra.tookOver(alice.id)).toBe(false);
      await acme.signedIn(okta, 'alice', { groups: ['Staff'] });
      expect(await acme.held(member.id)).toEqual(['org-guest force']);
      await roleSource('directory');
      await work();
      expect(await acme.held(member.id)).toEqual(['org-member force']);
    });

    it('`both` hands back and takes nothing; from it, `directory` takes over again', async () => {
      const okta = await acme.connection({ jit: true });
      await acme.mapping(okta, { value: 'Staff', role: 'org-guest' });
      await entra.mapping({ value: 'Engineering', role: 'org-member' });
      await work();
      const alice = await entra.user('alice');
      await entra.group('Engineering', [alice]);
      const done = (await jobs()).length;
      await roleSource('both');
      expect(await jobs()).toHaveLength(done);
      expect(await acme.held(alice.member)).toEqual(['org-member force']);
      expect(await entra.tookOver(alice.id)).toBe(false);
      await acme.signedIn(okta, 'alice', { groups: ['Staff'] });
      expect(await acme.held(alice.member)).toEqual(['org-guest force', 'org-member force']);
      await roleSource('directory');
      await work();
      expect(await acme.held(alice.member)).toEqual(['org-member force']);
      expect(await entra.tookOver(alice.id)).toBe(true);
    });

    it('S11: `sso` is refused where a last holder would lose the role, and changes nothing', async () => {
      await entra.mapping({ value: 'Admins', role: 'org-admin' });
      const alice = await entra.user('alice');
      await entra.group('Admins', [alice]);
      await expect(roleSource('sso')).rejects.toMatchObject({ code: 'last-holder' });
      expect(await entra.tookOver(alice.id)).toBe(true);
      expect((await world.store.read.organizations.get(acme.id))?.roleSource).toBe('directory');
    });

    it('S8: deactivation counts whatever it is', async () => {
      await roleSource('sso');
      const alice = await entra.user('alice');
      await entra.changeUser(alice.id, { active: false });
      expect((await world.store.read.members.get(acme.id, alice.member))?.status).toBe('deprovisioned');
    });
  });

  describe('S10: the default role of a directory', () => {
    it('is held while the directory is active, gives roles and has the person, and no other organization role is', async () => {
      const guests = await TestDirectory.of(acme, { defaultRole: 'org-guest' });
      await guests.mapping({ value: 'Engineering', role: 'org-member' });
      const alice = await guests.user('alice');
      expect(await acme.held(alice.member)).toEqual(['org-guest default']);
      const group = await guests.group('Engineering', [alice]);
      expect(await acme.held(alice.member)).toEqual(['org-member force']);
      await guests.change(group.id, remove(alice));
      expect(await acme.held(alice.member)).toEqual(['org-guest default']);
      await guests.change(group.id, add(alice));
      await updateOrganization(acme.context, { organization: acme.id, actor: key, roleSource: 'sso' });
      expect(await acme.held(alice.member)).toEqual([]);
    });

    it('is not held by whom it has deactivated, nor given by one in staging', async () => {
      const guests = await TestDirectory.of(acme, { defaultRole: 'org-guest' });
      const alice = await guests.user('alice', { active: false });
      expect(await acme.held(alice.member)).toEqual([]);
      // An admin lets them in; the directory still says that they are not active.
      await reactivateMember(acme.context, { organization: acme.id, member: alice.member, actor: key });
      expect(await acme.held(alice.member)).toEqual([]);
      const staging = await TestDirectory.of(acme, { defaultRole: 'org-billing', state: 'staging' });
      const bob = await staging.user('bob');
      expect(await acme.held(bob.member)).toEqual([]);
    });

    it('counts at a sign-in too, beside that of a connection', async () => {
      const okta = await acme.connection({ jit: true, defaultRole: 'org-billing' });
      const guests = await TestDirectory.of(acme, { defaultRole: 'org-guest' });
      const alice = await guests.user('alice');
      await acme.signedIn(okta, 'alice');
      expect(await acme.held(alice.member)).toEqual(['org-billing default', 'org-guest default']);
    });
  });
});
