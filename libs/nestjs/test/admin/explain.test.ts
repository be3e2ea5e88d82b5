import { claimsOf } from '@idp-roles/mapping';
import { signIn } from '@idp-roles/use-cases';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startAdmin, type AdminHost } from './admin-host.js';
import { oidc } from './identity-provider.js';
import { expectProblem, prepare, type Prepared } from './prepared.js';

let host: AdminHost;
let at: Prepared;
let alice: string;
let mapping: string;
beforeAll(async () => {
  host = await startAdmin();
  at = await prepare(host);
  alice = `${at.org}/members/${at.alice}`;
  const source = { connection: at.connection };
  const body = { source, claim: 'groups', value: 'Engineering', role: 'org-member' };
  mapping = (await host.post(`${at.org}/role-mappings`, body)).body.id;
  const resource = { type: 'workspace', id: 'platform' };
  await host.post(`${alice}/role-assignments`, { role: 'workspace-admin', resource }).expect(201);
  const outcome = await signIn(host.context, {
    connection: at.connection,
    issuer: oidc.issuer,
    format: 'sub',
    subject: 'alice',
    email: 'alice@acme.test',
    claims: claimsOf({ groups: ['Engineering', 'finance'], email: 'alice@acme.test' }),
  });
  expect(outcome.outcome).toBe('signed-in');
});
afterAll(() => host.close());

describe('after a sign-in', () => {
  it('the member’s roles name their source, basis and mapping', async () => {
    const { body } = await host.get(alice);
    expect(body).toMatchObject({ status: 'active', email: 'alice@acme.test' });
    expect(body.roles).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          role: 'org-member',
          source: `sso:${at.connection}`,
          basis: 'force',
          mapping,
        }),
        expect.objectContaining({ role: 'workspace-admin', source: 'api', basis: 'api' }),
      ]),
    );
    expect(body.roles).toHaveLength(2);
  });

  it('a role that a mapping gives is not taken away by hand: 409 with the mappings', async () => {
    const { body } = await host.get(`${alice}/role-assignments`);
    const force = body.data.find(({ basis }: { basis: string }) => basis === 'force');
    const answer = await host.delete(`${alice}/role-assignments/${force.id}`);
    expectProblem(answer, 409, 'grant-owned-by-mapping');
    expect(answer.body.subjects).toEqual([mapping]);
  });

  it('explain says where each role comes from', async () => {
    const { status, body } = await host.get(`${alice}/explain`);
    expect(status).toBe(200);
    expect(body.member).toMatchObject({ id: at.alice, status: 'active' });
    const member = body.roles.find(({ role }: { role: string }) => role === 'org-member');
    expect(member.grants).toMatchObject([
      {
        source: `sso:${at.connection}`,
        connection: 'Acme IdP',
        basis: 'force',
        since: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
        evidence: [{ mapping, claim: 'groups', value: 'Engineering', name: 'groups', via: 'name' }],
      },
    ]);
  });

  it('explain says why a role is lacked', async () => {
    const source = { connection: at.connection };
    const near = { source, claim: 'groups', value: 'Finance', role: 'org-billing' };
    const { id } = (await host.post(`${at.org}/role-mappings`, near)).body;
    const { body } = await host.get(`${alice}/explain?role=org-billing`);
    expect(body.whyNot).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ mapping: id, code: 'case-mismatch', nearly: 'finance' }),
      ]),
    );
    const none = await host.get(`${alice}/explain?role=org-admin`);
    expect(none.body.whyNot).toEqual([expect.objectContaining({ code: 'no-mapping' })]);
  });

  it('explain asks about one resource by type and id together', async () => {
    const { body } = await host.get(
      `${alice}/explain?role=workspace-admin&resourceType=workspace&resourceId=platform`,
    );
    expect(body.roles).toHaveLength(1);
    const half = await host.get(`${alice}/explain?resourceType=workspace`);
    expect(expectProblem(half, 400, 'query-invalid')).toEqual({ resourceId: 'required' });
  });

  it('explain says whether a role is held now, and what would do', async () => {
    const held = await host.get(`${alice}/explain?role=org-member`);
    expect(held.body).toMatchObject({ allowed: true });
    expect(held.body).not.toHaveProperty('nearest');
    const lacked = await host.get(`${alice}/explain?role=project-editor&resourceType=project&resourceId=api`);
    const api = { type: 'project', id: 'api' };
    expect(lacked.body).toMatchObject({
      allowed: false,
      nearest: { code: 'role-lacking', role: 'project-editor', resource: api, adds: expect.any(Array) },
    });
    expect((await host.get(`${alice}/explain`)).body).not.toHaveProperty('allowed');
    expect((await host.get(`${alice}/explain?role=org-nothing`)).body).toMatchObject({ allowed: false });
  });

  it('explain asks again what a decision was about, and says whether anything has changed', async () => {
    const resource = { type: 'workspace', id: 'platform' };
    const asked = { permission: 'invoice:view', resource };
    const { decisionId } = (await host.post(`${alice}/check`, asked)).body;
    const explain = (id: string) => host.get(`${alice}/explain?decisionId=${encodeURIComponent(id)}`);
    const { body } = await explain(decisionId);
    expect(body.decision).toEqual({
      code: 'access-denied',
      asked: [asked],
      at: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      changed: false,
      now: [
        {
          allowed: false,
          code: 'not-included',
          reasons: [],
          nearest: { code: 'role-lacking', role: 'org-billing', adds: [] },
        },
      ],
    });
    const billing = await host.post(`${alice}/role-assignments`, { role: 'org-billing' }).expect(201);
    expect((await explain(decisionId)).body.decision).toMatchObject({
      changed: true,
      now: [{ allowed: true, reasons: [{ role: 'org-billing', source: 'api' }] }],
    });
    await host.delete(`${alice}/role-assignments/${billing.body.id}`).expect(204);

    const bob = (await host.post(`${at.org}/members`, { email: 'bob@acme.test' })).body.id;
    const foreign = await host.get(`${at.org}/members/${bob}/explain?decisionId=${decisionId}`);
    expectProblem(foreign, 404, 'decision-unknown');
    for (const forged of [`${decisionId.slice(0, -3)}AAA`, 'x', 'a'.repeat(5_000), '../..', '%00'.repeat(3)])
      expectProblem(await explain(forged), 404, 'decision-unknown');
    for (const wrong of ['?decisionId=', '?decisionId=a&decisionId=b', '?decisionId[a]=b'])
      expectProblem(await host.get(`${alice}/explain${wrong}`), 400, 'query-invalid');
    host.now.offset = 91 * 86_400_000;
    expectProblem(await explain(decisionId), 410, 'decision-stale');
    host.now.offset = 0;
  });

  it('S9: disabling the mapping takes what only it gave', async () => {
    await host.patch(`${at.org}/role-mappings/${mapping}`, { enabled: false }).expect(200);
    const { body } = await host.get(alice);
    expect(body.roles).toMatchObject([{ role: 'workspace-admin', basis: 'api' }]);
  });
});
