import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  assignRole,
  createMapping,
  createRole,
  deleteRole,
  editMapping,
  explain,
  getMember,
  inviteMember,
  listMembers,
  listRoles,
  putResource,
  removeResource,
  revokeRole,
  updateConnection,
  updateOrganization,
  updateRole,
} from '../src/index.js';
import type { Actor } from '@idp-roles/store';
import { key, World, type Tenant } from './world.js';

let world: World;
let acme: Tenant;
let okta: string;
let alice: string;
const platform = { type: 'workspace', id: 'platform' };
const backend = { type: 'project', id: 'backend' };

beforeAll(async () => {
  world = await World.open();
});
afterAll(() => world.close());
beforeEach(async () => {
  acme = await world.organization();
  okta = await acme.connection();
  const put = { organization: acme.id, actor: key };
  await putResource(acme.context, { ...put, resource: platform, name: 'Platform' });
  await putResource(acme.context, { ...put, resource: backend, parent: platform });
  alice = (await acme.signedIn(okta, 'alice')).member.id;
});

const assign = (input: Partial<Parameters<typeof assignRole>[1]>) =>
  assignRole(acme.context, {
    organization: acme.id,
    member: alice,
    role: 'org-member',
    actor: key,
    ...input,
  });
const revoke = (assignment: string, member = alice) =>
  revokeRole(acme.context, { organization: acme.id, member, assignment, actor: key });

describe('assign and revoke', () => {
  it('S12: is idempotent by role and resource, says who gave it, and extends', async () => {
    const by = { kind: 'member', id: alice } as const;
    const first = await assign({ role: 'project-editor', resource: backend });
    expect(first).toMatchObject({
      outcome: 'assigned',
      grant: { assignedBy: 'service-key:root', basis: 'api' },
    });
    const audits = (await acme.audit()).length;
    const again = await assign({ role: 'project-editor', resource: backend });
    expect(again).toMatchObject({ outcome: 'unchanged', grant: { id: first.grant.id } });
    expect(await acme.audit()).toHaveLength(audits);
    const brief = await assign({ expiresAt: world.now + 1_000 });
    expect(await assign({ expiresAt: world.now + 500 })).toMatchObject({ outcome: 'unchanged' });
    expect(await assign({ expiresAt: world.now + 2_000 })).toMatchObject({
      outcome: 'extended',
      grant: { id: brief.grant.id, expiresAt: world.now + 2_000 },
    });
    const lasting = await assign({});
    expect(lasting).toMatchObject({ outcome: 'extended', grant: { id: brief.grant.id } });
    expect(lasting.grant.expiresAt).toBeUndefined();
    expect(await assign({ expiresAt: world.now + 9_000 })).toMatchObject({ outcome: 'unchanged' });
    expect(await acme.held(alice)).toEqual(['org-member api', 'project-editor api backend']);
    await assign({ role: 'org-admin' });
    expect((await assign({ role: 'workspace-admin', resource: platform, actor: by })).grant.assignedBy).toBe(
      alice,
    );
  });

  it.each([
    ['role-missing', { role: 'nobody' }],
    ['invalid', { role: 'project-editor' }],
    ['invalid', { role: 'project-editor', resource: platform }],
    ['invalid', { resource: platform }],
    ['resource-missing', { role: 'project-editor', resource: { type: 'project', id: 'elsewhere' } }],
    ['invalid', { expiresAt: 0 }],
    ['invalid', { expiresAt: Number.NaN }],
    ['member-not-found', { member: 'mem_nobody' }],
    ['organization-not-found', { organization: 'org_nobody' }],
  ])('%s', async (code, input) => {
    await expect(assign(input)).rejects.toMatchObject({ code });
  });

  it('never on a member or a resource of another organization', async () => {
    const globex = await world.organization();
    const bob = (await globex.signedIn(await globex.connection(), 'bob')).member.id;
    await putResource(acme.context, {
      organization: globex.id,
      resource: { type: 'workspace', id: 'theirs' },
      actor: key,
    });
    await expect(assign({ member: bob })).rejects.toMatchObject({ code: 'member-not-found' });
    const theirs = { type: 'workspace', id: 'theirs' };
    await expect(assign({ role: 'workspace-admin', resource: theirs })).rejects.toMatchObject({
      code: 'resource-missing',
    });
    const { grant } = await assignRole(acme.context, {
      organization: globex.id,
      member: bob,
      role: 'org-member',
      actor: key,
    });
    await expect(revoke(grant.id)).rejects.toMatchObject({ code: 'assignment-not-found' });
    await expect(revoke(grant.id, bob)).rejects.toMatchObject({ code: 'member-not-found' });
  });

  it('what a mapping or a default gives is theirs to take', async () => {
    const own = await acme.connection({ defaultRole: 'org-guest' });
    const mapping = await acme.mapping(own, { value: 'A', role: 'org-member' });
    const { member, added } = await acme.signedIn(own, 'bob');
    await expect(revoke(added[0]?.id ?? '', member.id)).rejects.toMatchObject({
      code: 'grant-owned-by-default',
      subjects: [`sso:${own}`],
    });
    const second = await acme.signedIn(own, 'bob', { groups: ['A'] });
    await expect(revoke(second.added[0]?.id ?? '', member.id)).rejects.toMatchObject({
      code: 'grant-owned-by-mapping',
      kind: 'conflict',
      subjects: [mapping],
    });
  });
});

