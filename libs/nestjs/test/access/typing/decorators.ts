/* Compiled, never run: each line below an expectation must fail to compile, each other must compile. */
import { defineAccess } from '@idp-roles/access';
import type { AccessContext } from '../../../src/access/access-context.js';
import type { AccessService } from '../../../src/access/access-service.js';
import { createAccess } from '../../../src/access/create-access.js';
import { AccessTestingModule } from '../../../src/testing/index.js';

const access = defineAccess({
  resources: { workspace: { parent: 'organization' }, project: { parent: 'workspace' } },
  roles: {
    'org-admin': { permissions: ['organization:manage', 'project:edit', 'invoice:view'] },
    'project-editor': { on: 'project', permissions: ['project:edit'] },
  },
});
const { RequireRole, RequirePermission, RequireAny } = createAccess(access);

RequireRole('org-admin');
RequireRole('org-admin', { on: 'organization' });
RequireRole('project-editor', { on: 'project', param: 'projectId' });
RequireRole('project-editor', { param: 'projectId' });
// @ts-expect-error no such role
RequireRole('owner');
// @ts-expect-error a missing binding
RequireRole('project-editor');
// @ts-expect-error a missing binding
RequireRole('project-editor', { on: 'project' });
// @ts-expect-error the role stands on projects
RequireRole('project-editor', { on: 'workspace', param: 'workspaceId' });
// @ts-expect-error no such resource type
RequireRole('project-editor', { on: 'page', param: 'pageId' });
// @ts-expect-error the organization needs no binding
RequireRole('org-admin', { param: 'id' });
// @ts-expect-error two bindings
RequireRole('project-editor', { param: 'projectId', query: 'projectId' });

RequirePermission('project:edit', { param: 'projectId' });
RequirePermission('project:edit', { query: 'projectId' });
RequirePermission('project:edit', { body: 'projectId' });
RequirePermission('project:edit', { args: 'projectId' });
RequirePermission('project:edit', { payload: 'projectId' });
RequirePermission('project:edit', { from: () => 'id' });
RequirePermission('project:edit', { from: async (context) => context.getType() });
RequirePermission('project:edit', { on: 'organization' });
RequirePermission('project:edit', { on: 'workspace', param: 'workspaceId' });
RequirePermission('invoice:view');
RequirePermission('invoice:view', { on: 'workspace', param: 'workspaceId' });
RequirePermission('organization:manage');
// @ts-expect-error no such permission
RequirePermission('project:burn', { param: 'projectId' });
// @ts-expect-error a missing binding
RequirePermission('project:edit');
// @ts-expect-error a missing binding
RequirePermission('project:edit', {});
// @ts-expect-error a missing binding
RequirePermission('project:edit', { on: 'workspace' });
// @ts-expect-error no such resource type
RequirePermission('project:edit', { on: 'page', param: 'pageId' });
// @ts-expect-error the organization needs no binding
RequirePermission('project:edit', { on: 'organization', param: 'id' });
// @ts-expect-error a binding without a resource type: invoices are none
RequirePermission('invoice:view', { param: 'id' });
// @ts-expect-error an id is a text
RequirePermission('project:edit', { from: () => 7 });

RequireAny({ role: 'org-admin' }, { permission: 'project:edit', param: 'projectId' });
RequireAny(
  { permission: 'invoice:view' },
  { role: 'project-editor', param: 'projectId' },
  { role: 'org-admin' },
);
// @ts-expect-error one alternative is no choice
RequireAny({ role: 'org-admin' });
// @ts-expect-error no such role
RequireAny({ role: 'owner' }, { role: 'org-admin' });
// @ts-expect-error a missing binding
RequireAny({ role: 'org-admin' }, { permission: 'project:edit' });
// @ts-expect-error one question an alternative
RequireAny({ role: 'org-admin', permission: 'invoice:view' }, { role: 'org-admin' });

declare const me: AccessContext<typeof access>;
declare const service: AccessService<typeof access>;
const alice = { organization: 'acme', member: 'alice' };
void me.can('project:edit', { type: 'project', id: 'api' });
// @ts-expect-error no such permission
void me.can('project:burn');
// @ts-expect-error no such resource type
void me.can('project:edit', { type: 'page', id: 'api' });
void service.check(alice, { role: 'org-admin' });
// @ts-expect-error no such role
void service.check(alice, { role: 'owner' });
// @ts-expect-error no such permission
void service.require(alice, { permission: 'project:burn' });

const resource = { type: 'project', id: 'api' } as const;
AccessTestingModule.forRoot(access, { as: { roles: ['org-admin', { role: 'project-editor', resource }] } });
// @ts-expect-error no such role
AccessTestingModule.forRoot(access, { as: { roles: ['owner'] } });
// @ts-expect-error a role on projects needs one
AccessTestingModule.forRoot(access, { as: { roles: ['project-editor'] } });
// @ts-expect-error a role on projects needs one
AccessTestingModule.forRoot(access, { as: { roles: [{ role: 'project-editor' }] } });

RequirePermission('invoice:view', { on: 'workspace', args: 'workspaceId' });
RequireRole('project-editor', { args: 'projectId' });
RequireRole('project-editor', { on: 'project', payload: 'projectId' });
RequireAny({ role: 'org-admin' }, { permission: 'project:edit', payload: 'projectId' });
// @ts-expect-error two bindings
RequireRole('project-editor', { args: 'projectId', payload: 'projectId' });
// @ts-expect-error two bindings
RequirePermission('project:edit', { args: 'projectId', param: 'projectId' });
// @ts-expect-error the organization needs no binding
RequireRole('org-admin', { payload: 'id' });
// @ts-expect-error the name of an argument is a text
RequirePermission('project:edit', { args: 7 });
// @ts-expect-error the name of a property is a text
RequirePermission('project:edit', { payload: ['projectId'] });
