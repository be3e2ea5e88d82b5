import { createMongoAbility, subject, type RawRuleOf, type MongoAbility } from '@casl/ability';
import { preparsePolicySet, statefulIsAuthorized } from '@cedar-policy/cedar-wasm/nodejs';
import { newEnforcer, newModelFromString } from 'casbin';
import { access, PERMISSION, workspaceId, workspaceOf, type Held } from './p3-tenant.ts';

export type May = (project: string) => boolean;

const parentOf = (project: string) => workspaceId(workspaceOf(Number.parseInt(project.slice(4), 36)));

function permits({ role }: Held): boolean {
  return access.roles.get(role)?.permissions.has(PERMISSION) ?? false;
}

/** The least that can be done: sets of permissions by resource, and parents, walked up. No expiry, no reasons, no status. */
export function mapWalk(held: readonly Held[], questions: readonly string[]): May {
  const granted = new Map<string, Set<string>>();
  for (const { role, type, id } of held) {
    const key = `${type}:${id}`;
    const all = granted.get(key) ?? new Set<string>();
    for (const permission of access.roles.get(role)?.permissions ?? []) all.add(permission);
    granted.set(key, all);
  }
  const parents = new Map<string, string>();
  for (const id of questions) {
    parents.set(`project:${id}`, `workspace:${parentOf(id)}`);
    parents.set(`workspace:${parentOf(id)}`, 'organization:');
  }
  return (project) => {
    for (let at: string | undefined = `project:${project}`; at !== undefined; at = parents.get(at))
      if (granted.get(at)?.has(PERMISSION)) return true;
    return false;
  };
}

/** A rule for each grant, as one writes them while going through somebody's roles. */
export function casl(held: readonly Held[]): May {
  const rules = held.filter(permits).map(({ type, id }): RawRuleOf<MongoAbility> => {
    const conditions = type === 'project' ? { id } : { workspace: id };
    return { action: PERMISSION, subject: 'project', conditions };
  });
  return asked(createMongoAbility(rules));
}

/** The same, folded by hand into one rule for each type. */
export function foldedCasl(held: readonly Held[]): May {
  const editable = held.filter(permits);
  const ids = (type: Held['type']) => editable.filter((one) => one.type === type).map(({ id }) => id);
  const rules: RawRuleOf<MongoAbility>[] = [
    { action: PERMISSION, subject: 'project', conditions: { id: { $in: ids('project') } } },
    { action: PERMISSION, subject: 'project', conditions: { workspace: { $in: ids('workspace') } } },
  ];
  return asked(createMongoAbility(rules));
}

function asked(ability: MongoAbility): May {
  return (project) =>
    ability.can(PERMISSION, subject('project', { id: project, workspace: parentOf(project) }));
}

const CASBIN = `
[request_definition]
r = sub, dom, act
[policy_definition]
p = sub, act
[role_definition]
g = _, _, _
[policy_effect]
e = some(where (p.eft == allow))
[matchers]
m = r.act == p.act && g(r.sub, p.sub, r.dom)
`;

/** Roles in domains, a domain for each resource, asked level by level. */
export async function casbin(held: readonly Held[]): Promise<May> {
  const enforcer = await newEnforcer(newModelFromString(CASBIN));
  for (const [slug, { permissions }] of access.roles)
    for (const permission of permissions) await enforcer.addPolicy(slug, permission);
  await enforcer.addNamedGroupingPolicies(
    'g',
    held.map(({ role, type, id }) => ['alice', role, `${type}:${id}`]),
  );
  return (project) =>
    enforcer.enforceSync('alice', `project:${project}`, PERMISSION) ||
    enforcer.enforceSync('alice', `workspace:${parentOf(project)}`, PERMISSION) ||
    enforcer.enforceSync('alice', 'organization:', PERMISSION);
}

const CEDAR = `
permit(principal, action == Action::"${PERMISSION}", resource)
when { principal.edits.contains(resource) || principal.edits.contains(resource.workspace) };
`;

/** Policies parsed before; of the member's grants it is given those on the way alone, found for it by a Map. */
export function cedar(held: readonly Held[]): May {
  preparsePolicySet('p3', { staticPolicies: CEDAR });
  const editable = new Set(held.filter(permits).map(({ type, id }) => `${type}:${id}`));
  const principal = { type: 'Member', id: 'alice' };
  return (project) => {
    const resource = { type: 'Project', id: project };
    const workspace = { type: 'Workspace', id: parentOf(project) };
    const edits = [
      ...(editable.has(`project:${project}`) ? [{ __entity: resource }] : []),
      ...(editable.has(`workspace:${workspace.id}`) ? [{ __entity: workspace }] : []),
    ];
    const answer = statefulIsAuthorized({
      principal,
      action: { type: 'Action', id: PERMISSION },
      resource,
      context: {},
      preparsedPolicySetId: 'p3',
      entities: [
        { uid: principal, attrs: { edits }, parents: [] },
        { uid: resource, attrs: { workspace: { __entity: workspace } }, parents: [] },
      ],
    });
    if (answer.type === 'failure') throw new Error(JSON.stringify(answer.errors));
    return answer.response.decision === 'allow';
  };
}