const as = (id: string): Actor => ({ kind: 'member', id });

describe('A9: give only what you hold', () => {
  const denied = { code: 'permission-not-held', kind: 'forbidden' };

  it('an assignment, on the organization and on a resource', async () => {
    const boss = as(alice);
    const bob = (await acme.signedIn(okta, 'bob')).member.id;
    await expect(assign({ member: bob, actor: boss })).rejects.toMatchObject(denied);
    await assign({ role: 'workspace-admin', resource: platform });
    const editor = { member: bob, role: 'project-editor', resource: backend };
    await assign({ ...editor, actor: boss });
    await expect(assign({ member: bob, role: 'org-member', actor: boss })).rejects.toMatchObject(denied);
    await assign({ role: 'org-member', expiresAt: world.now + 10 });
    await assign({ member: bob, role: 'org-member', actor: boss });
    world.now += 10;
    await expect(
      assign({ member: bob, role: 'org-member', expiresAt: world.now + 5, actor: boss }),
    ).rejects.toMatchObject(denied);
  });

  it('a mapping, a default role and a tenant role; switching off needs nothing', async () => {
    const boss = as(alice);
    const input = { source: { connection: okta }, claim: 'groups', value: 'A', role: 'org-member' };
    const create = () => createMapping(acme.context, { organization: acme.id, actor: boss, input });
    const custom = {
      organization: acme.id,
      slug: 'custom-x',
      name: 'X',
      permissions: ['project:view'],
      actor: boss,
    };
    const setDefault = () =>
      updateConnection(acme.context, {
        organization: acme.id,
        connection: okta,
        actor: boss,
        changes: { defaultRole: 'org-member' },
        sharedIssuer: false,
      });
    for (const attempt of [create, setDefault, () => createRole(acme.context, custom)]) {
      await expect(attempt()).rejects.toMatchObject(denied);
    }
    await assign({ role: 'org-member' });
    await createRole(acme.context, custom);
    const change = { organization: acme.id, role: 'custom-x', actor: boss };
    const more = { permissions: ['project:view', 'invoice:view'] };
    await expect(updateRole(acme.context, { ...change, changes: more })).rejects.toMatchObject(denied);
    await setDefault();
    const { mapping } = await create();
    const edit = { organization: acme.id, mapping: mapping.id, actor: boss };
    await expect(
      editMapping(acme.context, { ...edit, changes: { role: 'org-billing' } }),
    ).rejects.toMatchObject(denied);
    const other = as((await acme.signedIn(okta, 'eve')).member.id);
    const elsewhere = (await acme.grants(other.id ?? '')).length;
    expect(elsewhere).toBe(1);
    await editMapping(acme.context, { ...edit, actor: as('mem_nobody'), changes: { enabled: false } });
    await expect(
      editMapping(acme.context, { ...edit, actor: as('mem_nobody'), changes: { enabled: true } }),
    ).rejects.toMatchObject(denied);
  });

  it('who is not active gives nothing', async () => {
    await assign({ role: 'org-member' });
    await world.store.transaction(async (tx) => {
      const member = await tx.members.get(acme.id, alice);
      if (member) await tx.members.update({ ...member, status: 'suspended' });
    });
    const bob = (await acme.signedIn(okta, 'bob')).member.id;
    await expect(assign({ member: bob, actor: as(alice) })).rejects.toMatchObject(denied);
  });
});

const base = () => ({ organization: acme.id, actor: key });

const auditor = () => ({
  ...base(),
  slug: 'custom-auditor',
  name: 'Auditor',
  permissions: ['invoice:view'],
});

