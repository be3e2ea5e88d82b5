import { createAccess, defineAccess } from '@idp-roles/nestjs';

export const access = defineAccess({
  resources: { workspace: { parent: 'organization' }, project: { parent: 'workspace' } },
  roles: {
    'org-admin': {
      permissions: [
        'organization:manage',
        'idp-roles:manage',
        'workspace:manage',
        'workspace:view',
        'project:edit',
        'project:view',
        'invoice:view',
      ],
      keepLastHolder: true,
    },
    'org-member': { permissions: ['workspace:view', 'project:view'] },
    'org-billing': { permissions: ['invoice:view'] },
    'org-guest': { permissions: ['workspace:view'] },
    'workspace-admin': {
      on: 'workspace',
      permissions: ['workspace:manage', 'workspace:view', 'project:edit', 'project:view'],
    },
    'project-editor': { on: 'project', permissions: ['project:edit', 'project:view'] },
  },
});

export const { RequireRole, RequirePermission, Public, CurrentAccess } = createAccess(access);
