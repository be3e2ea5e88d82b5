import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { inviteMember, updateOrganization } from '../src/index.js';
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

const invite = (email: string) => inviteMember(acme.context, { organization: acme.id, email, actor: key });

/** As an admin or a directory would, for whom there is no verb yet. */
async function setStatus(member: string, status: 'suspended' | 'deprovisioned'): Promise<void> {
  await world.store.transaction(async (tx) => {
    const found = await tx.members.get(acme.id, member);
    if (found) await tx.members.update({ ...found, status });
  });
}

describe('L4: who a sign-in belongs to', () => {
  it('an invited member by e-mail, who is active from then on', async () => {
    const { id } = await invite(`Carol@${acme.domain.toUpperCase()}`);
    const outcome = await acme.signedIn(okta, 'carol');
    expect(outcome).toMatchObject({ linkedBy: 'email', created: false, member: { id, status: 'active' } });
    expect(await acme.audit('member.activated')).toHaveLength(1);
    expect(await acme.signedIn(okta, 'carol')).toMatchObject({ linkedBy: 'identity', member: { id } });
  });

  it('an existing member through a second connection', async () => {
    const saml = await acme.connection({ protocol: 'saml', issuer: 'urn:saml' });
    const { member } = await acme.signedIn(okta, 'alice');
    const again = await acme.signedIn(saml, 'alice', {}, { issuer: 'urn:saml' });
    expect(again).toMatchObject({ linkedBy: 'email', member: { id: member.id } });
  });

  it('nobody where the domain is not proven: refused, since the address is taken', async () => {
    await invite('carol@elsewhere.test');
    const foreign = { email: 'carol@elsewhere.test' };
    expect(await acme.refused(okta, 'carol', {}, foreign)).toMatchObject({ code: 'email-taken' });
    await updateOrganization(acme.context, {
      organization: acme.id,
      domains: [acme.domain, 'elsewhere.test'],
      actor: { kind: 'member', id: 'mem_x' },
    });
    expect(await acme.refused(okta, 'carol', {}, foreign)).toMatchObject({ code: 'email-taken' });
    const doubled = { email: `carol@evil@${acme.domain}` };
    await world.store.transaction(async (tx) => {
      const [carol] = await tx.members.byEmail(acme.id, 'carol@elsewhere.test');
      if (carol) await tx.members.update({ ...carol, email: doubled.email });
    });
    expect(await acme.refused(okta, 'carol', {}, doubled)).toMatchObject({ code: 'email-taken' });
  });

  it('nobody where the IdP calls the address unverified', async () => {
    await invite(`carol@${acme.domain}`);
    expect(await acme.refused(okta, 'carol', {}, { emailVerified: false })).toMatchObject({
      code: 'email-unverified',
    });
    expect(await acme.signedIn(okta, 'carol', {}, { emailVerified: true })).toMatchObject({
      linkedBy: 'email',
    });
  });

  it('an unverified address is written to nobody: its owner is not led to who registered it first', async () => {
    const second = await acme.connection();
    const squatter = { email: `ceo@${acme.domain}`, emailVerified: false };
    const first = await acme.signedIn(okta, 'mallory', {}, squatter);
    expect(first.member.email).toBeUndefined();
    const ceo = await acme.signedIn(second, 'ceo');
    expect(ceo).toMatchObject({ created: true });
    expect(ceo.member.id).not.toBe(first.member.id);
  });

  it('nobody who is bound to another subject of the same connection', async () => {
    await acme.signedIn(okta, 'alice');
    const impostor = { email: `alice@${acme.domain}` };
    expect(await acme.refused(okta, 'mallory', {}, impostor)).toMatchObject({ code: 'identity-conflict' });
    const otherFormat = { ...impostor, format: 'claim:oid' };
    expect(await acme.refused(okta, 'alice', {}, otherFormat)).toMatchObject({ code: 'identity-conflict' });
  });

  it('compares subjects byte by byte', async () => {
    const one = await acme.signedIn(okta, 'abc', {}, { email: undefined });
    const other = await acme.signedIn(okta, 'ABC', {}, { email: undefined });
    expect(other.member.id).not.toBe(one.member.id);
  });

  it('never across organizations', async () => {
    const globex = await world.organization();
    const theirs = await globex.connection();
    const { member } = await acme.signedIn(okta, 'alice');
    const same = { email: `alice@${acme.domain}` };
    const outcome = await globex.signedIn(theirs, 'alice', {}, same);
    expect(outcome.created).toBe(true);
    expect(outcome.member).toMatchObject({ organization: globex.id });
    expect(outcome.member.id).not.toBe(member.id);
  });

  it('a member is not made where the connection makes none', async () => {
    const closed = await acme.connection({ jit: false });
    expect(await acme.refused(closed, 'eve')).toMatchObject({ code: 'member-unknown' });
    await invite(`eve@${acme.domain}`);
    expect(await acme.signedIn(closed, 'eve')).toMatchObject({ linkedBy: 'email' });
  });

  it('a refused newcomer leaves the trace alone', async () => {
    const closed = await acme.connection({ jit: false });
    const { reference } = await acme.refused(closed, 'eve');
    for (const table of ['members', 'identities', 'grants', 'sessions', 'claims_seen']) {
      expect(await world.rows(table, acme.id)).toEqual([]);
    }
    expect(await world.store.read.history.traceByReference(acme.id, reference)).toMatchObject({
      code: 'member-unknown',
    });
  });
});

