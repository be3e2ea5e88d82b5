import { decide, defineAccess, nearest, prepareSnapshot, type SnapshotGrant } from '@idp-roles/access';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

const access = defineAccess({
  resources: { workspace: { parent: 'organization' }, project: { parent: 'workspace' } },
  roles: {
    'org-admin': { permissions: ['organization:manage', 'project:edit', 'project:view'] },
    'org-member': { permissions: ['project:view'] },
    'workspace-admin': { on: 'workspace', permissions: ['workspace:manage', 'project:edit', 'project:view'] },
    'project-owner': { on: 'project', permissions: ['project:edit', 'project:view', 'project:burn'] },
    'project-editor': { on: 'project', permissions: ['project:edit', 'project:view'] },
  },
});
const api = { type: 'project', id: 'api' };
const platform = { type: 'workspace', id: 'platform' };
const path = [api, platform];
const NOW = 1_000;
const editing = { permission: 'project:edit', resource: api };

type Held = Partial<SnapshotGrant> & { role: string };
const of = (held: readonly Held[], status: 'active' | 'suspended' = 'active') =>
  prepareSnapshot(access, {
    organization: 'acme',
    member: 'alice',
    status,
    sessionsValidFrom: 0,
    version: 1,
    grants: held.map((one, index) => ({ id: `g${index}`, source: 'api', basis: 'api', ...one })),
  });
const near = (held: readonly Held[], status?: 'active' | 'suspended') =>
  nearest(access, of(held, status), editing, path, NOW);

describe('the nearest thing that would have made it a yes', () => {
  test('is the role that adds the least, nearest the resource', () => {
    expect(near([])).toEqual({
      code: 'role-lacking',
      role: 'project-editor',
      resource: api,
      adds: ['project:view'],
    });
    expect(near([{ role: 'org-member' }])).toEqual({
      code: 'role-lacking',
      role: 'project-editor',
      resource: api,
      adds: [],
    });
  });

  test('is what was held there before it ended, whatever that adds', () => {
    expect(near([{ role: 'workspace-admin', resource: platform, expiresAt: NOW }])).toEqual({
      code: 'grant-expired',
      role: 'workspace-admin',
      resource: platform,
      grant: 'g0',
      expiredAt: NOW,
      adds: ['workspace:manage', 'project:view'],
    });
  });

  test('is what is held elsewhere', () => {
    const other = { type: 'project', id: 'other' };
    expect(near([{ role: 'project-owner', resource: other }])).toEqual({
      code: 'held-elsewhere',
      role: 'project-owner',
      resource: api,
      grant: 'g0',
      heldOn: other,
      adds: ['project:view', 'project:burn'],
    });
    expect(near([{ role: 'project-owner', resource: other, expiresAt: NOW }])?.code).toBe('role-lacking');
  });

  test('S8: is to be active, where the roles are there', () => {
    expect(near([{ role: 'org-admin' }], 'suspended')).toEqual({
      code: 'member-not-active',
      status: 'suspended',
      adds: [],
    });
    expect(near([], 'suspended')).toMatchObject({ code: 'role-lacking', status: 'suspended' });
  });

  test('is nothing for a yes, and where nothing would do', () => {
    expect(near([{ role: 'org-admin' }])).toBeUndefined();
    const none = of([]);
    expect(nearest(access, none, editing, undefined, NOW)).toBeUndefined();
    expect(nearest(access, none, { permission: 'no:such', resource: api }, path, NOW)).toBeUndefined();
    expect(nearest(access, none, { role: 'org-admin', resource: api }, path, NOW)).toBeUndefined();
    expect(nearest(access, none, editing, [api], NOW)).toBeUndefined();
  });

  test('A3: of a role on a resource, is that role there or one above that contains it', () => {
    const asked = { role: 'project-owner', resource: api };
    const answer = nearest(access, of([{ role: 'project-editor', resource: api }]), asked, path, NOW);
    expect(answer).toMatchObject({ role: 'project-owner', resource: api, adds: ['project:burn'] });
  });

  test('would do: with it granted, the answer is yes', () => {
    const place = fc.constantFrom(undefined, api, platform, { type: 'project', id: 'other' });
    const held = fc.array(
      fc.record({
        role: fc.constantFrom(...access.roles.keys()),
        resource: place,
        expiresAt: fc.constantFrom(undefined, NOW, NOW + 1),
      }),
      { maxLength: 4 },
    );
    const asked = fc.oneof(
      fc.record({ permission: fc.constantFrom(...access.permissions) }),
      fc.record({ role: fc.constantFrom(...access.roles.keys()) }),
    );
    fc.assert(
      fc.property(held, asked, fc.constantFrom(undefined, api), (grants, what, resource) => {
        const question = { ...what, ...(resource && { resource }) };
        const at = resource ? path : [];
        const known = grants.map(({ resource: on, expiresAt, role }) => ({
          role,
          ...(on && { resource: on }),
          ...(expiresAt && { expiresAt }),
        }));
        const decision = decide(access, of(known), question, at, NOW);
        const answer = nearest(access, of(known), question, at, NOW);
        const mayBe = !decision.allowed && decision.code !== 'question-unknown';
        // A permission that no role gives there is out of reach.
        if (answer === undefined) return !mayBe || question.permission !== undefined;
        const { role = '', resource: on } = answer;
        const more = [...known, { role, ...(on && { resource: on }) }];
        return mayBe && decide(access, of(more), question, at, NOW).allowed;
      }),
      { numRuns: 500 },
    );
  });
});
