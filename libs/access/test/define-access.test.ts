import { AccessDefinitionError, defineAccess, tenantRoleProblems, tenantRoles } from '@idp-roles/access';
import { describe, expect, test } from 'vitest';
import { access } from './acme.js';

/** What a host without a compiler could pass. */
const problemsOf = (definition: unknown): string[] => {
  try {
    (defineAccess as (definition: unknown) => unknown)(definition);
  } catch (error) {
    if (error instanceof AccessDefinitionError)
      return error.problems.map(({ code, path }) => `${path} ${code}`);
    throw error;
  }
  return [];
};
const oneRole = { roles: { viewer: { permissions: ['page:view'] } } };

describe('A1: the model', () => {
  test('keeps roles in order, with their defaults', () => {
    expect([...access.roles.values()].map(({ slug, on, rank }) => [slug, on, rank])).toEqual([
      ['org-admin', 'organization', 0],
      ['org-member', 'organization', 1],
      ['org-billing', 'organization', 2],
      ['workspace-admin', 'workspace', 3],
      ['project-editor', 'project', 4],
      ['project-viewer', 'project', 5],
    ]);
    expect(access.roles.get('org-admin')).toMatchObject({
      id: 'org-admin',
      name: 'org-admin',
      keepLastHolder: true,
      idpGrantable: false,
      origin: 'model',
    });
    expect(access.roles.get('org-member')).toMatchObject({
      name: 'Member',
      keepLastHolder: false,
      idpGrantable: true,
    });
    expect(access.permissions).toEqual(
      new Set([
        'organization:manage',
        'workspace:manage',
        'workspace:view',
        'project:edit',
        'project:view',
        'invoice:view',
      ]),
    );
    expect([...access.resources]).toEqual([
      ['workspace', 'organization'],
      ['project', 'workspace'],
    ]);
  });

  test('needs no resources', () => expect(problemsOf(oneRole)).toEqual([]));

  test.each<[string, unknown, string[]]>([
    ['nothing', undefined, [' definition-malformed']],
    ['no roles', {}, ['roles definition-malformed']],
    ['empty roles', { roles: {} }, ['roles roles-empty']],
    [
      'unknown parent',
      { ...oneRole, resources: { page: { parent: 'book' } } },
      ['resources.page.parent parent-unknown'],
    ],
    [
      'a parent inherited from Object',
      { ...oneRole, resources: { page: { parent: 'constructor' } } },
      ['resources.page.parent parent-unknown'],
    ],
    ['no parent', { ...oneRole, resources: { page: {} } }, ['resources.page definition-malformed']],
    [
      'own parent',
      { ...oneRole, resources: { page: { parent: 'page' } } },
      ['resources.page.parent parent-cycle'],
    ],
    [
      'a cycle, and what hangs under it is not blamed',
      {
        ...oneRole,
        resources: { a: { parent: 'b' }, b: { parent: 'c' }, c: { parent: 'a' }, d: { parent: 'a' } },
      },
      [
        'resources.a.parent parent-cycle',
        'resources.b.parent parent-cycle',
        'resources.c.parent parent-cycle',
      ],
    ],
    [
      'organization as a type',
      { ...oneRole, resources: { organization: { parent: 'organization' } } },
      ['resources.organization type-reserved'],
    ],
    [
      'bad type slug',
      { ...oneRole, resources: { 'Work Space': { parent: 'organization' } } },
      ['resources.Work Space slug-invalid'],
    ],
    [
      'role on an unknown type',
      { roles: { editor: { on: 'page', permissions: ['page:edit'] } } },
      ['roles.editor.on role-on-unknown'],
    ],
    [
      'reserved prefix',
      { roles: { 'custom-editor': { permissions: ['page:edit'] } } },
      ['roles.custom-editor slug-reserved'],
    ],
    ...['Editor', 'a_b', '-a', 'a-', 'a--b', '1a', 'é', 'a'.repeat(65), '__proto__x'].map(
      (slug): [string, unknown, string[]] => [
        `slug ${slug}`,
        { roles: { [slug]: { permissions: ['page:edit'] } } },
        [`roles.${slug} slug-invalid`],
      ],
    ),
    ['no permissions', { roles: { editor: {} } }, ['roles.editor.permissions definition-malformed']],
    [
      'empty permissions',
      { roles: { editor: { permissions: [] } } },
      ['roles.editor.permissions permissions-empty'],
    ],
    ...['edit', ':edit', 'page:', 'page:edit:all', 'Page:edit', 'page: edit', '*:*', 7].map(
      (permission): [string, unknown, string[]] => [
        `permission ${String(permission)}`,
        { roles: { editor: { permissions: ['page:view', permission] } } },
        ['roles.editor.permissions.1 permission-invalid'],
      ],
    ),
    [
      'options of a wrong kind',
      { roles: { editor: { permissions: ['page:edit'], idpGrantable: 'no', keepLastHolder: 1, name: '' } } },
      [
        'roles.editor.keepLastHolder definition-malformed',
        'roles.editor.idpGrantable definition-malformed',
        'roles.editor.name definition-malformed',
      ],
    ],
  ])('refuses %s', (_, definition, problems) => expect(problemsOf(definition)).toEqual(problems));

  test('lists all problems at once, each with its path', () => {
    expect(() =>
      (defineAccess as (definition: unknown) => unknown)({
        resources: { project: { parent: 'workspace' } },
        roles: { 'custom-x': { on: 'nowhere', permissions: ['edit'] } },
      }),
    ).toThrow(
      [
        'access model contradicts itself in 4 places:',
        '- resources.project.parent: `workspace` is no resource type; define it or use `organization`',
        '- roles.custom-x: `custom-` is reserved for roles that organizations make; choose another slug',
        '- roles.custom-x.on: `nowhere` is no resource type; define it under `resources`',
        '- roles.custom-x.permissions.0: `edit` is not `noun:verb` in lower-case words joined by hyphens',
      ].join('\n'),
    );
  });
});