describe('L4: a changed e-mail', () => {
  it('updates the member and moves no identity', async () => {
    const { member } = await acme.signedIn(okta, 'alice');
    const married = { email: `alice.new@${acme.domain}`, name: 'Alice New' };
    const again = await acme.signedIn(okta, 'alice', {}, married);
    expect(again.member).toMatchObject({ id: member.id, ...married });
    expect(await world.rows('identities', acme.id)).toHaveLength(1);
    const heir = await acme.signedIn(okta, 'alice2', {}, { email: `alice@${acme.domain}` });
    expect(heir.created).toBe(true);
  });

  it("is not taken over where it is another member's, or unverified", async () => {
    await acme.signedIn(okta, 'bob');
    const { member } = await acme.signedIn(okta, 'alice');
    const greedy = await acme.signedIn(okta, 'alice', {}, { email: `bob@${acme.domain}` });
    expect(greedy.member).toMatchObject({ id: member.id, email: `alice@${acme.domain}` });
    expect(world.events).toContainEqual({ type: 'email-kept', organization: acme.id, member: member.id });
    const unverified = { email: `boss@${acme.domain}`, emailVerified: false };
    expect((await acme.signedIn(okta, 'alice', {}, unverified)).member.email).toBe(`alice@${acme.domain}`);
  });
});

describe('L4: an address that a sign-in changed', () => {
  const squat = async (more: object = {}) => {
    const mallory = await acme.signedIn(okta, 'mallory', {}, { email: `mallory@${acme.domain}` });
    await acme.signedIn(okta, 'mallory', {}, { email: `ceo@${acme.domain}`, ...more });
    return mallory.member.id;
  };

  it("leads nobody: the owner's first sign-in elsewhere is refused, not joined to who took the address", async () => {
    const second = await acme.connection({ issuer: 'https://other.test' });
    await acme.mapping(second, { value: 'Executives', role: 'org-admin' });
    const mallory = await squat();
    const ceo = [second, 'ceo', { groups: ['Executives'] }, { issuer: 'https://other.test' }] as const;
    const { code, reference } = await acme.refused(...ceo);
    expect(code).toBe('email-taken');
    const trace = await world.store.read.history.traceByReference(acme.id, reference);
    expect(trace).toMatchObject({
      member: mallory,
      detail: { reason: expect.stringContaining('later sign-in') },
    });
    expect(await acme.held(mallory)).toEqual([]);
    await acme.signedIn(okta, 'mallory', {}, { email: `ceo@${acme.domain}` });
    expect(await acme.refused(...ceo)).toMatchObject({ code: 'email-taken' });
    await squat({ email: `mallory@${acme.domain}` });
    expect(await acme.signedIn(...ceo)).toMatchObject({ created: true });
  });

  it('nor does one that a member without an address brings later', async () => {
    const second = await acme.connection();
    await acme.signedIn(okta, 'mallory', {}, { email: undefined });
    await acme.signedIn(okta, 'mallory', {}, { email: `ceo@${acme.domain}` });
    expect(await acme.refused(second, 'ceo')).toMatchObject({ code: 'email-taken' });
  });

  it('leads its owner where the IdP said that it is verified, at the change or later', async () => {
    const second = await acme.connection();
    const id = await squat({ emailVerified: true });
    expect(await acme.signedIn(second, 'ceo')).toMatchObject({ linkedBy: 'email', member: { id } });
    const third = await acme.connection();
    const bob = await acme.signedIn(okta, 'bob');
    const renamed = { email: `robert@${acme.domain}` };
    await acme.signedIn(okta, 'bob', {}, renamed);
    expect(await acme.refused(third, 'robert')).toMatchObject({ code: 'email-taken' });
    await acme.signedIn(okta, 'bob', {}, { ...renamed, emailVerified: true });
    await acme.signedIn(okta, 'bob', {}, renamed);
    expect(await acme.signedIn(third, 'robert')).toMatchObject({ member: { id: bob.member.id } });
  });

  it('goes on leading where only its case changed', async () => {
    const second = await acme.connection();
    const { member } = await acme.signedIn(okta, 'alice');
    await acme.signedIn(okta, 'alice', {}, { email: `Alice@${acme.domain.toUpperCase()}` });
    expect(await acme.signedIn(second, 'alice')).toMatchObject({ member: { id: member.id } });
  });
});

