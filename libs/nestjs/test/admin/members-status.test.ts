import type { Simulator } from '@idp-roles/simulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AssignmentService, MemberService } from '../../src/index.js';
import { LiveAccess } from '../../src/live/live-access.js';
import { UseCases } from '../../src/use-cases.js';
import { Browser } from '../sign-in/browser.js';
import {
  connectAcme,
  SERVICE_KEY,
  startHost,
  startIdp,
  type HostApp,
  type Tenant,
} from '../sign-in/host-app.js';

let host: HostApp;
let idp: Simulator;
let acme: Tenant;

beforeAll(async () => {
  [host, idp] = await Promise.all([startHost(), startIdp()]);
  acme = await connectAcme(host, idp);
});
afterAll(async () => {
  await host?.close();
  await idp?.close();
});

const store = () => host.app.get(UseCases).context.store;

async function idOf(login: string): Promise<string> {
  const [member] = await store().read.members.byEmail(acme.organization, `${login}@acme.test`);
  return member!.id;
}

async function patch(member: string, body: unknown, organization = acme.organization) {
  const answer = await fetch(`${host.url}/idp-roles/v1/organizations/${organization}/members/${member}`, {
    method: 'PATCH',
    headers: { authorization: `Bearer ${SERVICE_KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

const rolesOf = (body: Record<string, unknown>) =>
  (body['roles'] as { role: string; basis: string }[]).map(({ role, basis }) => `${role} ${basis}`);

describe('PATCH of a member’s status', () => {
  it('S8: a suspended member is out at once, and the old session stays dead after they are let in again', async () => {
    const alice = new Browser();
    await alice.signIn(host.url, acme.oidc, idp, 'alice');
    expect((await alice.get(`${host.url}/me`)).status).toBe(200);
    const id = await idOf('alice');
    const assignments = host.app.get(AssignmentService);
    await assignments.assign({ organization: acme.organization, member: id, role: 'org-billing' });
    expect((await alice.get(`${host.url}/invoices`)).status).toBe(200);

    const suspended = await patch(id, { status: 'suspended' });
    expect([suspended.status, suspended.body['status']]).toEqual([200, 'suspended']);
    expect(rolesOf(suspended.body)).toEqual(['org-billing api']);
    for (const path of ['me', 'invoices', 'sso/session'])
      expect((await alice.get(`${host.url}/${path}`)).status, path).toBe(401);
    expect(await store().read.sessions.ofMember(acme.organization, id)).toEqual([]);

    const refused = await new Browser().signIn(host.url, acme.oidc, idp, 'alice');
    expect(refused.status).toBe(403);
    expect(await refused.text()).toContain('member-suspended');

    const active = await patch(id, { status: 'active' });
    expect([active.status, active.body['status']]).toEqual([200, 'active']);
    expect(rolesOf(active.body)).toEqual(['org-billing api']);
    expect((await alice.get(`${host.url}/invoices`)).status, 'the old session').toBe(401);

    const again = new Browser();
    await again.signIn(host.url, acme.oidc, idp, 'alice');
    expect((await again.get(`${host.url}/me`)).status).toBe(200);
    expect((await again.get(`${host.url}/invoices`)).status).toBe(200);
    expect((await alice.get(`${host.url}/me`)).status, 'the old session').toBe(401);
  });

  it('S8: an old session stays dead although a row of it came back, by sessionsValidFrom alone', async () => {
    const bob = new Browser();
    await bob.signIn(host.url, acme.oidc, idp, 'bob');
    const id = await idOf('bob');
    const rows = await store().read.sessions.ofMember(acme.organization, id);
    await patch(id, { status: 'suspended' });
    await patch(id, { status: 'active' });
    await store().transaction(async (tx) => {
      for (const row of rows) await tx.sessions.insert(row);
      await tx.changes.touch(acme.organization, [id]);
    });
    expect((await bob.get(`${host.url}/me`)).status).toBe(401);
    expect((await bob.get(`${host.url}/sso/session`)).status).toBe(401);
  });

  it('A7: what guards know of a member is new when the PATCH is answered', async () => {
    const carol = new Browser();
    await carol.signIn(host.url, acme.oidc, idp, 'carol');
    const id = await idOf('carol');
    const live = host.app.get(LiveAccess);
    // From the second time on there is neither a session nor a grant whose end would tell the guards.
    await patch(id, { status: 'suspended' });
    await patch(id, { status: 'active' });
    expect((await live.snapshot(acme.organization, id))?.status).toBe('active');
    await patch(id, { status: 'suspended' });
    expect((await live.snapshot(acme.organization, id))?.status).toBe('suspended');
    await patch(id, { status: 'active' });
    expect((await live.snapshot(acme.organization, id))?.status).toBe('active');
  });

  it('says the same again without doing it again', async () => {
    const id = await idOf('alice');
    const first = await patch(id, { status: 'suspended' });
    const before = await store().read.members.get(acme.organization, id);
    expect(await patch(id, { status: 'suspended' })).toEqual(first);
    expect(await store().read.members.get(acme.organization, id)).toEqual(before);
    const active = await patch(id, { status: 'active' });
    expect(await patch(id, { status: 'active' })).toEqual(active);
  });

  it('S8: who never signed in is invited again', async () => {
    const members = host.app.get(MemberService);
    const { id } = await members.invite({ organization: acme.organization, email: 'zoe@acme.test' });
    expect((await patch(id, { status: 'active' })).body['status']).toBe('invited');
    expect((await patch(id, { status: 'suspended' })).body['status']).toBe('suspended');
    expect((await patch(id, { status: 'active' })).body['status']).toBe('invited');
  });

  it('is 400, 404 or 409 with a code', async () => {
    const id = await idOf('bob');
    for (const body of [
      {},
      { status: 'deprovisioned' },
      { status: 'invited' },
      { status: null },
      { name: 'B' },
    ])
      expect(await patch(id, body)).toMatchObject({ status: 400, body: { code: 'body-invalid' } });
    const notFound = { status: 404, body: { code: 'member-not-found' } };
    expect(await patch('mem_x_y', { status: 'suspended' })).toMatchObject(notFound);
    const other = await patch(id, { status: 'suspended' }, 'org_0000000000000000');
    expect(other).toMatchObject({ status: 404 });
    await store().transaction(async (tx) => {
      const member = await tx.members.get(acme.organization, id);
      await tx.members.update({ ...member!, status: 'deprovisioned' });
    });
    const owned = { status: 409, body: { code: 'status-owned-by-directory', subjects: [id] } };
    expect(await patch(id, { status: 'suspended' })).toMatchObject(owned);
    expect((await patch(id, { status: 'active' })).body['status']).toBe('active');
  });

  it('is there for the host’s own code as well', async () => {
    const members = host.app.get(MemberService);
    const member = { organization: acme.organization, member: await idOf('bob') };
    expect((await members.suspend(member)).status).toBe('suspended');
    expect((await members.activate({ ...member, by: 'mem_admin' })).status).toBe('active');
    const { data } = await store().read.history.auditEvents(acme.organization, {
      limit: 10,
      action: 'member.reactivated',
    });
    expect(data.some(({ actor }) => actor.kind === 'host' && actor.id === 'mem_admin')).toBe(true);
  });
});
