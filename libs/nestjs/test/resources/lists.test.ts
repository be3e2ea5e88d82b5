import { defineAccess, type ResourceReference } from '@idp-roles/access';
import { newId, type Grant, type Store } from '@idp-roles/store';
import type { INestApplication } from '@nestjs/common';
import * as fc from 'fast-check';
import { Client } from 'pg';
import { describe, expect, it, onTestFinished } from 'vitest';
import { AccessService, MemberService, OrganizationService, ResourceService } from '../../src/index.js';
import { STORE } from '../../src/opened.js';
import { homes, treeApp, type HomeOf } from './tree-app.js';

const access = defineAccess({
  resources: {
    workspace: { parent: 'organization' },
    project: { parent: 'workspace' },
    task: { parent: 'project' },
    area: { parent: 'organization' },
  },
  roles: {
    'org-admin': { permissions: ['workspace:manage', 'project:edit', 'task:do', 'area:see'] },
    'org-doer': { permissions: ['task:do'] },
    'workspace-admin': { on: 'workspace', permissions: ['workspace:manage', 'project:edit', 'task:do'] },
    'workspace-doer': { on: 'workspace', permissions: ['task:do'] },
    'project-editor': { on: 'project', permissions: ['project:edit', 'task:do'] },
    'task-doer': { on: 'task', permissions: ['task:do'] },
    'area-seer': { on: 'area', permissions: ['area:see'] },
  },
});
type Asked = { readonly permission: string } | { readonly role: string };

const NOW = 1_000_000;
const types = ['workspace', 'project', 'task', 'area'] as const;
const parents = { workspace: undefined, project: 'workspace', task: 'project', area: undefined } as const;

interface Tree {
  /** By type: the place of each one's parent among those of the parent's type. */
  readonly resources: Readonly<Record<(typeof types)[number], readonly number[]>>;
  readonly grants: readonly {
    readonly member: number;
    readonly role: string;
    readonly at: number;
    readonly expiresAt: number | undefined;
    readonly source: 'api' | 'sso:x';
  }[];
  readonly suspended: number | undefined;
}

const tree: fc.Arbitrary<Tree> = fc.record({
  resources: fc.record({
    workspace: fc.array(fc.nat(9), { minLength: 1, maxLength: 4 }),
    project: fc.array(fc.nat(9), { minLength: 1, maxLength: 8 }),
    task: fc.array(fc.nat(9), { maxLength: 16 }),
    area: fc.array(fc.nat(9), { maxLength: 2 }),
  }),
  grants: fc.array(
    fc.record({
      member: fc.nat(2),
      role: fc.constantFrom(...access.roles.keys(), 'custom-tasker', 'gone'),
      at: fc.nat(20),
      expiresAt: fc.constantFrom(undefined, undefined, NOW - 1, NOW, NOW + 1),
      source: fc.constantFrom('api', 'sso:x'),
    }),
    { maxLength: 14 },
  ),
  suspended: fc.option(fc.nat(2), { nil: undefined, freq: 4 }),
});

const questions: readonly Asked[] = [
  ...[...access.permissions].map((permission) => ({ permission })),
  ...[...access.roles.keys(), 'custom-tasker'].map((role) => ({ role })),
];

async function plant(app: INestApplication, drawn: Tree) {
  const store = app.get<Store>(STORE);
  const { id: organization } = await app.get(OrganizationService).create({ name: 'Acme' });
  const resources: ResourceReference[] = [];
  const known = { id: newId('rol', organization), slug: 'custom-tasker', name: 'Tasker', on: 'project' };
  const members = [0, 1, 2].map((n) => ({
    organization,
    id: newId('mem', organization),
    status: n === drawn.suspended ? ('suspended' as const) : ('active' as const),
    emailLinks: false,
    sessionsValidFrom: 0,
    createdVia: 'api' as const,
    createdAt: n,
    updatedAt: n,
  }));
  await store.transaction(async (tx) => {
    await tx.roles.insert({
      ...known,
      organization,
      permissions: ['task:do'],
      idpGrantable: true,
      keepLastHolder: false,
      position: 0,
      createdAt: 0,
      updatedAt: 0,
    });
    for (const type of types) {
      for (const [n, under] of drawn.resources[type].entries()) {
        const above = parents[type];
        const count = above ? drawn.resources[above].length : 0;
        const parent = above && { type: above, id: `${above}-${under % count}` };
        await tx.resources.put({
          organization,
          type,
          id: `${type}-${n}`,
          ...(parent && { parent }),
          createdAt: 0,
        });
        resources.push({ type, id: `${type}-${n}` });
      }
    }
    for (const one of members) await tx.members.insert(one);
    const seen = new Set<string>();
    const add = drawn.grants.flatMap(({ member, role: slug, at, expiresAt, source }): Grant[] => {
      const role = slug === 'custom-tasker' ? known.id : slug;
      const on = slug === 'custom-tasker' ? 'project' : (access.roles.get(slug)?.on ?? 'organization');
      const there = resources.filter(({ type }) => type === on);
      const resource = there[at % there.length];
      const key = JSON.stringify([member, role, resource, source]);
      if ((on !== 'organization' && resource === undefined) || seen.has(key)) return [];
      seen.add(key);
      return [
        {
          organization,
          id: newId('gra', organization),
          member: members[member]!.id,
          role,
          ...(resource && { resource }),
          source,
          basis: source === 'api' ? 'api' : 'force',
          evidence: [],
          ...(expiresAt !== undefined && { expiresAt }),
          assignedBy: 'host',
          createdAt: 0,
        },
      ];
    });
    await tx.grants.apply(organization, { add, remove: [], evidence: [] });
    await tx.changes.touch(organization, 'all');
  });
  return { organization, resources, members: members.map(({ id }) => id) };
}

