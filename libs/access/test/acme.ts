import { defineAccess, prepareSnapshot, type AccessSnapshot, type SnapshotGrant } from '@idp-roles/access';

export const access = defineAccess({
  resources: { workspace: { parent: 'organization' }, project: { parent: 'workspace' } },
  roles: {
    'org-admin': {
      permissions: [
        'organization:manage',
        'workspace:manage',
        'workspace:view',
        'project:edit',
        'project:view',
      ],
      keepLastHolder: true,
      idpGrantable: false,
    },
    'org-member': { name: 'Member', permissions: ['workspace:view', 'project:view'] },
    'org-billing': { permissions: ['invoice:view'] },
    'workspace-admin': {
      on: 'workspace',
      permissions: ['workspace:manage', 'workspace:view', 'project:edit', 'project:view'],
    },
    'project-editor': { on: 'project', permissions: ['project:edit', 'project:view'] },
    'project-viewer': { on: 'project', permissions: ['project:view'] },
  },
});

export const NOW = 1_000_000;
export const platform = { type: 'workspace', id: 'platform' };
export const api = { type: 'project', id: 'api' };
export const path = [api, platform];

let counter = 0;
export const grant = (role: string, more: Partial<SnapshotGrant> = {}): SnapshotGrant => ({
  id: `g${(counter += 1)}`,
  role,
  source: 'api',
  basis: 'api',
  ...more,
});

export const member = (
  grants: readonly SnapshotGrant[],
  more: Partial<AccessSnapshot> = {},
): AccessSnapshot => ({
  organization: 'acme',
  member: 'alice',
  status: 'active',
  sessionsValidFrom: 0,
  version: 7,
  grants,
  ...more,
});

export const prepared = (...grants: SnapshotGrant[]) => prepareSnapshot(access, member(grants));
