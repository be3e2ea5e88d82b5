import type { ResourceReference } from '@idp-roles/mapping';
import { describe, expect, it } from 'vitest';
import { anOrganization, resource } from './specimens.js';
import { expectRefusal, START, type Subject } from './subject.js';

const reference = ({ type, id }: ResourceReference) => ({ type, id });

export function resourcesContract(on: Subject): void {
  const read = () => on.store.read.resources;

  const tree = async () => {
    const organization = await anOrganization(on);
    const workspace = resource(organization, 'workspace', 'platform');
    const project = resource(organization, 'project', 'api', workspace);
    const task = resource(organization, 'task', '1', project);
    await on.write(async (tx) => {
      for (const each of [workspace, project, task]) await tx.resources.put(each);
    });
    return { organization, workspace, project, task };
  };

  describe('resources', () => {
    it('keeps every field; put again changes name and parent alone', async () => {
      const { organization, workspace, project } = await tree();
      expect(await read().get(organization, project)).toStrictEqual(project);
      expect(await read().get(organization, { type: 'workspace', id: 'api' })).toBeUndefined();
      const { parent: _, ...root } = project;
      await on.write((tx) => tx.resources.put({ ...root, name: 'API', createdAt: START + 9 }));
      expect(await read().get(organization, project)).toStrictEqual({ ...root, name: 'API' });
      await on.write((tx) => tx.resources.put({ ...project, parent: reference(workspace) }));
      expect(await read().get(organization, project)).toStrictEqual(project);
    });

    it('answers the path in one statement, nearest first', async () => {
      const { organization, workspace, project, task } = await tree();
      const path = () => read().path(organization, task);
      expect(await path()).toEqual([reference(task), reference(project), reference(workspace)]);
      expect(await on.statementsOf(path)).toBe(1);
      expect(await read().path(organization, { type: 'task', id: '2' })).toBeUndefined();
    });

    it('refuses a parent that is not there, and every cycle', async () => {
      const { organization, workspace, project, task } = await tree();
      const moved = (parent: { type: string; id: string }) => ({ ...workspace, parent });
      await on.write(async (tx) => {
        await expectRefusal(
          tx.resources.put(moved({ type: 'workspace', id: 'x' })),
          'resource-parent-missing',
        );
        for (const below of [workspace, project, task])
          await expectRefusal(tx.resources.put(moved(reference(below))), 'resource-cycle');
        const self = { ...workspace, id: 'self', parent: { type: 'workspace', id: 'self' } };
        await expectRefusal(tx.resources.put(self), 'resource-cycle');
      });
      expect(await read().get(organization, workspace)).toEqual(workspace);
    });

    it('deletes leaves only', async () => {
      const { organization, project, task } = await tree();
      await on.write(async (tx) => {
        await expectRefusal(tx.resources.delete(organization, project), 'resource-parent-missing');
        expect(await tx.resources.delete(organization, task)).toBe(true);
        expect(await tx.resources.delete(organization, task)).toBe(false);
        expect(await tx.resources.delete(organization, project)).toBe(true);
      });
      expect(await read().path(organization, project)).toBeUndefined();
    });

    it('D1: lists by bytes, page by page, of one type or of all', async () => {
      const organization = await anOrganization(on);
      const ids = ['é', 'a', 'Z', 'B', '\u{1F600}', 'b', '\uFFFD', 'a '];
      await on.write(async (tx) => {
        for (const id of ids) await tx.resources.put(resource(organization, 'workspace', id));
        await tx.resources.put(resource(organization, 'project', 'zz'));
      });
      const byBytes = ids.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
      const first = await read().list(organization, { limit: 4 });
      const rest = await read().list(organization, { limit: 9, after: first.after });
      expect([...first.data, ...rest.data].map((each) => each.id)).toEqual(['zz', ...byBytes]);
      expect((await read().list(organization, { limit: 9, type: 'project' })).data).toHaveLength(1);
    });

    it('answers children up to a limit', async () => {
      const { organization, workspace, project } = await tree();
      const second = resource(organization, 'project', 'web', workspace);
      await on.write((tx) => tx.resources.put(second));
      expect(await read().children(organization, workspace, 9)).toEqual([project, second]);
      expect(await read().children(organization, workspace, 1)).toEqual([project]);
      expect(await read().children(organization, second, 9)).toEqual([]);
    });

    it('says which of many exist', async () => {
      const { organization, project } = await tree();
      const many = Array.from({ length: 2_500 }, (_, i) => ({ type: 'project', id: `p${i}` }));
      const asked = [...many, reference(project), { type: 'Project', id: 'api' }];
      expect(await read().existing(organization, asked)).toEqual(new Set(['project:api']));
      expect(await read().existing(organization, [])).toEqual(new Set());
    });
  });
}
