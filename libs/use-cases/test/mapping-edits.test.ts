import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  createMapping,
  createRole,
  deleteMapping,
  deleteRole,
  editMapping,
  previewMappings,
  updateOrganization,
} from '../src/index.js';
import { key, World, type Tenant } from './world.js';

let world: World;
let acme: Tenant;
let okta: string;

beforeAll(async () => {
  world = await World.open();
});
afterAll(() => world.close());
beforeEach(async () => {
  acme = await world.organization();
  okta = await acme.connection();
});

const edit = (mapping: string, changes: unknown) =>
  editMapping(acme.context, { organization: acme.id, mapping, actor: key, changes });
const create = (input: Record<string, unknown>) =>
  createMapping(acme.context, { organization: acme.id, actor: key, input });
const forget = () =>
  updateOrganization(acme.context, { organization: acme.id, keepClaims: false, actor: key });

describe('S9: at once, from the evidence rows', () => {
  it.each([
    ['switched off', { enabled: false }],
    ['of another value', { value: 'B' }],
    ['of another role', { role: 'org-guest' }],
    ['import from now on', { syncMode: 'import' }],
    ['of another claim', { claim: 'department' }],
    ['narrowed by a condition that does not hold', { also: [{ claim: 'department', value: 'Sales' }] }],
  ])('a mapping %s takes what it alone supported', async (_, changes) => {
    const mapping = await acme.mapping(okta, { value: 'A', role: 'org-member' });
    const { member } = await acme.signedIn(okta, 'alice', { groups: ['A'], department: 'Design' });
    await edit(mapping, changes);
    expect(await acme.held(member.id)).toEqual([]);
    const [removed] = await acme.audit('grant.removed');
    expect(removed).toMatchObject({
      actor: key,
      member: member.id,
      cause: { by: 'mapping-edit', mapping, evidence: [{ mapping, value: 'A' }] },
    });
  });

  it('and so does a deleted one, but not what another mapping supports too', async () => {
    const one = await acme.mapping(okta, { value: 'A', role: 'org-member' });
    const other = await acme.mapping(okta, { value: 'B', role: 'org-member' });
    const { member } = await acme.signedIn(okta, 'alice', { groups: ['A', 'B'] });
    await deleteMapping(acme.context, { organization: acme.id, mapping: one, actor: key });
    const [grant] = await acme.grants(member.id);
    expect(grant?.evidence.map(({ mapping }) => mapping)).toEqual([other]);
    expect(await acme.audit('grant.evidence-changed')).toHaveLength(1);
    await deleteMapping(acme.context, { organization: acme.id, mapping: other, actor: key });
    expect(await acme.held(member.id)).toEqual([]);
  });

  it('a narrower value keeps whom it still fits, by the stored value alone', async () => {
    await forget();
    const mapping = await acme.mapping(okta, { match: 'prefix', value: 'eng-', role: 'org-member' });
    const both = await acme.signedIn(okta, 'alice', { groups: ['eng-core', 'eng-web'] });
    const web = await acme.signedIn(okta, 'bob', { groups: ['eng-web'] });
    await edit(mapping, { value: 'eng-core' });
    expect(await acme.held(both.member.id)).toEqual(['org-member force']);
    expect((await acme.grants(both.member.id))[0]?.evidence.map(({ value }) => value)).toEqual(['eng-core']);
    expect(await acme.held(web.member.id)).toEqual([]);
    await edit(mapping, { match: 'exact', value: 'ENG-CORE', caseInsensitive: true });
    expect(await acme.held(both.member.id)).toEqual(['org-member force']);
    await edit(mapping, { caseInsensitive: false });
    expect(await acme.held(both.member.id)).toEqual([]);
  });

  it('a condition taken away, a note, or the same again takes nothing', async () => {
    await forget();
    const department = { claim: 'department', value: 'Design' };
    const mapping = await acme.mapping(okta, { value: 'A', role: 'org-member', also: [department] });
    const { member } = await acme.signedIn(okta, 'alice', { groups: ['A'], department: 'Design' });
    for (const changes of [
      {},
      { note: 'why' },
      { also: [{ ...department, match: 'exact' }] },
      { also: null },
    ]) {
      await edit(mapping, changes);
      expect(await acme.held(member.id)).toEqual(['org-member force']);
    }
  });

  it('a new condition is judged by the kept claims', async () => {
    const mapping = await acme.mapping(okta, { value: 'A', role: 'org-member' });
    const design = await acme.signedIn(okta, 'alice', { groups: ['A'], department: 'Design' });
    const sales = await acme.signedIn(okta, 'bob', { groups: ['A'], department: 'Sales' });
    await edit(mapping, { also: [{ claim: 'department', value: 'Design' }] });
    expect(await acme.held(design.member.id)).toEqual(['org-member force']);
    expect(await acme.held(sales.member.id)).toEqual([]);
  });

  it('and where no claims are kept, by doubt: it goes until the next sign-in', async () => {
    await forget();
    const mapping = await acme.mapping(okta, { value: 'A', role: 'org-member' });
    const claims = { groups: ['A'], department: 'Design' };
    const { member } = await acme.signedIn(okta, 'alice', claims);
    await edit(mapping, { also: [{ claim: 'department', value: 'Design' }] });
    expect(await acme.held(member.id)).toEqual([]);
    await acme.signedIn(okta, 'alice', claims);
    expect(await acme.held(member.id)).toEqual(['org-member force']);
  });

  it('another separator makes other values of the claim: the kept claims decide', async () => {
    const mapping = await acme.mapping(okta, { value: 'A', split: ';', role: 'org-member' });
    const joined = await acme.signedIn(okta, 'alice', { groups: 'A;B' });
    const alone = await acme.signedIn(okta, 'bob', { groups: 'A' });
    await edit(mapping, { split: null });
    expect(await acme.held(joined.member.id)).toEqual([]);
    expect(await acme.held(alone.member.id)).toEqual(['org-member force']);
  });

  it('M5: an address that must be verified now is asked for in the kept claims', async () => {
    const upn = `alice@${acme.domain}`;
    const mapping = await acme.mapping(okta, { claim: 'upn', value: upn, role: 'org-member' });
    const { member } = await acme.signedIn(okta, 'alice', { upn, email_verified: false });
    await edit(mapping, { match: 'email-domain', value: `@${acme.domain}` });
    expect(await acme.held(member.id)).toEqual([]);
  });

  it('of a `present` mapping the evidence is one value of several: the kept claims decide', async () => {
    const mapping = await acme.mapping(okta, { match: 'present', role: 'org-member' });
    const { member } = await acme.signedIn(okta, 'alice', { groups: ['A', 'B'] });
    await edit(mapping, { match: 'exact', value: 'B' });
    expect(await acme.held(member.id)).toEqual(['org-member force']);
    expect((await acme.grants(member.id))[0]?.evidence).toMatchObject([{ value: 'B' }]);
  });

  it('widening waits for the next sign-in', async () => {
    const mapping = await acme.mapping(okta, { value: 'B', role: 'org-member' });
    const { member } = await acme.signedIn(okta, 'alice', { groups: ['A'] });
    await edit(mapping, { value: 'A' });
    expect(await acme.held(member.id)).toEqual([]);
    await acme.signedIn(okta, 'alice', { groups: ['A'] });
    expect(await acme.held(member.id)).toEqual(['org-member force']);
  });

  it('import grants stay, whatever becomes of their mapping', async () => {
    const mapping = await acme.mapping(okta, { value: 'A', role: 'org-member', syncMode: 'import' });
    const { member } = await acme.signedIn(okta, 'alice', { groups: ['A'] });
    await edit(mapping, { value: 'B' });
    await edit(mapping, { enabled: false });
    await deleteMapping(acme.context, { organization: acme.id, mapping, actor: key });
    expect(await acme.held(member.id)).toEqual(['org-member import']);
  });

  it('the index that sign-ins use follows every edit in place (M11)', async () => {
    const mapping = await acme.mapping(okta, { value: 'A', role: 'org-member' });
    const claims = { groups: ['A'] };
    const { member } = await acme.signedIn(okta, 'alice', claims);
    await edit(mapping, { enabled: false });
    await acme.signedIn(okta, 'alice', claims);
    expect(await acme.held(member.id)).toEqual([]);
    await edit(mapping, { enabled: true });
    await acme.signedIn(okta, 'alice', claims);
    expect(await acme.held(member.id)).toEqual(['org-member force']);
    await deleteMapping(acme.context, { organization: acme.id, mapping, actor: key });
    await acme.signedIn(okta, 'alice', claims);
    expect(await acme.held(member.id)).toEqual([]);
  });
});