async function all<T>(
  page: (after?: string) => Promise<{ readonly data: readonly T[]; readonly after?: string }>,
) {
  const found: T[] = [];
  let after: string | undefined;
  do {
    const next = await page(after);
    found.push(...next.data);
    after = next.after;
  } while (after !== undefined);
  return found;
}

async function started(home: HomeOf) {
  const { store, drop } = home();
  onTestFinished(drop);
  return { app: await treeApp({ access, store, clock: () => NOW }), store };
}

describe.each(homes)('A8: lists on %s', (where, home) => {
  it('agree with check, over random trees', async () => {
    const { app } = await started(home);
    const service = app.get(AccessService);
    await fc.assert(
      fc.asyncProperty(tree, fc.integer({ min: 1, max: 7 }), async (drawn, limit) => {
        const { organization, resources, members } = await plant(app, drawn);
        for (const asked of questions) {
          const { role } = asked as { role?: string };
          const stands = role === 'custom-tasker' ? 'project' : access.roles.get(role ?? '')?.on;
          for (const type of types) {
            if (stands !== undefined && stands !== type) continue;
            const there = resources.filter((one) => one.type === type);
            const allowed = new Map<string, readonly (readonly string[])[]>();
            for (const resource of there) {
              const answers = await Promise.all(
                members.map((member) =>
                  service.check({ organization, member }, { ...asked, resource } as never),
                ),
              );
              allowed.set(
                resource.id,
                answers.map(({ allowed: yes, reasons }) => (yes ? reasons.map(({ grant }) => grant) : [])),
              );
              const listed = await all((after) =>
                service.listMembers(organization, resource, { ...asked, limit, after } as never),
              );
              const expected = members
                .flatMap((member, n) => (answers[n]?.allowed ? [member] : []))
                .toSorted();
              expect(listed.map(({ member }) => member)).toEqual(expected);
              for (const { member, via } of listed) {
                const of = answers[members.indexOf(member)]?.reasons ?? [];
                expect(via.map(({ grant }) => grant).toSorted()).toEqual(
                  of.map(({ grant }) => grant).toSorted(),
                );
                expect(via.every((one) => one.inherited === (one.resource?.type !== type))).toBe(true);
              }
            }
            for (const [n, member] of members.entries()) {
              const subject = { organization, member };
              const listed = await all((after) =>
                service.listResources(subject, { ...asked, type, limit, after } as never),
              );
              const may = there
                .filter(({ id }) => (allowed.get(id)?.[n]?.length ?? 0) > 0)
                .map(({ id }) => id);
              expect(listed.map(({ id }) => id).toSorted()).toEqual(may.toSorted());
              const filter = await service.resourceFilter(subject, { ...asked, type } as never);
              const passed = await Promise.all(
                there.map(async (one) => {
                  if (filter.everything) return true;
                  const path = await app.get<Store>(STORE).read.resources.path(organization, one);
                  return path?.some((at) =>
                    filter.granted.some((root) => root.type === at.type && root.id === at.id),
                  );
                }),
              );
              expect(
                there
                  .filter((_one, at) => passed[at])
                  .map(({ id }) => id)
                  .toSorted(),
              ).toEqual(may.toSorted());
            }
          }
        }
        await new Promise(setImmediate);
      }),
      { numRuns: where === 'PostgreSQL' ? 8 : 25 },
    );
  }, 120_000);

  it('refuse with a code what cannot be listed', async () => {
    const { app } = await started(home);
    const service = app.get(AccessService);
    const { organization, members } = await plant(app, fc.sample(tree, { numRuns: 1, seed: 1 })[0]!);
    const subject = { organization, member: members[0]! };
    const wrong = { status: 400, code: 'question-unknown' };
    await expect(
      service.listResources(subject, { type: 'planet', permission: 'task:do' }),
    ).rejects.toMatchObject(wrong);
    await expect(
      service.listResources(subject, { type: 'task', permission: 'no:such' }),
    ).rejects.toMatchObject(wrong);
    await expect(service.listResources(subject, { type: 'task', role: 'org-admin' })).rejects.toMatchObject(
      wrong,
    );
    await expect(
      service.listMembers(organization, 'organization', { role: 'task-doer' }),
    ).rejects.toMatchObject(wrong);
    const cursor = { status: 400, code: 'cursor-invalid', message: expect.stringContaining('start again') };
    for (const after of ['', 'x', 'e30', Buffer.from('["a","b"]').toString('base64url')]) {
      await expect(
        service.listResources(subject, { type: 'task', permission: 'task:do', after }),
      ).rejects.toMatchObject(cursor);
    }
    const cursorOf = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const forged = [cursorOf(['a\0', '']), cursorOf(['a\ud800', ''])];
    for (const place of [['a\0'], [0, 'a\0', 'b', 'c'], [0, 'a', 'b', '\ud800'], [0.5, 'a', 'b', 'c']])
      for (const mode of ['all', 'below']) {
        const after = cursorOf([`${mode}:task`, JSON.stringify(place)]);
        await expect(
          service.listResources(subject, { type: 'task', permission: 'task:do', after }),
        ).rejects.toMatchObject(cursor);
      }
    // The bytes of a right one are no text either.
    const bytes = [...Buffer.from('["a",""]')];
    for (const after of ['x', null, {}, 7, ['x'], bytes, ...forged]) {
      const page = { after: after as string };
      await expect(
        service.listMembers(organization, 'organization', { role: 'org-admin', ...page }),
      ).rejects.toMatchObject(cursor);
      await expect(
        service.listResources(subject, { type: 'task', permission: 'task:do', ...page }),
      ).rejects.toMatchObject(cursor);
    }
    const none = { data: [] };
    const foreign = { organization: 'org_0000000000000000', member: members[0]! };
    expect(await service.listResources(foreign, { type: 'task', permission: 'task:do' })).toEqual(none);
    expect(
      await service.listMembers(organization, { type: 'task', id: 'nowhere' }, { permission: 'task:do' }),
    ).toEqual(none);
  });

  it('D2: hold nothing of another organization', async () => {
    const { app } = await started(home);
    const service = app.get(AccessService);
    const [one, other] = await Promise.all(
      ['One', 'Other'].map((name) => app.get(OrganizationService).create({ name })),
    );
    await app.get(ResourceService).upsert(other!.id, { type: 'workspace', id: 'w' });
    const { id: member } = await app
      .get(MemberService)
      .invite({ organization: one!.id, email: 'a@one.test' });
    expect(
      await service.listMembers(one!.id, { type: 'workspace', id: 'w' }, { permission: 'task:do' }),
    ).toEqual({ data: [] });
    const asked = { type: 'workspace', permission: 'workspace:manage' };
    expect(await service.listResources({ organization: other!.id, member }, asked)).toEqual({ data: [] });
  });
});

describe.runIf(homes.length > 1)('resourceFilter on PostgreSQL', () => {
  it('is a sub-select that finds what `granted` names', async () => {
    const [, home] = homes[1]!;
    const { app, store } = await started(home);
    const service = app.get(AccessService);
    const client = new Client((store as { url: string }).url);
    await client.connect();
    onTestFinished(() => client.end());
    for (const drawn of fc.sample(tree, { numRuns: 20, seed: 7 })) {
      const { organization, members } = await plant(app, drawn);
      for (const member of members) {
        const asked = { type: 'task', permission: 'task:do', firstParameter: 2 };
        const { granted, sql } = await service.resourceFilter({ organization, member }, asked);
        const { rows } = await client.query<ResourceReference>(
          `select distinct type, id from (${sql!.text}) as granted where type <> $1 order by type, id`,
          ['none', ...sql!.parameters],
        );
        const key = ({ type, id }: ResourceReference) => `${type}:${id}`;
        expect(rows.map(key).toSorted()).toEqual(granted.map(key).toSorted());
      }
    }
  });
});
