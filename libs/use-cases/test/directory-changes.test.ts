import type { Actor } from '@idp-roles/store';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  assignRole,
  createDirectory,
  createRole,
  deleteDirectory,
  issueDirectoryToken,
  UseCaseError,
  updateDirectory,
  type DirectoryChanges,
  type DirectoryDraft,
} from '../src/index.js';
import { TestDirectory } from './directories.js';
import { jobsOf, workAll } from './directory-jobs.js';
import { homes, key, World, type Tenant } from './world.js';

async function refusal(run: Promise<unknown>): Promise<UseCaseError> {
  const error: unknown = await run.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof UseCaseError) return error;
  throw error ?? new Error('it was done');
}

const create = (tenant: Tenant, draft: Partial<DirectoryDraft>, actor: Actor = key) =>
  createDirectory(tenant.context, { organization: tenant.id, actor, name: 'Acme Entra', ...draft });
const change = (tenant: Tenant, directory: string, changes: DirectoryChanges, actor: Actor = key) =>
  updateDirectory(tenant.context, { organization: tenant.id, directory, actor, changes });
const remove = (tenant: Tenant, directory: string) =>
  deleteDirectory(tenant.context, { organization: tenant.id, directory, actor: key });

/** A member who may give `org-member` and nothing more. */
async function giver(tenant: Tenant): Promise<Actor> {
  const { member } = await tenant.signedIn(await tenant.connection(), 'giver');
  const { id } = member;
  await assignRole(tenant.context, { organization: tenant.id, actor: key, member: id, role: 'org-member' });
  return { kind: 'member', id };
}