const of = (input: Record<string, unknown>) => ({
  source: { connection: okta },
  claim: 'groups',
  value: 'A',
  ...input,
});

describe('M8, M5, M13: what may be written', () => {
  it('says everything that is wrong, each with its path', async () => {
    await expect(create({ source: {}, claim: 1, role: 'org-member', valeu: 'x' })).rejects.toMatchObject({
      code: 'invalid',
      kind: 'invalid',
      problems: expect.arrayContaining([
        expect.objectContaining({ path: 'source' }),
        expect.objectContaining({ path: 'claim' }),
        expect.objectContaining({ path: 'valeu', code: 'unknown-field' }),
      ]),
    });
  });

  it.each([
    ['role-missing', { role: 'engineering' }],
    ['role-not-grantable', { role: 'org-owner' }],
    ['domain-unproven', { role: 'org-member', claim: 'email', value: '@elsewhere.test' }],
    ['invalid', { role: 'workspace-admin', resource: { type: 'workspace', id: 'x' } }],
    ['invalid', { role: 'workspace-admin' }],
    ['invalid', { role: 'org-member', source: { directory: 'dir_x' } }],
    ['invalid', { role: 'org-member', source: { directory: 'dir_x' }, syncMode: 'import' }],
  ])('%s', async (code, input) => {
    await expect(create(of(input))).rejects.toMatchObject({ code, kind: 'invalid' });
  });

  it('a connection of another organization is none, and its domains are not ours', async () => {
    const globex = await world.organization();
    const theirs = await globex.connection();
    const foreign = of({ role: 'org-member', source: { connection: theirs } });
    await expect(create(foreign)).rejects.toMatchObject({ code: 'invalid' });
    const domain = of({ role: 'org-member', claim: 'email', value: `@${globex.domain}` });
    await expect(create(domain)).rejects.toMatchObject({ code: 'domain-unproven' });
    await create(of({ role: 'org-member', claim: 'email', value: `@${acme.domain}` }));
  });

  it('the id is ours, and the role goes in and out as its slug', async () => {
    const { slug, id: role } = await createRole(acme.context, {
      organization: acme.id,
      slug: 'custom-x',
      name: 'X',
      permissions: ['invoice:view'],
      actor: key,
    });
    const { mapping } = await create(of({ id: 'map_mine', role: slug }));
    expect(mapping.id).not.toBe('map_mine');
    expect(mapping.role).toBe('custom-x');
    const stored = await world.store.read.mappings.get(acme.id, mapping.id);
    expect(stored?.mapping.role).toBe(role);
    await expect(edit(mapping.id, { source: { connection: 'con_other' } })).rejects.toMatchObject({
      code: 'invalid',
    });
    await expect(edit(mapping.id, { role: 'org-owner' })).rejects.toMatchObject({
      code: 'role-not-grantable',
    });
  });

  it('warns of a claim that the connection has sent nobody', async () => {
    await acme.signedIn(okta, 'alice', { groups: ['A'] });
    expect((await create(of({ role: 'org-member' }))).warnings).toEqual([]);
    expect((await create(of({ role: 'org-member', claim: 'gruops' }))).warnings).toMatchObject([
      { code: 'claim-never-seen' },
    ]);
  });

  it('that is off takes another role as one that is on does', async () => {
    const mapping = await acme.mapping(okta, { value: 'A', role: 'org-member', enabled: false });
    expect((await edit(mapping, { role: 'org-billing' })).mapping.role).toBe('org-billing');
    const off = { enabled: false, role: 'org-guest' };
    expect((await edit(mapping, off)).mapping).toMatchObject(off);
    await expect(edit(mapping, { role: 'org-owner' })).rejects.toMatchObject({ code: 'role-not-grantable' });
    await expect(edit(mapping, { role: 'org-none' })).rejects.toMatchObject({ code: 'role-missing' });
  });

  it('may be switched off although its role is gone', async () => {
    const custom = { organization: acme.id, actor: key };
    await createRole(acme.context, {
      ...custom,
      slug: 'custom-x',
      name: 'X',
      permissions: ['invoice:view'],
    });
    const { mapping } = await create(of({ role: 'custom-x' }));
    await deleteRole(acme.context, { ...custom, role: 'custom-x' });
    await expect(edit(mapping.id, { value: 'B' })).rejects.toMatchObject({ code: 'role-missing' });
    expect((await edit(mapping.id, { enabled: false })).mapping).toMatchObject({ enabled: false });
    await expect(edit(mapping.id, { enabled: true })).rejects.toMatchObject({ code: 'role-missing' });
  });

  it('what is not there: mapping-not-found, also for the mapping of another organization', async () => {
    const globex = await world.organization();
    const theirs = await globex.mapping(await globex.connection(), { value: 'A', role: 'org-member' });
    await expect(edit(theirs, { value: 'B' })).rejects.toMatchObject({
      code: 'mapping-not-found',
      kind: 'not-found',
    });
    await expect(
      deleteMapping(acme.context, { organization: acme.id, mapping: theirs, actor: key }),
    ).rejects.toMatchObject({ code: 'mapping-not-found' });
  });
});

