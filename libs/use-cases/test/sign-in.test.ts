import { claimsOf } from '@idp-roles/mapping';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  assignRole,
  createMapping,
  createRole,
  deleteRole,
  editMapping,
  inviteMember,
  putResource,
  revokeRole,
  signIn,
  updateConnection,
  updateOrganization,
  updateRole,
} from '../src/index.js';
import { key, World, type Tenant } from './world.js';

let world: World;
let acme: Tenant;
let okta: string;

beforeAll(async () => {
  world = await World.open();
});
afterAll(() => world.close());

async function fresh(): Promise<void> {
  acme = await world.organization();
  okta = await acme.connection();
}

describe('S3: force follows the claims at every sign-in', () => {
  it('gives, keeps and takes, and says what it did', async () => {
    await fresh();
    const engineering = await acme.mapping(okta, { value: 'Engineering', role: 'org-member' });
    await acme.mapping(okta, { value: 'Finance', role: 'org-billing' });
    const first = await acme.signedIn(okta, 'alice', { groups: ['Engineering'] });
    expect(first).toMatchObject({ created: true, linkedBy: 'created', removed: [] });
    expect(first.added).toMatchObject([
      {
        role: 'org-member',
        basis: 'force',
        source: `sso:${okta}`,
        assignedBy: `sso:${okta}`,
        evidence: [{ mapping: engineering, claim: 'groups', value: 'Engineering', via: 'name' }],
      },
    ]);
    const second = await acme.signedIn(okta, 'alice', { groups: ['Finance'] });
    expect(second).toMatchObject({ created: false, linkedBy: 'identity' });
    expect(second.removed.map(({ role }) => role)).toEqual(['org-member']);
    expect(await acme.held(first.member.id)).toEqual(['org-billing force']);
    const none = await acme.signedIn(okta, 'alice', {});
    expect(none.grants).toEqual([]);
  });

  it('M7: a role that two mappings give stays until both are gone', async () => {
    await fresh();
    await acme.mapping(okta, { value: 'A', role: 'org-member' });
    await acme.mapping(okta, { value: 'B', role: 'org-member' });
    const { member } = await acme.signedIn(okta, 'alice', { groups: ['A', 'B'] });
    expect((await acme.grants(member.id))[0]?.evidence).toHaveLength(2);
    await acme.signedIn(okta, 'alice', { groups: ['B'] });
    expect(await acme.held(member.id)).toEqual(['org-member force']);
    await acme.signedIn(okta, 'alice', { groups: [] });
    expect(await acme.held(member.id)).toEqual([]);
  });

  it('M9: an incomplete claim takes nothing', async () => {
    await fresh();
    await acme.mapping(okta, { value: 'A', role: 'org-member' });
    const { member } = await acme.signedIn(okta, 'alice', { groups: ['A'] });
    const overage = { hasgroups: true };
    const { removed, warnings } = await acme.signedIn(okta, 'alice', overage);
    expect(removed).toEqual([]);
    expect(warnings.map(({ code }) => code)).toContain('claim-incomplete');
    expect(await acme.held(member.id)).toEqual(['org-member force']);
  });

  it('M9: the completer is asked before the transaction, and its failure or slowness changes nothing', async () => {
    await fresh();
    await acme.mapping(okta, { value: 'A', role: 'org-member' });
    const asked: string[] = [];
    const attempt = (complete: () => Promise<ReturnType<typeof claimsOf> | undefined>, subject: string) =>
      signIn(
        {
          ...world.context,
          completerTimeoutMs: 20,
          completer: { complete: (input) => (asked.push(input.subject), complete()) },
        },
        {
          connection: okta,
          issuer: 'https://idp.test',
          format: 'sub',
          subject,
          claims: claimsOf({ hasgroups: true }),
        },
      );
    const completed = await attempt(() => Promise.resolve(claimsOf({ groups: ['A'] })), 'one');
    expect(completed).toMatchObject({ outcome: 'signed-in', added: [{ role: 'org-member' }] });
    expect(await attempt(() => Promise.reject(new Error('down')), 'two')).toMatchObject({ added: [] });
    expect(await attempt(() => new Promise(() => undefined), 'three')).toMatchObject({ added: [] });
    expect(asked).toEqual(['one', 'two', 'three']);
  });
});

