/* Compiled, never run: each line below an expectation must fail to compile, each other must compile. */
import {
  decide,
  defineAccess,
  type OrganizationRole,
  type Permission,
  type PreparedSnapshot,
  type QuestionOf,
  type ResourceType,
  type RoleOn,
  type RoleSlug,
  type AccessModel,
} from '@idp-roles/access';

const access = defineAccess({
  resources: { workspace: { parent: 'organization' }, project: { parent: 'workspace' } },
  roles: {
    'org-admin': { permissions: ['workspace:manage', 'project:edit'], keepLastHolder: true },
    'project-editor': { on: 'project', permissions: ['project:edit'] },
  },
});
type Access = typeof access;

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const holds = <Truth extends true>(truth: Truth) => truth;

holds<Same<RoleSlug<Access>, 'org-admin' | 'project-editor'>>(true);
holds<Same<OrganizationRole<Access>, 'org-admin'>>(true);
holds<Same<Permission<Access>, 'workspace:manage' | 'project:edit'>>(true);
holds<Same<ResourceType<Access>, 'workspace' | 'project'>>(true);
holds<Same<RoleOn<Access, 'project-editor'>, 'project'>>(true);
holds<Same<RoleOn<Access, 'org-admin'>, 'organization'>>(true);

const flat = defineAccess({ roles: { viewer: { permissions: ['page:view'] } } });
holds<Same<ResourceType<typeof flat>, never>>(true);

// @ts-expect-error a parent must be a type of the same model
defineAccess({ resources: { page: { parent: 'book' } }, roles: { viewer: { permissions: ['page:view'] } } });
// @ts-expect-error a role stands on a type of the same model
defineAccess({ roles: { viewer: { on: 'page', permissions: ['page:view'] } } });
// @ts-expect-error a permission is `noun:verb`
defineAccess({ roles: { viewer: { permissions: ['view'] } } });
// @ts-expect-error a role has permissions
defineAccess({ roles: { viewer: {} } });

const ask = (question: QuestionOf<Access>) => question;
ask({ permission: 'project:edit', resource: { type: 'project', id: 'api' } });
ask({ role: 'org-admin' });
ask({ role: 'custom-auditor' });
// @ts-expect-error no such permission
ask({ permission: 'project:burn' });
// @ts-expect-error no such role
ask({ role: 'owner' });
// @ts-expect-error no such resource type
ask({ permission: 'project:edit', resource: { type: 'page', id: 'api' } });
// @ts-expect-error one question at a time
ask({ role: 'org-admin', permission: 'project:edit' });

declare const snapshot: PreparedSnapshot;
const anyModel: AccessModel = access;
decide(anyModel, snapshot, { role: 'whatever comes over the wire' }, [], 0);