describe('L4: addresses that only look alike', () => {
  it.each([
    ['a fullwidth letter in the domain', (domain: string) => `mike@${domain.replace('a', '\uff41')}`],
    ['the Kelvin sign', (domain: string) => `mi\u212ae@${domain}`],
  ])('%s: not linked, and not linked to', async (_, alike) => {
    const second = await acme.connection();
    const { id } = await invite(`mike@${acme.domain}`);
    const email = alike(acme.domain);
    const { code, reference } = await acme.refused(okta, 'mallory', {}, { email });
    expect(code).toBe('email-taken');
    const trace = await world.store.read.history.traceByReference(acme.id, reference);
    expect(trace).toMatchObject({ member: id, detail: { reason: expect.stringContaining('alike') } });

    const other = await world.organization();
    const [first, later] = [await other.connection(), await other.connection()];
    await other.signedIn(first, 'mallory', {}, { email: alike(other.domain) });
    expect(await other.refused(later, 'mike')).toMatchObject({ code: 'email-taken' });
    const third = await world.organization();
    const [here, there] = [await third.connection(), await third.connection()];
    await third.signedIn(here, 'mallory');
    await third.signedIn(here, 'mallory', {}, { email: alike(third.domain), emailVerified: true });
    expect(await third.refused(there, 'mike')).toMatchObject({ code: 'email-taken' });
    expect(await acme.signedIn(second, 'mike')).toMatchObject({ member: { id } });
  });

  it.each(['b\u00fccher', 'B\u00fcCHER', 'xn--bcher-KVA'])(
    'a domain may be sent in either spelling: %s',
    async (sent) => {
      const name = `${acme.domain.replace('.', '-')}.test`;
      await updateOrganization(acme.context, {
        organization: acme.id,
        domains: [`b\u00fccher.${name}`],
        actor: key,
      });
      const { id } = await invite(`anna@b\u00fccher.${name}`);
      expect(await acme.signedIn(okta, 'anna', {}, { email: `Anna@${sent}.${name}` })).toMatchObject({
        member: { id },
      });
    },
  );

  it('an invitation links, whatever the spelling in which the admin wrote it', async () => {
    const { id } = await invite(`anna@${acme.domain.replace('a', '\uff41')}`);
    expect(await acme.signedIn(okta, 'anna')).toMatchObject({ member: { id } });
  });

  it('one that is written the way it is kept links, whatever its letters', async () => {
    const { id } = await invite(`j\u00f6rg@${acme.domain}`);
    const email = `J\u00f6rg@${acme.domain.toUpperCase()}`;
    expect(await acme.signedIn(okta, 'joerg', {}, { email })).toMatchObject({ member: { id } });
  });
});

