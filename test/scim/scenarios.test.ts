import { defineAccess } from '@idp-roles/nestjs';
import { sourceKey, type RoleMapping } from '@idp-roles/mapping';
import { expect, it } from 'vitest';
import { scenarioRoles, scenarios, type Scenario } from '../scenarios/scenarios.js';
import { ENTERPRISE, type Json } from './scim-client.js';
import { onEachStore, type ScimDirectory } from './scim-host.js';

const model = defineAccess({
  resources: { workspace: { parent: 'organization' } },
  roles: Object.fromEntries(
    scenarioRoles.map(({ slug, on, idpGrantable }) => [
      slug,
      {
        permissions: ['workspace:view' as const],
        idpGrantable,
        on: on === 'organization' ? ('organization' as const) : ('workspace' as const),
      },
    ]),
  ),
});

/** Claims by the names of M2 that a User or its groups can say in SCIM. */
const sayable: Readonly<Record<string, (user: Json, value: string) => void>> = {
  email: (user, value) => (user['emails'] = [{ value, type: 'work', primary: true }]),
  userName: (user, value) => (user['userName'] = value),
  title: (user, value) => (user['title'] = value),
  'name.familyName': (user, value) => (user['name'] = { familyName: value }),
  department: (user, value) => (user[ENTERPRISE] = { ...user[ENTERPRISE], department: value }),
  [`${ENTERPRISE}:department`]: (user, value) =>
    (user[ENTERPRISE] = { ...user[ENTERPRISE], department: value }),
};
const ofGroups = ['groups', 'groups.id', 'groups.externalId'];

/** What a directory cannot be told: sign-ins, half-known claims, and names that SCIM has no attribute for. */
function isTellable({ claims, partial, given = {}, mappings, directory, context }: Scenario): boolean {
  if (claims === undefined || partial !== undefined) return false;
  const { roleSelection: _, claimsSeen: __, ...past } = given;
  if (directory !== true && Object.keys(past).length > 0) return false;
  const own = sourceKey(context.source);
  if (mappings.some((mapping) => mapping.syncMode === 'import' || sourceKey(mapping.source) !== own))
    return false;
  return Object.entries(claims).every(([name, value]) =>
    ofGroups.includes(name) ? textsIn(value) !== undefined : name in sayable && typeof value === 'string',
  );
}

/** Undefined where these cannot all be groups' names. */
function textsIn(value: unknown): string[] | undefined {
  const texts = typeof value === 'string' ? [value] : value;
  return Array.isArray(texts) && texts.every(isName) ? texts : undefined;
}

function isName(text: unknown): boolean {
  return typeof text === 'string' && text.trim() !== '' && text.isWellFormed() && !text.includes('\0');
}

const tellable = scenarios().filter(isTellable);

it('every scenario of a directory can be told by SCIM, and many others', () => {
  const directories = scenarios().filter(({ directory }) => directory === true);
  expect(tellable).toEqual(expect.arrayContaining(directories));
  expect(tellable.length).toBeGreaterThan(directories.length * 2);
});

onEachStore(
  'scenarios at the door of SCIM',
  (host) => {
    it.each(tellable.map((scenario) => ({ title: `${scenario.file}: ${scenario.name}`, scenario })))(
      '$title',
      async ({ scenario }) => {
        const { admin } = host();
        const directory = await host().directory({ domain: 'acme.test' });
        const at = `/organizations/${directory.organization}`;
        try {
          const roleSelection = scenario.given?.roleSelection ?? 'all';
          await admin.call('PATCH', at, { roleSelection }, 200);
          const user = await tell(directory, scenario, (mappings) => map(directory, mappings));
          const members = await admin.call<{ data: Json[] }>('GET', `${at}/members`);
          const held = ((members.data[0]?.['roles'] ?? []) as Json[]).map(
            ({ role, basis }) => `${role} ${basis}`,
          );
          const expected = scenario.roles.map(({ role, basis }) => `${role} ${basis}`);
          expect(held.toSorted(), JSON.stringify(user)).toEqual(expected.toSorted());
        } finally {
          await admin.call('DELETE', at);
        }
      },
    );

    /** An admin may not write a mapping to a role that is not there or not an IdP's to give, or of a domain that is not proven: it gives nothing either way (M5, M8). */
    async function map({ organization, id: directory }: ScimDirectory, mappings: readonly RoleMapping[]) {
      for (const { id, source: _, ...mapping } of mappings) {
        const target = scenarioRoles.find(({ slug }) => slug === mapping.role);
        const grantable = target?.idpGrantable === true && target.on === 'organization';
        const proven =
          mapping.value?.startsWith('@') !== true || mapping.value.toLowerCase() === '@acme.test';
        const body = { ...mapping, source: { directory }, note: id };
        const expected = grantable && proven ? 201 : 422;
        await host().admin.call('POST', `/organizations/${organization}/role-mappings`, body, expected);
      }
    }
  },
  model,
);

/** The groups first, whose ids mappings may name; then the mappings; then the person, and their membership. */
async function tell(
  { scim }: ScimDirectory,
  { claims = {}, mappings }: Scenario,
  map: (mappings: readonly RoleMapping[]) => Promise<void>,
): Promise<Json> {
  const names = textsIn(claims['groups']) ?? [];
  const ids = textsIn(claims['groups.id']) ?? [];
  const keys = textsIn(claims['groups.externalId']) ?? [];
  const made: string[] = [];
  for (let at = 0; at < Math.max(names.length, ids.length, keys.length); at++) {
    const more = keys[at] === undefined ? {} : { externalId: keys[at] };
    made.push((await scim.group(names[at] ?? `group ${at}`, [], more))['id'] as string);
  }
  await map(
    mappings.map((mapping) => {
      const at = mapping.claim === 'groups.id' ? ids.indexOf(mapping.value ?? '') : -1;
      return at < 0 ? mapping : { ...mapping, value: made[at]! };
    }),
  );
  const user: Json = { userName: 'somebody' };
  for (const [name, value] of Object.entries(claims)) sayable[name]?.(user, value as string);
  const { userName, ...more } = user;
  const { id } = await scim.user(userName, more);
  for (const group of made) {
    await scim.patch(`/Groups/${group}`, [{ op: 'add', path: 'members', value: [{ value: id }] }]);
  }
  return user;
}
