import { sourceKey } from '@idp-roles/mapping';
import { defineAccess } from '@idp-roles/access';
import { newId, type Connection } from '@idp-roles/store';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type ExpectedRole,
  scenarioRoles,
  scenarios,
  scenarioSource,
  type Scenario,
} from '../../../../test/scenarios/scenarios.js';
import { startAdmin, type AdminHost } from './admin-host.js';

/** What a preview cannot be told: SAML's attributes, half a sign-in, a directory, and a member's past. */
function isTellable({ attributes, partial, directory, given = {} }: Scenario): boolean {
  const past = given.takenOver === true || given.newerMappings !== undefined || given.anyDomain !== undefined;
  return attributes === undefined && partial === undefined && directory !== true && !past;
}

const model = defineAccess({
  resources: { workspace: { parent: 'organization' }, project: { parent: 'workspace' } },
  roles: Object.fromEntries(
    scenarioRoles.map(({ slug, on, idpGrantable }) => [
      slug,
      {
        permissions: ['workspace:view'],
        idpGrantable,
        ...(on === 'organization' ? {} : { on: 'workspace' as const }),
      },
    ]),
  ),
});

const tellable = scenarios().filter(isTellable);
const hosts = new Map<boolean, AdminHost & { readonly org: string; readonly member: string }>();

beforeAll(async () => {
  for (const allowResourceMappings of [false, true]) {
    const host = await startAdmin({ model, allowResourceMappings });
    const org = (await host.post('/organizations', { name: 'Acme', domains: ['acme.test'] })).body
      .id as string;
    const member = (await host.post(`/organizations/${org}/members`, { email: 'a@acme.test' })).body
      .id as string;
    hosts.set(allowResourceMappings, { ...host, org, member });
  }
});
afterAll(async () => {
  for (const host of hosts.values()) await host.close();
});

it('most scenarios can be told to a preview', () => {
  expect(tellable.length).toBeGreaterThan(scenarios().length / 2);
});

describe.each(tellable)('$file: $name ($rules)', (scenario) => {
  it('previews over HTTP as the engine evaluates', async () => {
    const { given = {} } = scenario;
    const host = hosts.get(given.resources !== undefined);
    if (!host) throw new Error('no host');
    const connection = await store(host, scenario);
    await host
      .patch(`/organizations/${host.org}`, { roleSelection: given.roleSelection ?? 'all' })
      .expect(200);
    const { status, body } = await host.post(`/organizations/${host.org}/role-mappings/preview`, {
      source: { connection },
      claims: scenario.claims ?? {},
      ...(given.importRuns === true ? {} : { member: host.member }),
    });
    expect([status, body.title]).toEqual([200, undefined]);

    expect(sorted(body.grants.map(asWritten))).toEqual(sorted(scenario.roles.map(withoutVia)));
    // The engine may not know what a connection has sent before; a stored connection always does.
    const codes = (body.warnings as { code: string }[]).map(({ code }) => code);
    const told = codes.filter((code) => given.claimsSeen !== undefined || code !== 'claim-never-seen');
    expect(told.toSorted()).toEqual(scenario.warnings.toSorted());
    expect(body.incomplete).toBe(scenario.incomplete);
    const own = scenario.mappings.filter(({ source }) => sourceKey(source) === sourceKey(scenarioSource));
    for (const { id } of own) {
      const why = body.whyNot.find(({ mapping }: { mapping: string }) => mapping === id);
      const expected = scenario.whyNot.get(id);
      expect([id, why?.code, why?.nearly]).toEqual([id, expected?.code, expected?.nearly]);
    }
  });
});

/** Straight into the store, under the ids that the scenario gives: some mappings are such that no admin could write them. */
async function store(
  { store: target, org }: AdminHost & { org: string },
  scenario: Scenario,
): Promise<string> {
  const { given = {} } = scenario;
  const id = newId('con', org);
  const connection: Connection = {
    organization: org,
    id,
    name: scenario.name,
    protocol: 'oidc',
    state: 'active',
    settings: {},
    issuer: 'https://idp.acme.test',
    defaultSyncMode: given.defaultSyncMode ?? 'force',
    denyWithoutRole: false,
    absentClaim: given.absentClaim ?? 'revoke',
    jit: true,
    version: 1,
    createdAt: 0,
    updatedAt: 0,
  };
  await target.transaction(async (tx) => {
    await tx.connections.insert(connection, {});
    await tx.connections.addClaimsSeen(org, id, given.claimsSeen ?? [], 0);
    for (const named of given.resources ?? []) {
      const [type = '', resource = ''] = named.split(':');
      await tx.resources.put({ organization: org, type, id: resource, createdAt: 0 });
    }
    for (const mapping of scenario.mappings) {
      const stored = await tx.mappings.get(org, mapping.id);
      if (stored) await tx.mappings.delete(org, mapping.id);
      const source =
        sourceKey(mapping.source) === sourceKey(scenarioSource) ? { connection: id } : mapping.source;
      await tx.mappings.insert({
        organization: org,
        mapping: { ...mapping, source },
        createdAt: 0,
        updatedAt: 0,
      });
    }
  });
  return id;
}

interface Previewed {
  readonly role: string;
  readonly basis: string;
  readonly resource?: object;
  readonly evidence: readonly { readonly mapping: string; readonly value: string }[];
}

function asWritten({ role, basis, resource, evidence }: Previewed) {
  const because = sorted(evidence.map(({ mapping, value }) => ({ [mapping]: value })));
  return { role, basis, ...(resource && { resource }), because };
}

function withoutVia({ role, basis, resource, because }: ExpectedRole) {
  return { role, basis, ...(resource && { resource }), because: sorted(because) };
}

function sorted<T>(items: readonly T[]): T[] {
  return items.toSorted((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1));
}