describe('A9: tenant roles', () => {
  it('are listed after the model, and deleting one says whose grants go', async () => {
    await createRole(acme.context, auditor());
    await createRole(acme.context, { ...auditor(), slug: 'custom-b' });
    const roles = await listRoles(acme.context, base());
    expect(roles.map(({ slug }) => slug).slice(-3)).toEqual(['project-editor', 'custom-auditor', 'custom-b']);
    const { grant } = await assign({ role: 'custom-auditor' });
    const input = { ...base(), role: 'custom-auditor' };
    expect(await deleteRole(acme.context, { ...input, dryRun: true })).toMatchObject({
      outcome: 'would-delete',
      grants: [{ id: grant.id, member: alice }],
    });
    expect(await acme.held(alice)).toEqual(['custom-auditor api']);
    expect(await deleteRole(acme.context, input)).toMatchObject({
      outcome: 'deleted',
      grants: [{ member: alice }],
    });
    expect(await acme.grants(alice)).toEqual([]);
    expect(await acme.audit('grant.removed')).toMatchObject([{ cause: { by: 'role-deletion' } }]);
  });

  it.each([
    ['invalid', { slug: 'auditor' }],
    ['invalid', { slug: 'custom-Auditor' }],
    ['invalid', { permissions: ['everything:do'] }],
    ['invalid', { permissions: [] }],
    ['invalid', { on: 'galaxy' }],
    ['invalid', { name: ' ' }],
  ])('%s: %o', async (code, input) => {
    await expect(createRole(acme.context, { ...auditor(), ...input })).rejects.toMatchObject({ code });
  });

  it('slugs are unique; the model is code', async () => {
    await createRole(acme.context, auditor());
    await expect(createRole(acme.context, auditor())).rejects.toMatchObject({ code: 'slug-taken' });
    const model = { ...base(), role: 'org-member' };
    await expect(updateRole(acme.context, { ...model, changes: {} })).rejects.toMatchObject({
      code: 'invalid',
    });
    await expect(deleteRole(acme.context, model)).rejects.toMatchObject({ code: 'invalid' });
    await expect(deleteRole(acme.context, { ...base(), role: 'custom-none' })).rejects.toMatchObject({
      code: 'role-not-found',
    });
  });
});

describe('members', () => {
  it('are listed with roles, found by e-mail whatever its case, page by page', async () => {
    const mapping = await acme.mapping(okta, { value: 'A', role: 'org-member', note: 'engineers' });
    await acme.signedIn(okta, 'alice', { groups: ['A'] });
    world.now += 1;
    await inviteMember(acme.context, {
      organization: acme.id,
      email: `bob@${acme.domain}`,
      name: 'Bob',
      actor: key,
    });
    const found = await listMembers(acme.context, {
      organization: acme.id,
      email: `ALICE@${acme.domain}`,
      limit: 10,
    });
    expect(found).toEqual({
      data: [
        {
          id: alice,
          status: 'active',
          email: `alice@${acme.domain}`,
          name: 'alice',
          roles: [
            {
              id: expect.any(String),
              role: 'org-member',
              source: `sso:${okta}`,
              basis: 'force',
              mapping,
              mappings: [mapping],
            },
          ],
        },
      ],
    });
    const first = await listMembers(acme.context, { organization: acme.id, limit: 1 });
    expect(first.after).toBeDefined();
    const rest = await listMembers(acme.context, { organization: acme.id, limit: 1, after: first.after });
    expect(rest.data).toMatchObject([{ name: 'Bob', status: 'invited' }]);
  });

  it('an invitation needs an address that nobody has', async () => {
    const invite = (email: string) =>
      inviteMember(acme.context, { organization: acme.id, email, actor: key });
    await expect(invite(`Alice@${acme.domain}`)).rejects.toMatchObject({ code: 'email-taken' });
    for (const email of ['', 'x', 'a@b@c.test', '@c.test']) {
      await expect(invite(email)).rejects.toMatchObject({ code: 'invalid', problems: [{ path: 'email' }] });
    }
    await expect(getMember(acme.context, { organization: acme.id, member: 'mem_x' })).rejects.toMatchObject({
      code: 'member-not-found',
    });
  });
});

describe('resources', () => {
  const put = (input: Partial<Parameters<typeof putResource>[1]>) =>
    putResource(acme.context, { organization: acme.id, resource: backend, actor: key, ...input });

  it('are registered, moved and renamed', async () => {
    expect(await put({ parent: platform })).toMatchObject({ outcome: 'unchanged' });
    await put({ resource: { type: 'workspace', id: 'other' } });
    expect(await put({ parent: { type: 'workspace', id: 'other' } })).toMatchObject({ outcome: 'updated' });
    expect(await put({ resource: { type: 'project', id: 'new' }, parent: platform })).toMatchObject({
      outcome: 'created',
    });
  });

  it.each([
    ['invalid', { resource: { type: 'galaxy', id: 'x' } }],
    ['invalid', { resource: { type: 'workspace', id: '' } }],
    ['invalid', { resource: { type: 'workspace', id: 'x' }, parent: platform }],
    ['invalid', {}],
    ['invalid', { parent: backend }],
    ['resource-missing', { parent: { type: 'workspace', id: 'nowhere' } }],
  ])('%s', async (code, input) => {
    await expect(put(input)).rejects.toMatchObject({ code });
  });

  it('go with the grants on them, and with what is below where asked', async () => {
    await assign({ role: 'workspace-admin', resource: platform });
    await assign({ role: 'project-editor', resource: backend });
    await assign({ role: 'org-guest' });
    const remove = (more: { cascade?: boolean } = {}) =>
      removeResource(acme.context, { organization: acme.id, resource: platform, actor: key, ...more });
    await expect(remove()).rejects.toMatchObject({ code: 'resource-has-children', subjects: ['backend'] });
    expect(await remove({ cascade: true })).toMatchObject({ resources: [backend, platform] });
    expect(await acme.held(alice)).toEqual(['org-guest api']);
    await expect(remove()).rejects.toMatchObject({ code: 'resource-not-found' });
  });
});

