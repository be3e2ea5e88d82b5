import type { Grant } from '@idp-roles/store';
import * as fc from 'fast-check';
import { assignRole, createDirectory, updateDirectory, updateOrganization } from '../src/index.js';
import { TestDirectory } from './directories.js';
import { key, type Tenant } from './world.js';

export const people = ['alice', 'bob', 'carol', 'dave'] as const;
const names = ['A', 'B', 'C'] as const;
const person = fc.constantFrom(...people);

/** What stands when a directory is about to be activated. */
export interface BeforeActivation {
  readonly roleSource: 'directory' | 'both' | 'sso';
  readonly roleSelection: 'all' | 'highest';
  readonly paired: boolean;
  readonly defaults: { readonly sso: boolean; readonly directory: boolean };
  readonly mappings: readonly {
    readonly of: 'sso' | 'directory';
    readonly value: string;
    readonly role: string;
  }[];
  readonly signIns: readonly { readonly person: string; readonly groups: readonly string[] }[];
  readonly users: readonly { readonly person: string; readonly active: boolean }[];
  readonly groups: readonly { readonly name: string; readonly members: readonly string[] }[];
  readonly assigned: readonly { readonly person: string; readonly role: string }[];
}

export function beforeActivation(roles: readonly string[]): fc.Arbitrary<BeforeActivation> {
  const role = fc.constantFrom(...roles);
  return fc.record({
    roleSource: fc.constantFrom('directory' as const, 'directory' as const, 'both' as const, 'sso' as const),
    roleSelection: fc.constantFrom('all' as const, 'highest' as const),
    paired: fc.boolean(),
    defaults: fc.record({ sso: fc.boolean(), directory: fc.boolean() }),
    mappings: fc.array(
      fc.record({
        of: fc.constantFrom('sso' as const, 'directory' as const),
        value: fc.constantFrom(...names),
        role,
      }),
      { maxLength: 6 },
    ),
    signIns: fc.array(fc.record({ person, groups: fc.subarray([...names]) }), { maxLength: 4 }),
    users: fc.uniqueArray(fc.record({ person, active: fc.constantFrom(true, true, false) }), {
      selector: (one) => one.person,
    }),
    groups: fc.array(fc.record({ name: fc.constantFrom(...names), members: fc.subarray([...people]) }), {
      maxLength: 4,
    }),
    assigned: fc.uniqueArray(fc.record({ person, role }), {
      selector: (one) => `${one.person} ${one.role}`,
      maxLength: 3,
    }),
  });
}

/** A tenant with a directory in staging, and members by name. */
export interface Staged {
  readonly tenant: Tenant;
  readonly directory: TestDirectory;
  readonly connection: string;
  readonly members: ReadonlyMap<string, string>;
  readonly users: ReadonlyMap<string, string>;
  readonly groups: readonly string[];
  activate(): Promise<unknown>;
}

export async function staged(tenant: Tenant, given: BeforeActivation): Promise<Staged> {
  const { context, id: organization } = tenant;
  const { roleSource, roleSelection } = given;
  await updateOrganization(context, { organization, actor: key, roleSource, roleSelection });
  const connection = await tenant.connection({
    jit: true,
    ...(given.defaults.sso && { defaultRole: 'org-guest' }),
  });
  const { id } = await createDirectory(context, {
    organization,
    actor: key,
    name: 'Acme Entra',
    state: 'staging',
    ...(given.defaults.directory && { defaultRole: 'org-billing' }),
    ...(!given.paired && { pairedConnections: [] }),
  });
  const directory = TestDirectory.named(tenant, id);
  for (const { of, value, role } of given.mappings) {
    await (of === 'sso' ? tenant.mapping(connection, { value, role }) : directory.mapping({ value, role }));
  }
  const members = new Map<string, string>();
  for (const { person: who, groups } of given.signIns) {
    const outcome = await tenant.signIn(connection, who, { groups });
    if (outcome.outcome === 'signed-in') members.set(who, outcome.member.id);
  }
  const users = new Map<string, string>();
  for (const { person: who, active } of given.users) {
    const user = await directory.user(who, { active });
    users.set(who, user.id);
    members.set(who, user.member);
  }
  const groups: string[] = [];
  for (const { name, members: named } of given.groups) {
    const { id: group } = await directory.group(
      name,
      named.flatMap((who) => users.get(who) ?? []),
    );
    groups.push(group);
  }
  for (const { person: who, role } of given.assigned) {
    const member = members.get(who);
    if (member !== undefined) await assignRole(context, { organization, actor: key, member, role });
  }
  const update = { organization, directory: id, actor: key, changes: { state: 'active' as const } };
  return {
    tenant,
    directory,
    connection,
    members,
    users,
    groups,
    activate: () => updateDirectory(context, update),
  };
}

/** Of each person, what they hold, why, and whether the directory has taken them over; ids apart. */
export async function standing({ tenant, directory, members, users }: Staged): Promise<unknown> {
  const all: unknown[] = [];
  for (const [who, member] of [...members].toSorted()) {
    const user = users.get(who);
    const grants = (await tenant.grants(member)).map(shown).toSorted();
    all.push([who, grants, user === undefined ? undefined : await directory.tookOver(user)]);
  }
  return all;
}

function shown({ role, source, basis, evidence }: Grant): string {
  const values = evidence.map(({ claim, value }) => `${claim}=${value}`).toSorted();
  return [role, source.split(':')[0], basis, ...values].join(' ');
}
