import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { newId, openStore, type Store } from '@idp-roles/store';
import type { INestApplication, Provider, Type } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import {
  AccessService,
  AssignmentService,
  IdpRolesModule,
  OrganizationService,
  ResourceService,
  setupIdpRoles,
  type AccessModel,
  type ResourceFilter,
} from '@idp-roles/nestjs';
import { Client } from 'pg';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { stepsOf } from './markdown.js';
import { mismatches } from './shown.js';

const steps = stepsOf('docs/guards.md');
const built = fileURLToPath(new URL('./dist/', import.meta.url));
mkdirSync(built, { recursive: true });
const folder = mkdtempSync(join(built, 'lists-'));
for (const { kind, text } of steps) {
  const name = kind === 'ts' ? /^\/\/ ([\w.-]+\.ts)\n/.exec(text)?.[1] : undefined;
  if (name !== undefined && !name.includes('.test.')) writeFileSync(join(folder, name), text);
}
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const block = async <T>(name: string) => (await import(join(folder, name))) as T;
const { access } = await block<{ access: AccessModel }>('access.ts');
const databaseUrl = process.env['TEST_DATABASE_URL'];
const secret = 'a secret of the tests of this page, long enough';

async function started(providers: readonly Provider[], location?: { url: string; schema: string }) {
  const data = mkdtempSync(join(tmpdir(), 'idp-roles-lists-'));
  const store = await openStore(location ?? { folder: data }, { secretKeys: [secret] });
  const options = { access, publicUrl: 'http://localhost:3000', store: location ?? { folder: data }, secret };
  const module = await Test.createTestingModule({
    imports: [IdpRolesModule.forRoot(options)],
    providers: [...providers],
  }).compile();
  const app = setupIdpRoles(module.createNestApplication({ logger: false }));
  onTestFinished(async () => {
    await app.close();
    await store.close();
    rmSync(data, { recursive: true });
  });
  await app.init();
  const { id: organization } = await app.get(OrganizationService).create({ name: 'Acme' });
  await app.get(ResourceService).upsert(organization, { type: 'workspace', id: 'platform' });
  return { app, organization, join: () => aMember(store, organization) };
}

async function aMember(store: Store, organization: string): Promise<string> {
  const id = newId('mem', organization);
  const common = { organization, id, createdAt: 0, updatedAt: 0, sessionsValidFrom: 0 };
  await store.transaction((tx) =>
    tx.members.insert({ ...common, status: 'active', emailLinks: false, createdVia: 'api' }),
  );
  return id;
}

function assign(
  app: INestApplication,
  organization: string,
  member: string,
  role: string,
  resource?: object,
) {
  return app.get(AssignmentService).assign({ organization, member, role, resource } as never);
}

interface Lists {
  editable(organization: string, member: string, after?: string): ReturnType<AccessService['listResources']>;
  editors(organization: string, project: string, after?: string): ReturnType<AccessService['listMembers']>;
  admins(organization: string): ReturnType<AccessService['listMembers']>;
}

interface Support {
  why(organization: string, member: string, project: string): ReturnType<AccessService['explain']>;
  replay(organization: string, decisionId: string): ReturnType<AccessService['explainDecision']>;
}

interface Own {
  readonly ProjectTable: Type<{ rows: { id: string; organization: string; workspace: string }[] }>;
  readonly ProjectResolver: Type;
  readonly OwnProjectsService: Type<{
    visible(organization: string, member: string): Promise<readonly { id: string }[]>;
  }>;
}