describe('S2: a sync touches its own grants alone', () => {
  it('leaves api grants and those of other connections the same bytes', async () => {
    await fresh();
    const saml = await acme.connection({ name: 'Acme SAML', protocol: 'saml' });
    await acme.mapping(okta, { value: 'A', role: 'org-member' });
    await acme.mapping(saml, { value: 'A', role: 'org-member' });
    await putResource(acme.context, {
      organization: acme.id,
      resource: { type: 'workspace', id: 'platform' },
      actor: key,
    });
    const { member } = await acme.signedIn(okta, 'alice', { groups: ['A'] });
    await acme.signedIn(saml, 'alice', { groups: ['A'] });
    for (const assignment of [
      { role: 'org-guest' },
      { role: 'org-member' },
      { role: 'workspace-admin', resource: { type: 'workspace', id: 'platform' } },
    ]) {
      await assignRole(acme.context, {
        organization: acme.id,
        member: member.id,
        actor: key,
        ...assignment,
      });
    }
    const others = async () => {
      const rows = (await world.rows('grants', acme.id)).filter(({ source }) => source !== `sso:${okta}`);
      const ids = new Set(rows.map(({ id }) => id));
      const evidence = await world.rows('grant_evidence', acme.id);
      return JSON.stringify([rows, evidence.filter(({ grant_id }) => ids.has(grant_id))]);
    };
    const before = await others();
    world.now += 60_000;
    await acme.signedIn(okta, 'alice', { groups: [] });
    expect(await others()).toBe(before);
    expect(await acme.held(member.id)).toEqual([
      'org-guest api',
      'org-member api',
      'org-member force',
      'workspace-admin api platform',
    ]);
    await acme.signedIn(okta, 'alice', { groups: ['A'] });
    expect(await others()).toBe(before);
  });
});

describe('S4: import runs once, for those whom the connection made', () => {
  it('neither adds nor removes at later sign-ins', async () => {
    await fresh();
    const design = { claim: 'department', value: 'Design', role: 'org-guest', syncMode: 'import' };
    await acme.mapping(okta, design);
    const { member } = await acme.signedIn(okta, 'dana', { department: 'Design' });
    expect(await acme.held(member.id)).toEqual(['org-guest import']);
    await acme.signedIn(okta, 'dana', { department: 'Sales' });
    expect(await acme.held(member.id)).toEqual(['org-guest import']);
    const [grant] = await acme.grants(member.id);
    await revokeRole(acme.context, {
      organization: acme.id,
      member: member.id,
      assignment: grant?.id ?? '',
      actor: key,
    });
    await acme.signedIn(okta, 'dana', { department: 'Design' });
    expect(await acme.held(member.id)).toEqual([]);
  });

  it('does not run for a member who was invited, nor through a second connection', async () => {
    await fresh();
    const saml = await acme.connection({ protocol: 'saml' });
    for (const connection of [okta, saml]) {
      await acme.mapping(connection, { value: 'A', role: 'org-guest', syncMode: 'import' });
    }
    await inviteMember(acme.context, {
      organization: acme.id,
      email: `carol@${acme.domain}`,
      actor: key,
    });
    expect(await acme.signedIn(okta, 'carol', { groups: ['A'] })).toMatchObject({
      linkedBy: 'email',
      added: [],
    });
    expect(await acme.signedIn(okta, 'carol', { groups: ['A'] })).toMatchObject({ added: [] });
    await acme.signedIn(okta, 'dana', { groups: [] });
    expect(await acme.signedIn(saml, 'dana', { groups: ['A'] })).toMatchObject({
      linkedBy: 'email',
      added: [],
    });
  });

  it('M9: waits for the first complete sign-in', async () => {
    await fresh();
    await acme.mapping(okta, { value: 'A', role: 'org-guest', syncMode: 'import' });
    const { member } = await acme.signedIn(okta, 'dana', { groups: ['A'], hasgroups: true });
    expect(await acme.held(member.id)).toEqual([]);
    await acme.signedIn(okta, 'dana', { groups: ['A'] });
    expect(await acme.held(member.id)).toEqual(['org-guest import']);
    await acme.signedIn(okta, 'dana', { groups: [] });
    expect(await acme.held(member.id)).toEqual(['org-guest import']);
  });

  it('S5: a role given by both modes has two grants, and an import grant outlives its mapping', async () => {
    await fresh();
    const once = await acme.mapping(okta, { value: 'A', role: 'org-guest', syncMode: 'import' });
    await acme.mapping(okta, { value: 'A', role: 'org-guest' });
    const { member } = await acme.signedIn(okta, 'dana', { groups: ['A'] });
    expect(await acme.held(member.id)).toEqual(['org-guest force', 'org-guest import']);
    await editMapping(acme.context, {
      organization: acme.id,
      mapping: once,
      actor: key,
      changes: { value: 'B' },
    });
    await acme.signedIn(okta, 'dana', { groups: [] });
    expect(await acme.held(member.id)).toEqual(['org-guest import']);
  });

  it("S5: a connection's default mode is for mappings made after it", async () => {
    await fresh();
    await acme.mapping(okta, { value: 'A', role: 'org-guest' });
    await updateConnection(acme.context, {
      organization: acme.id,
      connection: okta,
      actor: key,
      changes: { defaultSyncMode: 'import' },
      sharedIssuer: false,
    });
    await acme.mapping(okta, { value: 'A', role: 'org-member' });
    const { member } = await acme.signedIn(okta, 'dana', { groups: ['A'] });
    expect(await acme.held(member.id)).toEqual(['org-guest force', 'org-member import']);
  });
});