describe('preview', () => {
  it('says what a sign-in would give and why not, without writing', async () => {
    const guests = await acme.mapping(okta, { value: 'guests', role: 'org-guest' });
    const before = await world.rows('audit_events', acme.id);
    const preview = await previewMappings(acme.context, {
      organization: acme.id,
      source: { connection: okta },
      claims: { groups: ['Guests', 'A'] },
      draft: { claim: 'groups', value: 'A', role: 'org-member' },
    });
    expect(preview.evaluation.grants).toMatchObject([{ role: 'org-member', basis: 'force' }]);
    expect(preview.whyNot).toMatchObject([{ mapping: guests, code: 'case-mismatch', nearly: 'Guests' }]);
    expect(await world.rows('audit_events', acme.id)).toEqual(before);
    expect((await acme.signedIn(okta, 'alice', { groups: ['A'] })).grants).toEqual([]);
  });

  it('a draft with the id of a mapping takes its place; import runs for nobody who is known', async () => {
    const id = await acme.mapping(okta, { value: 'A', role: 'org-guest', syncMode: 'import' });
    const { member } = await acme.signedIn(okta, 'alice');
    const input = { organization: acme.id, source: { connection: okta }, claims: { groups: ['A'] } };
    const known = await previewMappings(acme.context, { ...input, member: member.id });
    expect(known.whyNot).toMatchObject([{ mapping: id, code: 'import-done' }]);
    expect((await previewMappings(acme.context, input)).evaluation.grants).toHaveLength(1);
    const draft = { id, claim: 'groups', value: 'A', role: 'org-member' };
    const drafted = await previewMappings(acme.context, { ...input, draft, member: member.id });
    expect(drafted.evaluation.grants).toMatchObject([{ role: 'org-member' }]);
    await expect(
      previewMappings(acme.context, { ...input, draft: { ...draft, role: 'org-owner' } }),
    ).rejects.toMatchObject({ code: 'role-not-grantable' });
  });
});
