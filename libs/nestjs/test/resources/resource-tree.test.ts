import { defineAccess } from '@idp-roles/access';
import type { INestApplication } from '@nestjs/common';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { AccessService, AssignmentService, OrganizationService, ResourceService } from '../../src/index.js';
import { anActiveMember, homes, treeApp, type HomeOf } from './tree-app.js';

const depths = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] as const;
/** Ten types, each below the one before. */
const access = defineAccess({
  resources: Object.fromEntries(
    depths.map((n) => [`t${n}`, { parent: n === 1 ? 'organization' : `t${n - 1}` }]),
  ),
  roles: {
    reader: { permissions: ['t10:read'] },
    'top-admin': { on: 't1', permissions: ['t10:edit', 't10:read'] },
    'third-admin': { on: 't3', permissions: ['t10:edit', 't10:read'] },
    'leaf-editor': { on: 't10', permissions: ['t10:edit', 't10:read'] },
  },
});

/** `a1` to `a10` in one line below the organization, `b1` to `b10` in another. */
async function lines(app: INestApplication, organization: string): Promise<void> {
  for (const line of ['a', 'b'])
    for (const n of depths)
      await app.get(ResourceService).upsert(organization, {
        type: `t${n}`,
        id: `${line}${n}`,
        ...(n > 1 && { parent: { type: `t${n - 1}`, id: `${line}${n - 1}` } }),
      });
}

async function started(home: HomeOf, instances = 1) {
  const { store, drop } = home();
  onTestFinished(drop);
  const apps: INestApplication[] = [];
  for (let n = 0; n < instances; n++) apps.push(await treeApp({ access, store }));
  const [app] = apps as [INestApplication];
  const { id: organization } = await app.get(OrganizationService).create({ name: 'Acme' });
  await lines(app, organization);
  const member = await anActiveMember(app, organization);
  const assign = (role: string, type?: string, id?: string, expiresAt?: number) =>
    app
      .get(AssignmentService)
      .assign({ organization, member, role, ...(type && { resource: { type, id } }), expiresAt } as never);
  const may = async (id: string, on = app) => {
    const question = { permission: 't10:edit', resource: { type: 't10', id } };
    return (await on.get(AccessService).check({ organization, member }, question)).allowed;
  };
  return { apps, app, organization, member, assign, may };
}