describe('M8: a role that cannot be given any more', () => {
  it('is skipped with a warning, and made anew under its slug revives nothing', async () => {
    await fresh();
    const custom = { organization: acme.id, slug: 'custom-auditor', name: 'Auditor', actor: key };
    await createRole(acme.context, { ...custom, permissions: ['invoice:view'] });
    await acme.mapping(okta, { value: 'A', role: 'custom-auditor' });
    const { member } = await acme.signedIn(okta, 'alice', { groups: ['A'] });
    expect(await acme.held(member.id)).toEqual(['custom-auditor force']);
    const { grants } = await deleteRole(acme.context, {
      organization: acme.id,
      role: 'custom-auditor',
      actor: key,
    });
    expect(grants).toMatchObject([{ member: member.id, source: `sso:${okta}` }]);
    const { warnings, added } = await acme.signedIn(okta, 'alice', { groups: ['A'] });
    expect(warnings.map(({ code }) => code)).toEqual(['role-missing']);
    await createRole(acme.context, { ...custom, permissions: ['organization:manage'] });
    expect(added).toEqual([]);
    expect(await acme.signedIn(okta, 'alice', { groups: ['A'] })).toMatchObject({ added: [], grants: [] });
  });

  it('a tenant role that an IdP may not give any more is taken at the next sign-in', async () => {
    await fresh();
    const custom = { organization: acme.id, actor: key };
    await createRole(acme.context, {
      ...custom,
      slug: 'custom-x',
      name: 'X',
      permissions: ['invoice:view'],
    });
    await acme.mapping(okta, { value: 'A', role: 'custom-x' });
    await acme.signedIn(okta, 'alice', { groups: ['A'] });
    await updateRole(acme.context, { ...custom, role: 'custom-x', changes: { idpGrantable: false } });
    const { removed, warnings } = await acme.signedIn(okta, 'alice', { groups: ['A'] });
    expect(removed).toHaveLength(1);
    expect(warnings.map(({ code }) => code)).toEqual(['role-not-grantable']);
  });
});