describe('the access guide, on lists', () => {
  it('A8: lists, explains and replays as it says', async () => {
    const { ProjectListsService } = await block<{ ProjectListsService: Type<Lists> }>(
      'project-lists.service.ts',
    );
    const { SupportService } = await block<{ SupportService: Type<Support> }>('support.service.ts');
    const { app, organization, join: joins } = await started([ProjectListsService, SupportService]);
    const parent = { type: 'workspace', id: 'platform' };
    await app
      .get(ResourceService)
      .upsert(organization, { type: 'project', id: 'backend', name: 'Backend', parent });
    const [editor, admin, viewer] = [await joins(), await joins(), await joins()];
    await assign(app, organization, editor, 'workspace-admin', parent);
    await assign(app, organization, admin, 'org-admin');
    await assign(app, organization, viewer, 'org-member');
    const lists = app.get(ProjectListsService);
    const backend = { type: 'project', id: 'backend', name: 'Backend' };
    expect(await lists.editable(organization, editor)).toEqual({ data: [backend] });
    expect(await lists.editable(organization, viewer)).toEqual({ data: [] });
    const { data } = await lists.editors(organization, 'backend');
    expect(data.map(({ member }) => member)).toEqual([editor, admin].toSorted());
    expect(data.every(({ via }) => via.every(({ inherited }) => inherited))).toBe(true);
    expect((await lists.admins(organization)).data).toMatchObject([
      { member: admin, via: [{ inherited: false }] },
    ]);

    const support = app.get(SupportService);
    const at = steps.findIndex(({ kind, text }) => kind === 'answers' && text === 'nearest');
    const { nearest } = await support.why(organization, viewer, 'backend');
    expect(mismatches(JSON.parse(steps[at + 1]!.text), nearest)).toEqual([]);
    const question = { permission: 'project:edit', resource: { type: 'project', id: 'backend' } };
    const { decisionId } = await app.get(AccessService).check({ organization, member: viewer }, question);
    expect(await support.replay(organization, decisionId)).toMatchObject({
      changed: false,
      now: [{ allowed: false }],
    });
    await expect(support.replay('org_0000000000000000', decisionId)).rejects.toMatchObject({
      code: 'decision-unknown',
    });
  });

  it('A8: resolves resources of a host’s own table', async () => {
    const { ProjectTable, ProjectResolver, OwnProjectsService } = await block<Own>('own-projects.ts');
    const {
      app,
      organization,
      join: joins,
    } = await started([ProjectTable, ProjectResolver, OwnProjectsService]);
    const { rows } = app.get(ProjectTable);
    rows.push({ id: 'backend', organization, workspace: 'platform' });
    rows.push({ id: 'frontend', organization, workspace: 'design' });
    rows.push({ id: 'secret', organization: 'org_0000000000000000', workspace: 'platform' });
    const [editor, member] = [await joins(), await joins()];
    await assign(app, organization, editor, 'project-editor', { type: 'project', id: 'backend' });
    await assign(app, organization, member, 'org-member');
    const own = app.get(OwnProjectsService);
    const seen = async (who: string) => (await own.visible(organization, who)).map(({ id }) => id);
    expect([await seen(editor), await seen(member)]).toEqual([['backend'], ['backend', 'frontend']]);
    const may = (id: string) =>
      app
        .get(AccessService)
        .check(
          { organization, member: editor },
          { permission: 'project:edit', resource: { type: 'project', id } },
        );
    expect([(await may('backend')).allowed, (await may('secret')).code]).toEqual([true, 'resource-unknown']);
  });

  it.runIf(databaseUrl)('A8: lets PostgreSQL join', async () => {
    const { visibleProjects } = await block<{
      visibleProjects(
        client: Client,
        organization: string,
        filter: ResourceFilter,
      ): Promise<{ id: string }[]>;
    }>('own-projects-query.ts');
    const schema = `test_${randomUUID().replaceAll('-', '')}`;
    const client = new Client(databaseUrl);
    await client.connect();
    onTestFinished(async () => {
      await client.query(`drop schema if exists ${schema} cascade`);
      await client.end();
    });
    const { app, organization, join: joins } = await started([], { url: databaseUrl ?? '', schema });
    await client.query(`create temporary table projects (organization text, id text, workspace text)`);
    await client.query(
      `insert into projects values ($1, 'backend', 'platform'), ($1, 'frontend', 'design'), ('org_x', 'secret', 'platform')`,
      [organization],
    );
    const [editor, member] = [await joins(), await joins()];
    await assign(app, organization, editor, 'workspace-admin', { type: 'workspace', id: 'platform' });
    await assign(app, organization, member, 'org-member');
    const seen = async (who: string) => {
      const asked = { type: 'project', permission: 'project:view', firstParameter: 2 };
      const filter = await app.get(AccessService).resourceFilter({ organization, member: who }, asked);
      return (await visibleProjects(client, organization, filter)).map(({ id }) => id).toSorted();
    };
    expect([await seen(editor), await seen(member), await seen('nobody')]).toEqual([
      ['backend'],
      ['backend', 'frontend'],
      [],
    ]);
  });
});
