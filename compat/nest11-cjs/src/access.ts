import { createAccess, defineAccess } from '@idp-roles/nestjs';

export const access = defineAccess({
  resources: { workspace: { parent: 'organization' }, project: { parent: 'workspace' } },
  roles: {
    'org-admin': {
      permissions: ['organization:manage', 'project:edit', 'project:view'],
      keepLastHolder: true,
    },
    'org-member': { permissions: ['project:view'] },
    'project-editor': { on: 'project', permissions: ['project:edit', 'project:view'] },
  },
});
export const { RequireRole, RequirePermission, CurrentAccess } = createAccess(access);