describe.each(homes)('A8: the resource tree on %s', (_, home) => {
  it('A2: permissions flow down ten levels, and lists follow', async () => {
    const { app, assign, may, organization, member } = await started(home);
    await assign('top-admin', 't1', 'a1');
    expect([await may('a10'), await may('b10')]).toEqual([true, false]);
    const service = app.get(AccessService);
    const asked = { type: 't10', permission: 't10:edit' };
    expect((await service.listResources({ organization, member }, asked)).data).toEqual([
      { type: 't10', id: 'a10' },
    ]);
    const leaf = { type: 't10', id: 'a10' };
    expect(await service.listMembers(organization, leaf, { permission: 't10:edit' })).toMatchObject({
      data: [{ member, via: [{ role: 'top-admin', resource: { type: 't1', id: 'a1' }, inherited: true }] }],
    });
  });

  it('A7: a subtree that moved counts where it stands, at the next check here and soon on other instances', async () => {
    const { apps, app, assign, may, organization } = await started(home, 2);
    const other = apps[1]!;
    await assign('third-admin', 't3', 'a3');
    expect([await may('a10'), await may('b10')]).toEqual([true, false]);
    await vi.waitFor(async () =>
      expect([await may('a10', other), await may('b10', other)]).toEqual([true, false]),
    );
    const resources = app.get(ResourceService);
    const to = (id: string, parent: string) =>
      resources.move(organization, { type: 't4', id }, { type: 't3', id: parent });
    for (let round = 0; round < 5; round++) {
      await to('a4', 'b3');
      await to('b4', 'a3');
      expect([await may('a10'), await may('b10')]).toEqual([false, true]);
      await vi.waitFor(
        async () => expect([await may('a10', other), await may('b10', other)]).toEqual([false, true]),
        { interval: 2 },
      );
      await to('a4', 'a3');
      await to('b4', 'b3');
      expect([await may('a10'), await may('b10')]).toEqual([true, false]);
      await vi.waitFor(
        async () => expect([await may('a10', other), await may('b10', other)]).toEqual([true, false]),
        { interval: 2 },
      );
    }
  });

  it('one that is made is there at the next check, one that is removed is not', async () => {
    const { apps, app, assign, may, organization } = await started(home, 2);
    await assign('top-admin', 't1', 'a1');
    const resources = app.get(ResourceService);
    const made = { type: 't10', id: 'new' };
    for (let round = 0; round < 3; round++) {
      expect(await may('new')).toBe(false);
      await resources.upsert(organization, { ...made, parent: { type: 't9', id: 'a9' } });
      expect(await may('new')).toBe(true);
      await vi.waitFor(async () => expect(await may('new', apps[1])).toBe(true), { interval: 2 });
      await resources.remove(organization, made);
      expect(await may('new')).toBe(false);
      await vi.waitFor(async () => expect(await may('new', apps[1])).toBe(false), { interval: 2 });
    }
  });

  it('is removed from the leaves up, or all at once, with what is held there; made anew it holds nothing', async () => {
    const { app, assign, may, organization, member } = await started(home);
    const resources = app.get(ResourceService);
    await assign('leaf-editor', 't10', 'a10');
    await assign('third-admin', 't3', 'a3');
    const top = { type: 't1', id: 'a1' };
    await expect(resources.remove(organization, top)).rejects.toMatchObject({
      code: 'resource-has-children',
      subjects: ['a2'],
    });
    expect(await may('a10')).toBe(true);
    await resources.remove(organization, top, { cascade: true });
    expect(await may('a10')).toBe(false);
    expect(await app.get(AssignmentService).list({ organization, member })).toEqual([]);
    expect((await resources.list(organization, { limit: 200 })).data).toHaveLength(depths.length);
    await lines(app, organization);
    expect(await may('a10')).toBe(false);
    await expect(resources.remove(organization, { type: 't1', id: 'gone' })).rejects.toMatchObject({
      code: 'resource-not-found',
    });
  });

  it('D2: of another organization is never found', async () => {
    const { app, assign, organization, member } = await started(home);
    const resources = app.get(ResourceService);
    const { id: globex } = await app.get(OrganizationService).create({ name: 'Globex' });
    const foreign = { type: 't1', id: 'vault' };
    await resources.upsert(globex, foreign);
    await expect(assign('top-admin', 't1', 'vault')).rejects.toMatchObject({ code: 'resource-missing' });
    const below = { type: 't2', id: 'a2' };
    await expect(resources.move(organization, below, foreign)).rejects.toMatchObject({
      code: 'resource-missing',
    });
    await expect(resources.move(organization, foreign)).rejects.toMatchObject({ code: 'resource-not-found' });
    await expect(resources.remove(organization, foreign)).rejects.toMatchObject({
      code: 'resource-not-found',
    });
    expect(await resources.get(organization, foreign)).toBeUndefined();
    expect(await resources.get(globex, foreign)).toBeDefined();
    const question = { permission: 't10:read', resource: foreign };
    const answer = await app.get(AccessService).check({ organization, member }, question);
    expect(answer).toMatchObject({ allowed: false, code: 'resource-unknown' });
  });

  it('of a wrong place is refused with a code', async () => {
    const { app, organization } = await started(home);
    const resources = app.get(ResourceService);
    const upsert = (type: string, id: string, parent?: { type: string; id: string }) =>
      resources.upsert(organization, { type, id, ...(parent && { parent }) });
    const wrong = [
      () => upsert('planet', 'x'),
      () => upsert('t2', 'x'),
      () => upsert('t1', 'x', { type: 't1', id: 'a1' }),
      () => upsert('t3', 'x', { type: 't1', id: 'a1' }),
      () => upsert('t1', ''),
      () => upsert('t1', 'x'.repeat(10_000)),
      () => upsert('t1', 'nul\0'),
    ];
    for (const each of wrong)
      await expect(each()).rejects.toMatchObject({ name: 'UseCaseError', code: 'invalid' });
  });
});