const why = (role?: string, more: object = {}) =>
  explain(acme.context, { organization: acme.id, member: alice, ...(role && { role }), ...more });

describe('explain', () => {
  it('names source, connection, mapping, claim and value of what is held', async () => {
    const mapping = await acme.mapping(okta, { value: 'A', role: 'org-member', note: 'engineers' });
    await acme.signedIn(okta, 'alice', { groups: ['A'] });
    await assign({ role: 'workspace-admin', resource: platform });
    const { roles, claimsChanged } = await why();
    expect(roles).toMatchObject([
      {
        role: 'org-member',
        gone: false,
        grants: [
          {
            source: `sso:${okta}`,
            connection: 'Acme Okta',
            basis: 'force',
            inEffect: true,
            evidence: [
              { mapping, note: 'engineers', claim: 'groups', value: 'A', name: 'groups', via: 'name' },
            ],
          },
        ],
      },
      {
        role: 'workspace-admin',
        resource: platform,
        grants: [{ source: 'api', assignedBy: 'service-key:root' }],
      },
    ]);
    expect(claimsChanged).toBe(true);
    expect((await why('workspace-admin', { resource: platform })).whyNot).toBeUndefined();
    expect((await why(undefined, { resource: platform })).roles).toHaveLength(1);
  });

  it('says why a role is lacked, mapping by mapping', async () => {
    expect((await why('org-billing')).whyNot).toMatchObject([{ code: 'no-mapping' }]);
    expect((await why('nobody')).whyNot).toMatchObject([{ code: 'role-missing' }]);
    const saml = await acme.connection({ name: 'SAML' });
    const off = await acme.connection();
    await acme.signedIn(okta, 'alice', { groups: ['finance'] });
    world.now += 1;
    const near = await acme.mapping(okta, { value: 'Finance', role: 'org-billing' });
    const newer = await acme.mapping(okta, { value: 'finance', role: 'org-billing' });
    const once = await acme.mapping(okta, { value: 'finance', role: 'org-billing', syncMode: 'import' });
    const other = await acme.mapping(saml, { value: 'Finance', role: 'org-billing' });
    const shut = await acme.mapping(off, { value: 'Finance', role: 'org-billing' });
    await updateConnection(acme.context, {
      organization: acme.id,
      connection: off,
      actor: key,
      changes: { state: 'disabled' },
      sharedIssuer: false,
    });
    const byMapping = new Map(
      (await why('org-billing')).whyNot?.map(({ mapping, code, nearly }) => [mapping, nearly ?? code]),
    );
    expect(byMapping).toEqual(
      new Map([
        [near, 'finance'],
        [newer, 'not-signed-in-since'],
        [once, 'import-done'],
        [other, 'never-signed-in'],
        [shut, 'connection-not-active'],
      ]),
    );
    await updateOrganization(acme.context, { organization: acme.id, keepClaims: false, actor: key });
    await acme.signedIn(okta, 'alice', { groups: [] });
    expect((await why('org-billing')).whyNot).toContainEqual(
      expect.objectContaining({ mapping: near, code: 'claims-not-kept' }),
    );
  });

  it('shows a role that is gone, and one that expired, as without effect', async () => {
    await assign({ role: 'org-member', expiresAt: world.now + 1 });
    world.now += 1;
    expect((await why('org-member')).roles).toMatchObject([{ grants: [{ inEffect: false }] }]);
    expect((await why('org-member')).whyNot).toMatchObject([{ code: 'no-mapping' }]);
    await createRole(acme.context, {
      organization: acme.id,
      slug: 'custom-x',
      name: 'X',
      permissions: ['invoice:view'],
      actor: key,
    });
    await assign({ role: 'custom-x' });
    const [stored] = await world.store.read.roles.all(acme.id);
    await world.store.transaction((tx) => tx.roles.delete(acme.id, stored?.id ?? ''));
    const gone = (await why()).roles.find((one) => one.gone);
    expect(gone).toMatchObject({ role: stored?.id, grants: [{ inEffect: false }] });
    expect(await acme.signedIn(okta, 'alice')).toMatchObject({ removed: [] });
    expect(await acme.held(alice)).toEqual(['org-member api']);
  });
});