describe('A9: tenant roles', () => {
  const sound = { id: 'r1', slug: 'custom-auditor', on: 'organization', permissions: ['invoice:view'] };

  test.each<[string, Partial<typeof sound>, string[]]>([
    ['sound', {}, []],
    ['without the prefix', { slug: 'auditor' }, ['slug slug-invalid']],
    ['with a bad slug', { slug: 'custom-Auditor' }, ['slug slug-invalid']],
    ['the prefix alone', { slug: 'custom-' }, ['slug slug-invalid']],
    ['on an unknown type', { on: 'invoice' }, ['on role-on-unknown']],
    ['without permissions', { permissions: [] }, ['permissions permissions-empty']],
    [
      'with permissions beyond the model',
      { permissions: ['invoice:view', 'invoice:pay'] },
      ['permissions.1 permission-unknown'],
    ],
  ])('%s', (_, change, problems) =>
    expect(
      tenantRoleProblems(access, { ...sound, ...change }).map(({ code, path }) => `${path} ${code}`),
    ).toEqual(problems),
  );

  test('rank below the model, in stored order; what no longer fits is left out', () => {
    const stored = [
      { ...sound, slug: 'auditor' },
      { ...sound, id: 'r2', on: 'gone' },
      { ...sound, id: 'r3', permissions: ['gone:view'] },
      { ...sound, id: 'r4', permissions: ['invoice:view', 'gone:view'] },
      { ...sound, id: 'r5', slug: 'custom-other', idpGrantable: false },
      { ...sound, id: 'org-admin', slug: 'custom-impostor' },
    ];
    const roles = [...tenantRoles(access, stored).values()];
    expect(roles.map(({ id, rank }) => [id, rank])).toEqual([
      ['r4', 6],
      ['r5', 7],
    ]);
    expect(roles[0]).toMatchObject({ permissions: new Set(['invoice:view']), origin: 'tenant' });
  });
});
