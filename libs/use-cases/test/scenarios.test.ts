import { sourceKey, type RoleMapping } from '@idp-roles/mapping';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  scenarioRoles,
  scenarios,
  scenarioSource,
  type ExpectedRole,
  type Scenario,
} from '../../../test/scenarios/scenarios.js';
import {
  createOrganization,
  deleteOrganization,
  RulesCache,
  putResource,
  signIn,
  type UseCaseContext,
} from '../src/index.js';
import { key, Tenant, World } from './world.js';

let world: World;
beforeAll(async () => {
  world = await World.open();
});
afterAll(() => world.close());

const model = {
  roles: scenarioRoles.map(({ id, slug, on, idpGrantable }) => ({
    id,
    slug,
    on,
    idpGrantable,
    name: slug,
    keepLastHolder: false,
    permissions: ['organization:view'],
  })),
  resources: new Map([
    ['workspace', 'organization'],
    ['project', 'organization'],
  ]),
  permissions: new Set(['organization:view']),
};

/** Directories and their take-over have a door of their own. */
const throughSignIn = scenarios().filter(
  ({ directory, context }) => directory !== true && !context.takenOver && context.newerMappings === undefined,
);

describe.each(throughSignIn)('$file: $name ($rules)', (scenario) => {
  it('gives these roles for these reasons at a sign-in', async () => {
    await prepare(scenario);
    const { added, warnings } = await enter({ claims: scenario.claimsGiven });
    expect(sorted(added.map(asWritten))).toEqual(sorted(scenario.roles.map(withoutVia)));
    const codes = warnings.map(({ code }) => code);
    // The engine was not told what was seen before; a sign-in always knows.
    const compared = scenario.given?.claimsSeen ? codes : codes.filter((code) => code !== 'claim-never-seen');
    expect(compared.toSorted()).toEqual(scenario.warnings.toSorted());
  });
});

/** Every scenario has the domain `acme.test` to itself. */
afterEach(() => deleteOrganization(world.context, { organization, actor: key }));

let organization = '';
let connection = '';
let context: UseCaseContext;

async function prepare({ given = {}, mappings, context: { resources } }: Scenario): Promise<void> {
  context = {
    ...world.context,
    model,
    rules: new RulesCache(),
    allowResourceMappings: resources !== undefined,
  };
  const { id } = await createOrganization(context, {
    name: 'Acme',
    domains: given.anyDomain === true ? [] : ['acme.test'],
    ...(given.roleSelection && { roleSelection: given.roleSelection }),
    actor: key,
  });
  organization = id;
  connection = await new Tenant(world, id, 'acme.test').connection({
    ...(given.defaultSyncMode && { defaultSyncMode: given.defaultSyncMode }),
    ...(given.absentClaim && { absentClaim: given.absentClaim }),
  });
  for (const resource of resources ?? []) {
    const [type = '', name = ''] = resource.split(':');
    await putResource(context, { organization: id, resource: { type, id: name }, actor: key });
  }
  // Somebody known already, for whom import is done.
  if (given.importRuns !== true) await enter({});
  await world.store.transaction(async (tx) => {
    await tx.organizations.lockRules(id);
    for (const mapping of mappings) {
      const at = world.now;
      await tx.mappings.insert({ organization: id, mapping: ours(mapping), createdAt: at, updatedAt: at });
    }
    if (given.claimsSeen) await tx.connections.addClaimsSeen(id, connection, given.claimsSeen, world.now);
  });
}

/** Written past the checks of `createMapping`: what a scenario shows may have become wrong since. */
function ours(mapping: RoleMapping): RoleMapping {
  return sourceKey(mapping.source) === sourceKey(scenarioSource)
    ? { ...mapping, source: { connection } }
    : mapping;
}

async function enter(more: Partial<Parameters<typeof signIn>[1]>) {
  const outcome = await signIn(context, {
    connection,
    issuer: 'https://idp.test',
    format: 'sub',
    subject: 'somebody',
    claims: { byName: new Map(), incomplete: new Map() },
    ...more,
  });
  if (outcome.outcome !== 'signed-in') throw new Error(`refused: ${outcome.code}`);
  return outcome;
}

function asWritten({ role, basis, resource, evidence }: Awaited<ReturnType<typeof enter>>['added'][number]) {
  const because = evidence.map(({ mapping, value }) => ({ [mapping]: value }));
  return { role, basis, ...(resource && { resource }), because: sorted(because) };
}

function withoutVia({ role, basis, resource, because }: ExpectedRole) {
  return { role, basis, ...(resource && { resource }), because: sorted(because) };
}

function sorted<T>(items: readonly T[]): T[] {
  return items.toSorted((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1));
}