describe('M12, M13', () => {
  it('M12: highest grants the first role of the model alone', async () => {
    await fresh();
    await updateOrganization(acme.context, {
      organization: acme.id,
      roleSelection: 'highest',
      actor: key,
    });
    await acme.mapping(okta, { value: 'A', role: 'org-guest' });
    await acme.mapping(okta, { value: 'A', role: 'org-member' });
    const { member } = await acme.signedIn(okta, 'alice', { groups: ['A'] });
    expect(await acme.held(member.id)).toEqual(['org-member force']);
  });

  it('M13: gives roles on resources that exist here, named by captures', async () => {
    const other = await world.organization();
    await fresh();
    const context = { ...world.context, allowResourceMappings: true };
    const put = (tenant: Tenant, id: string) =>
      putResource(context, {
        organization: tenant.id,
        resource: { type: 'workspace', id },
        actor: key,
      });
    await put(acme, 'red');
    await put(other, 'blue');
    await createMapping(context, {
      organization: acme.id,
      actor: key,
      input: {
        source: { connection: okta },
        claim: 'groups',
        match: 'glob',
        value: 'ws-*-admin',
        role: 'workspace-admin',
        resource: { type: 'workspace', id: '$1' },
      },
    });
    const outcome = await signIn(context, {
      connection: okta,
      issuer: 'https://idp.test',
      format: 'sub',
      subject: 'alice',
      claims: claimsOf({ groups: ['ws-red-admin', 'ws-blue-admin'] }),
    });
    expect(outcome).toMatchObject({
      added: [{ role: 'workspace-admin', resource: { type: 'workspace', id: 'red' } }],
      warnings: [{ code: 'resource-missing' }],
    });
  });
});

describe('S12: idempotent and serial', () => {
  it('the same sign-in again writes no grant, no evidence and no audit event', async () => {
    await fresh();
    await acme.mapping(okta, { value: 'A', role: 'org-member' });
    await acme.signedIn(okta, 'alice', { groups: ['A', 'B'] });
    const state = async () => [
      await world.rows('grants', acme.id),
      await world.rows('grant_evidence', acme.id),
      await world.rows('members', acme.id),
      (await world.rows('audit_events', acme.id)).length,
    ];
    const before = await state();
    world.now += 1_000;
    await acme.signedIn(okta, 'alice', { groups: ['B', 'A'] });
    expect(await state()).toEqual(before);
  });

  it('twenty first sign-ins of one person at once make one member', async () => {
    await fresh();
    await acme.mapping(okta, { value: 'A', role: 'org-member' });
    const all = await Promise.all(
      Array.from({ length: 20 }, () => acme.signedIn(okta, 'alice', { groups: ['A'] })),
    );
    expect(new Set(all.map(({ member }) => member.id)).size).toBe(1);
    expect(all.filter(({ created }) => created)).toHaveLength(1);
    expect(await acme.held(all[0]?.member.id ?? '')).toEqual(['org-member force']);
  });
});

const replayKey = (id: string) => ({ replayKey: { id, expiresAt: world.now + 300_000 } });

describe('L2: replay', () => {
  it('of 100 parallel copies of an assertion one signs in', async () => {
    await fresh();
    const all = await Promise.all(
      Array.from({ length: 100 }, (_, number) =>
        acme.signIn(
          okta,
          'alice',
          {},
          { ...replayKey('assertion'), session: { id: `s${number}`, expiresAt: world.now + 1e6 } },
        ),
      ),
    );
    expect(all.filter(({ outcome }) => outcome === 'signed-in')).toHaveLength(1);
    expect(all.filter((one) => one.outcome === 'refused' && one.code === 'replayed')).toHaveLength(99);
    expect(await world.rows('sessions', acme.id)).toHaveLength(1);
  });

  it('an assertion that was refused is used up too', async () => {
    await fresh();
    const strict = await acme.connection({ denyWithoutRole: true });
    await acme.refused(strict, 'alice', {}, replayKey('once'));
    await acme.mapping(strict, { value: 'A', role: 'org-member' });
    expect(await acme.refused(strict, 'alice', { groups: ['A'] }, replayKey('once'))).toMatchObject({
      code: 'replayed',
    });
    expect(await world.rows('members', acme.id)).toEqual([]);
  });
});