describe.each(homes)('directories on %s', (home) => {
  let world: World;
  beforeAll(async () => {
    world = await World.open(home);
  });
  afterAll(() => world?.close());

  const stored = (tenant: Tenant, directory: string) =>
    world.store.read.directories.get(tenant.id, directory);

  it('one is made active, its default role by its id, and S13 tells of it by slug', async () => {
    const tenant = await world.organization();
    const connection = await tenant.connection();
    const link = { claim: 'subject', attribute: 'externalId' } as const;
    const made = await create(tenant, {
      name: '  Entra ',
      defaultRole: 'org-guest',
      pairedConnections: [connection],
      link,
    });
    expect(made).toMatchObject({
      name: 'Entra',
      state: 'active',
      defaultRole: 'org-guest',
      pairedConnections: [connection],
      link,
    });
    expect(await stored(tenant, made.id)).toEqual(made);
    const [event] = await tenant.audit('directory.created');
    expect(event).toMatchObject({
      subject: { type: 'directory', id: made.id },
      after: { defaultRole: 'org-guest' },
    });
  });

  it('everything that is wrong is told at once, each with its path', async () => {
    const tenant = await world.organization();
    const connection = await tenant.connection();
    const foreign = await (await world.organization()).connection();
    const error = await refusal(
      create(tenant, {
        name: ' ',
        defaultRole: 'nobody-has-it',
        pairedConnections: [connection, foreign, connection],
        link: { claim: '', attribute: 'email' as 'userName' },
        state: 'paused' as 'active',
      }),
    );
    expect(error.problems?.map(({ path }) => path)).toEqual([
      'name',
      'defaultRole',
      'pairedConnections.1',
      'pairedConnections.2',
      'link.claim',
      'link.attribute',
      'state',
    ]);
    expect(error.kind).toBe('invalid');
    const { data } = await world.store.read.directories.list(tenant.id, { limit: 10 });
    expect(data).toEqual([]);
  });

  it('M8: a default role exists, may be given by an IdP, and is held on the organization', async () => {
    const tenant = await world.organization();
    for (const [role, code] of [
      ['nobody-has-it', 'role-missing'],
      ['org-owner', 'role-not-grantable'],
      ['project-editor', 'invalid'],
    ] as const) {
      expect((await refusal(create(tenant, { defaultRole: role }))).code).toBe(code);
      const { id } = await create(tenant, {});
      expect((await refusal(change(tenant, id, { defaultRole: role }))).code).toBe(code);
    }
  });

  it('A9: a member lets a directory speak only where they hold what it gives: its tokens, its activation, whom it means', async () => {
    const tenant = await world.organization();
    const actor = await giver(tenant);
    const directory = await TestDirectory.of(tenant, { state: 'staging' });
    const { id } = directory;
    const issue = () =>
      issueDirectoryToken(tenant.context, { organization: tenant.id, directory: id, actor });
    await directory.mapping({ value: 'All', role: 'org-member' });
    await issue();
    await directory.mapping({ value: 'Finance', role: 'org-billing' });
    const link = { claim: 'subject', attribute: 'externalId' } as const;
    const refused = [
      refusal(issue()),
      refusal(change(tenant, id, { state: 'active' }, actor)),
      refusal(change(tenant, id, { link }, actor)),
    ];
    for (const error of await Promise.all(refused)) expect(error.code).toBe('permission-not-held');
    await change(tenant, id, { link });
    expect((await refusal(change(tenant, id, { pairedConnections: [] }, actor))).code).toBe(
      'permission-not-held',
    );
    expect((await change(tenant, id, { name: 'Other' }, actor)).name).toBe('Other');
    expect((await change(tenant, id, { link: null }, actor)).link).toBeUndefined();
  });

  it('A9: a member gives by default only what they hold; to leave a role or take it away needs nothing', async () => {
    const tenant = await world.organization();
    const actor = await giver(tenant);
    expect((await refusal(create(tenant, { defaultRole: 'org-billing' }, actor))).code).toBe(
      'permission-not-held',
    );
    expect((await create(tenant, { defaultRole: 'org-member' }, actor)).defaultRole).toBe('org-member');
    const { id } = await create(tenant, { defaultRole: 'org-billing' });
    expect((await refusal(change(tenant, id, { defaultRole: 'org-guest' }, actor))).code).toBe(
      'permission-not-held',
    );
    expect((await change(tenant, id, { defaultRole: 'org-billing', name: 'Other' }, actor)).name).toBe(
      'Other',
    );
    expect((await change(tenant, id, { defaultRole: null }, actor)).defaultRole).toBeUndefined();
  });

  it('A9: a tenant role is kept by its id and told by its slug', async () => {
    const tenant = await world.organization();
    const { id: role } = await createRole(tenant.context, {
      organization: tenant.id,
      actor: key,
      slug: 'custom-viewer',
      name: 'Viewer',
      permissions: ['project:view'],
    });
    const { id, defaultRole } = await create(tenant, { defaultRole: 'custom-viewer' });
    expect(defaultRole).toBe(role);
    expect((await change(tenant, id, { defaultRole: 'custom-viewer' })).defaultRole).toBe(role);
  });

  it('what is left out of an edit stays, null takes away, and an edit that changes nothing writes nothing', async () => {
    const tenant = await world.organization();
    const connection = await tenant.connection();
    const link = { claim: 'oid', attribute: 'externalId' } as const;
    const made = await create(tenant, { defaultRole: 'org-guest', pairedConnections: [connection], link });
    world.now += 1_000;
    expect(await change(tenant, made.id, { name: 'Acme Entra', link: { ...link }, state: 'active' })).toEqual(
      made,
    );
    expect(await tenant.audit('directory.updated')).toEqual([]);
    const bare = await change(tenant, made.id, { defaultRole: null, pairedConnections: null, link: null });
    expect(bare).not.toHaveProperty('defaultRole');
    expect(bare).not.toHaveProperty('pairedConnections');
    expect(bare).not.toHaveProperty('link');
    expect(bare.updatedAt).toBe(world.now);
    expect(await stored(tenant, made.id)).toEqual(bare);
    const [event] = await tenant.audit('directory.updated');
    expect(event).toMatchObject({ before: { link }, after: { name: 'Acme Entra' } });
    expect((await change(tenant, made.id, { pairedConnections: [] })).pairedConnections).toEqual([]);
  });

  it('of another organization it is not found', async () => {
    const tenant = await world.organization();
    const other = await world.organization();
    const { id } = await create(other, {});
    expect((await refusal(change(tenant, id, { name: 'Mine' }))).code).toBe('directory-not-found');
    expect((await refusal(remove(tenant, id))).code).toBe('directory-not-found');
    expect(await stored(other, id)).toMatchObject({ name: 'Acme Entra' });
  });

  /** Alice, signed in before, and taken over by the directory; Bob, whom only the directory knows. */
  async function acme({
    role = 'org-member',
    state = 'active' as 'active' | 'staging',
    sso = 'org-billing',
  } = {}) {
    const tenant = await world.organization();
    const connection = await tenant.connection({ jit: true });
    await tenant.mapping(connection, { value: 'sso', role: sso });
    const directory = await TestDirectory.of(tenant, { state });
    await directory.mapping({ value: 'Engineering', role });
    const signIn = () => tenant.signedIn(connection, 'alice', { groups: ['sso'] });
    const { member } = await signIn();
    const alice = await directory.user('alice');
    const bob = await directory.user('bob');
    const group = await directory.group('Engineering', [alice, bob]);
    await workAll(tenant.context);
    return { tenant, connection, directory, signIn, member: member.id, alice, bob, group };
  }

  it('S9: staging gives nothing and suppresses nothing; activation re-syncs everybody and takes over (S6)', async () => {
    const { tenant, directory, signIn, member, alice, bob } = await acme({ state: 'staging' });
    expect(await tenant.held(member)).toEqual(['org-billing force']);
    expect(await tenant.held(bob.member)).toEqual([]);
    await signIn();
    expect(await tenant.held(member)).toEqual(['org-billing force']);
    await change(tenant, directory.id, { state: 'active' });
    expect(await jobsOf(tenant)).toMatchObject([
      { state: 'waiting', subject: directory.id, cause: { by: 'directory-activation' }, done: 0 },
    ]);
    await workAll(tenant.context);
    expect(await jobsOf(tenant)).toMatchObject([{ state: 'done', done: 2, total: 2 }]);
    expect(await tenant.held(member)).toEqual(['org-member force']);
    expect(await tenant.held(bob.member)).toEqual(['org-member force']);
    expect(await directory.tookOver(alice.id)).toBe(true);
    const events = await tenant.audit('grant.added');
    const added = events.find((event) => event.member === bob.member);
    expect(added?.cause).toMatchObject({ by: 'directory-activation', sync: 'directory' });
    expect(added?.actor).toEqual({ kind: 'system' });
  });

  it('S9, S6: back to staging takes what it gave at once and hands its members back; import and api stay (S2)', async () => {
    const { tenant, directory, signIn, member, alice, bob } = await acme();
    await assignRole(tenant.context, {
      organization: tenant.id,
      actor: key,
      member: bob.member,
      role: 'org-guest',
    });
    expect(await tenant.held(member)).toEqual(['org-member force']);
    const { sessionsValidFrom } = (await world.store.read.members.get(tenant.id, member)) ?? {};
    await change(tenant, directory.id, { state: 'staging' });
    expect(await tenant.held(member)).toEqual([]);
    expect(await tenant.held(bob.member)).toEqual(['org-guest api']);
    expect(await directory.tookOver(alice.id)).toBe(false);
    expect(await world.store.read.members.get(tenant.id, member)).toMatchObject({
      status: 'active',
      sessionsValidFrom,
    });
    await signIn();
    expect(await tenant.held(member)).toEqual(['org-billing force']);
  });

  it('S6, S10: handed back, a member has the default role of their connection again at once', async () => {
    const tenant = await world.organization();
    const connection = await tenant.connection({ jit: true, defaultRole: 'org-guest' });
    const directory = await TestDirectory.of(tenant);
    await directory.mapping({ value: 'Engineering', role: 'org-member' });
    const { member } = await tenant.signedIn(connection, 'alice');
    await directory.group('Engineering', [await directory.user('alice')]);
    expect(await tenant.held(member.id)).toEqual(['org-member force']);
    await change(tenant, directory.id, { state: 'staging' });
    expect(await tenant.held(member.id)).toEqual(['org-guest default']);
  });

  it('S9: deleting it takes what it gave, its mappings, users and tokens, at once; sessions go on', async () => {
    const { tenant, directory, signIn, member, alice, bob } = await acme();
    await remove(tenant, directory.id);
    expect(await tenant.held(member)).toEqual([]);
    expect(await tenant.held(bob.member)).toEqual([]);
    expect(await stored(tenant, directory.id)).toBeUndefined();
    const { read } = world.store;
    expect(await read.directoryUsers.get(tenant.id, directory.id, alice.id)).toBeUndefined();
    expect((await read.mappings.changedSince(tenant.id, `directory:${directory.id}`, 0)).changed).toEqual([]);
    expect(await read.members.get(tenant.id, member)).toMatchObject({ status: 'active' });
    expect(await tenant.audit('role-mapping.deleted')).toHaveLength(1);
    expect(await tenant.audit('directory.deleted')).toHaveLength(1);
    await signIn();
    expect(await tenant.held(member)).toEqual(['org-billing force']);
  });

  it('S11: neither takes a role from its last holder: 409, and nothing changes', async () => {
    const { tenant, directory, member, alice, bob } = await acme({ role: 'org-admin' });
    const before = await Promise.all([member, bob.member].map((id) => tenant.grants(id)));
    const kept = await stored(tenant, directory.id);
    expect((await refusal(change(tenant, directory.id, { state: 'staging' }))).code).toBe('last-holder');
    expect((await refusal(remove(tenant, directory.id))).code).toBe('last-holder');
    expect(await Promise.all([member, bob.member].map((id) => tenant.grants(id)))).toEqual(before);
    expect(await stored(tenant, directory.id)).toEqual(kept);
    expect(await directory.tookOver(alice.id)).toBe(true);
    expect(await world.store.read.directoryUsers.count(tenant.id, directory.id)).toBe(2);
  });

  it('S10: a default role comes to everybody by a job, and is changed and taken away at once', async () => {
    const tenant = await world.organization();
    const directory = await TestDirectory.of(tenant);
    const alice = await directory.user('alice');
    expect(await tenant.held(alice.member)).toEqual([]);
    await change(tenant, directory.id, { defaultRole: 'org-guest' });
    expect(await jobsOf(tenant)).toMatchObject([{ cause: { by: 'default-role-change' } }]);
    await workAll(tenant.context);
    expect(await tenant.held(alice.member)).toEqual(['org-guest default']);
    await change(tenant, directory.id, { defaultRole: 'org-billing' });
    expect(await tenant.held(alice.member)).toEqual(['org-billing default']);
    await workAll(tenant.context);
    expect(await tenant.held(alice.member)).toEqual(['org-billing default']);
    await change(tenant, directory.id, { defaultRole: null });
    expect(await tenant.held(alice.member)).toEqual([]);
    expect(await jobsOf(tenant)).toHaveLength(2);
  });

  it('S6: paired with one more connection, it takes what that gave whom it has taken over, and nobody else, by a job', async () => {
    const tenant = await world.organization();
    const connection = await tenant.connection({ jit: true });
    await tenant.mapping(connection, { value: 'sso', role: 'org-billing' });
    const directory = await TestDirectory.of(tenant, { pairedConnections: [] });
    await directory.mapping({ value: 'Engineering', role: 'org-member' });
    const alice = await directory.user('alice');
    const bob = await directory.user('bob');
    await directory.group('Engineering', [alice]);
    await tenant.signedIn(connection, 'alice', { groups: ['sso'] });
    await tenant.signedIn(connection, 'bob', { groups: ['sso'] });
    await workAll(tenant.context);
    expect(await tenant.held(alice.member)).toEqual(['org-billing force', 'org-member force']);
    world.now += 1_000;
    await change(tenant, directory.id, { pairedConnections: [connection] });
    expect((await jobsOf(tenant))[0]).toMatchObject({ cause: { by: 'pairing-change' } });
    await workAll(tenant.context);
    expect(await tenant.held(alice.member)).toEqual(['org-member force']);
    expect(await tenant.held(bob.member)).toEqual(['org-billing force']);
    await change(tenant, directory.id, { pairedConnections: [] });
    await workAll(tenant.context);
    await tenant.signedIn(connection, 'alice', { groups: ['sso'] });
    expect(await tenant.held(alice.member)).toEqual(['org-billing force', 'org-member force']);
  });

  it('S9: in staging, edits make no job; nor does a name or a link', async () => {
    const tenant = await world.organization();
    const { id } = await create(tenant, { state: 'staging' });
    await change(tenant, id, { defaultRole: 'org-guest', pairedConnections: [] });
    await change(tenant, id, { name: 'Other', link: { claim: 'subject', attribute: 'userName' } });
    expect(await jobsOf(tenant)).toEqual([]);
  });
});