describe('S8: whom an admin or a directory shut out', () => {
  it('is refused by identity, and their role changes are not made', async () => {
    await acme.mapping(okta, { value: 'A', role: 'org-member' });
    const { member } = await acme.signedIn(okta, 'alice');
    await setStatus(member.id, 'suspended');
    expect(await acme.refused(okta, 'alice', { groups: ['A'] })).toMatchObject({ code: 'member-suspended' });
    await setStatus(member.id, 'deprovisioned');
    expect(await acme.refused(okta, 'alice', { groups: ['A'] })).toMatchObject({
      code: 'member-deprovisioned',
    });
    expect(await acme.grants(member.id)).toEqual([]);
  });

  it('is not made anew by e-mail under another subject or connection', async () => {
    const second = await acme.connection();
    const { id } = await invite(`alice@${acme.domain}`);
    await setStatus(id, 'suspended');
    expect(await acme.refused(okta, 'alice')).toMatchObject({ code: 'member-suspended' });
    await setStatus(id, 'deprovisioned');
    expect(await acme.refused(second, 'alice')).toMatchObject({ code: 'member-deprovisioned' });
    expect(await world.rows('members', acme.id)).toHaveLength(1);
  });

  it.each(['suspended', 'deprovisioned'] as const)(
    'does not come back as a newcomer, or as somebody else, by another connection of the same IdP (%s)',
    async (status) => {
      const second = await acme.connection();
      const third = await acme.connection({ issuer: 'https://other.test' });
      const { member } = await acme.signedIn(okta, 'bad');
      await acme.signedIn(third, 'bob', {}, { issuer: 'https://other.test' });
      await setStatus(member.id, status);
      for (const email of [undefined, `bad+1@${acme.domain}`, `bob@${acme.domain}`]) {
        expect(await acme.refused(second, 'bad', {}, { email })).toMatchObject({ code: `member-${status}` });
      }
      expect(await world.rows('members', acme.id)).toHaveLength(2);
      expect(await acme.signedIn(second, 'good')).toMatchObject({ created: true });
      const another = { format: 'claim:oid', email: undefined };
      expect(await acme.signedIn(second, 'bad', {}, another)).toMatchObject({ created: true });
    },
  );

  it('an admin may invite the address of someone deprovisioned anew; the old identity stays shut out', async () => {
    const second = await acme.connection();
    const { member } = await acme.signedIn(okta, 'alice');
    await setStatus(member.id, 'deprovisioned');
    const { id } = await invite(`alice@${acme.domain}`);
    expect(await acme.refused(okta, 'alice')).toMatchObject({ code: 'member-deprovisioned' });
    expect(await acme.signedIn(second, 'alice')).toMatchObject({ member: { id } });
  });
});

describe('refused before anybody is looked for', () => {
  it.each(['draft', 'disabled'] as const)('a connection that is %s', async (state) => {
    await world.store.transaction(async (tx) => {
      const found = await tx.connections.get(acme.id, okta);
      if (found) await tx.connections.update({ ...found, state });
    });
    expect(await acme.refused(okta, 'alice')).toMatchObject({ code: 'connection-not-active' });
  });

  it('an unknown connection, an id that is none, another issuer, an empty subject', async () => {
    expect(await acme.refused(`${okta.slice(0, -1)}!`, 'alice')).toMatchObject({
      code: 'connection-unknown',
    });
    expect(await acme.refused('nonsense', 'alice')).toMatchObject({ code: 'connection-unknown' });
    expect(await acme.refused(okta, 'alice', {}, { issuer: 'https://idp.test/' })).toMatchObject({
      code: 'issuer-mismatch',
    });
    expect(await acme.refused(okta, '', {}, {})).toMatchObject({ code: 'subject-invalid' });
    expect(await world.rows('members', acme.id)).toEqual([]);
  });

  it('L10: required claims, before anything is written, the used assertion id included', async () => {
    const shared = await acme.connection({
      sharedIssuer: true,
      requiredClaims: { tid: ['t1', 't2'], hd: 'acme' },
    });
    const replayKey = { id: 'a1', expiresAt: world.now + 1e6 };
    const wrong: readonly Record<string, unknown>[] = [
      {},
      { tid: 't3', hd: 'acme' },
      { tid: 't1' },
      { tid: 'T1', hd: 'acme' },
      { tid: { t1: true }, hd: 'acme' },
    ];
    for (const claims of wrong) {
      expect(await acme.refused(shared, 'alice', claims, { replayKey })).toMatchObject({
        code: 'required-claims-missing',
      });
    }
    expect(await world.rows('replays', acme.id)).toEqual([]);
    expect(await world.rows('members', acme.id)).toEqual([]);
    await acme.signedIn(shared, 'alice', { tid: 't2', hd: 'acme' }, { replayKey });
  });
});