describe('S13, L7: what is written down', () => {
  it('each change has its event with the actor, the mapping, the claim and the value', async () => {
    await fresh();
    const mapping = await acme.mapping(okta, { value: 'A', role: 'org-member' });
    const { member } = await acme.signedIn(okta, 'alice', { groups: ['A'] });
    await acme.signedIn(okta, 'alice', { groups: [] });
    const [added] = await acme.audit('grant.added');
    const cause = { source: `sso:${okta}`, evidence: [{ mapping, claim: 'groups', value: 'A' }] };
    expect(added).toMatchObject({
      actor: { kind: 'sso', id: okta },
      member: member.id,
      cause,
      after: { role: 'org-member', basis: 'force' },
    });
    expect((await acme.audit('grant.removed'))[0]).toMatchObject({ cause, before: { role: 'org-member' } });
    expect(await acme.audit('member.created')).toHaveLength(1);
    expect(await acme.audit('identity.linked')).toMatchObject([{ cause: { by: 'created' } }]);
  });

  it('the trace is redacted and found by its reference', async () => {
    await fresh();
    await acme.mapping(okta, { value: 'A', role: 'org-member' });
    await acme.signedIn(okta, 'alice', { groups: ['A', 'Secret Project'] }, { reference: 'REF1' });
    const trace = await world.store.read.history.traceByReference(acme.id, 'REF1');
    expect(trace).toMatchObject({
      outcome: 'signed-in',
      detail: { holds: ['org-member'], claims: ['groups'] },
    });
    expect(JSON.stringify(trace)).not.toContain('Secret Project');
    const { reference } = await acme.refused(okta, 'eve', {}, { issuer: 'https://evil.test' });
    expect(await world.store.read.history.traceByReference(acme.id, reference)).toMatchObject({
      outcome: 'refused',
      code: 'issuer-mismatch',
      detail: { issuer: 'https://evil.test' },
    });
  });

  it('L4: an e-mail as NameID is warned about, where an admin reads it', async () => {
    await fresh();
    const format = 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress';
    await acme.signedIn(okta, 'alice@acme.test', {}, { format, reference: 'REF2' });
    const trace = await world.store.read.history.traceByReference(acme.id, 'REF2');
    expect(trace).toMatchObject({ outcome: 'signed-in', detail: { advice: 'name-id-is-an-address' } });
  });

  it('A7: changed roles are announced with the commit, unchanged ones are not', async () => {
    await fresh();
    await acme.mapping(okta, { value: 'A', role: 'org-member' });
    const heard: unknown[] = [];
    const stop = world.store.changes.subscribe((change) => heard.push(change));
    const { member } = await acme.signedIn(okta, 'alice', { groups: ['A'] });
    await acme.signedIn(okta, 'alice', { groups: ['A'] });
    stop();
    expect(heard).toMatchObject([{ organization: acme.id, members: [member.id] }]);
  });

  it('the session is in the index, and the change is announced with the commit', async () => {
    await fresh();
    const heard: unknown[] = [];
    const stop = world.store.changes.subscribe((change) => heard.push(change));
    const session = { id: 'hash-1', expiresAt: world.now + 1_000, sessionIndex: 'idx' };
    const { member } = await acme.signedIn(okta, 'alice', {}, { session });
    stop();
    expect(heard).toMatchObject([{ organization: acme.id, members: [member.id] }]);
    expect(await world.store.read.sessions.ofMember(acme.id, member.id)).toMatchObject([
      { id: 'hash-1', connection: okta, subject: 'alice', sessionIndex: 'idx', beganAt: world.now },
    ]);
  });

  it('D3: claims are kept only where the organization says so, and equal claims hash alike', async () => {
    await fresh();
    const { member } = await acme.signedIn(okta, 'alice', { groups: ['A', 'B'], iat: 1 });
    await acme.signedIn(okta, 'alice', { groups: ['B', 'A'], iat: 2 });
    const [identity] = await world.store.read.members.identities(acme.id, member.id);
    expect(identity?.claimsHash).toBe(identity?.previousClaimsHash);
    if (!identity) return;
    expect(await world.store.read.members.lastClaims(identity)).toContain('groups');
    await updateOrganization(acme.context, { organization: acme.id, keepClaims: false, actor: key });
    await acme.signedIn(okta, 'alice', { groups: ['A'] });
    expect(await world.store.read.members.lastClaims(identity)).toBeUndefined();
  });
});
