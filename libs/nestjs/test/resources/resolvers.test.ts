import { defineAccess } from '@idp-roles/access';
import { assignRole } from '@idp-roles/use-cases';
import {
  Controller,
  ForbiddenException,
  Get,
  Injectable,
  NotFoundException,
  Scope,
  type INestApplication,
  type Provider,
} from '@nestjs/common';
import request from 'supertest';
import { describe, expect, it } from 'vitest';
import {
  AccessService,
  AssignmentService,
  OrganizationService,
  ResolverAuditError,
  ResolvesResource,
  ResourceService,
  type ResolvedResource,
  type ResourceResolver,
} from '../../src/index.js';
import { UseCases } from '../../src/use-cases.js';
import { anActiveMember, treeApp } from './tree-app.js';

const access = defineAccess({
  resources: {
    workspace: { parent: 'organization' },
    project: { parent: 'workspace' },
    task: { parent: 'project' },
  },
  roles: {
    'org-admin': { permissions: ['project:edit', 'task:do'] },
    'workspace-admin': { on: 'workspace', permissions: ['project:edit', 'task:do'] },
    'project-editor': { on: 'project', permissions: ['project:edit', 'task:do'] },
    'task-doer': { on: 'task', permissions: ['task:do'] },
  },
});

/** The host's own tables, by organization and id. */
@Injectable()
class Tables {
  readonly projects = new Map<string, unknown>();
  readonly tasks = new Map<string, unknown>();
  asked = 0;
}

@Injectable()
@ResolvesResource<typeof access>('project')
class Projects implements ResourceResolver {
  // What a host's services do: its own tables, and ours.
  constructor(
    private readonly tables: Tables,
    readonly accessService: AccessService<typeof access>,
  ) {}

  async resolve(organization: string, id: string) {
    this.tables.asked += 1;
    const found = this.tables.projects.get(`${organization}/${id}`);
    if (found instanceof Error) throw found;
    return found as ResolvedResource | undefined;
  }
}

@Injectable()
@ResolvesResource('task')
class Tasks implements ResourceResolver {
  constructor(private readonly tables: Tables) {}

  resolve(organization: string, id: string) {
    return this.tables.tasks.get(`${organization}/${id}`) as ResolvedResource | undefined;
  }
}

const start = (providers: readonly Provider[] = [Tables, Projects, Tasks]) =>
  treeApp({ access, providers: [...providers] });

async function acme(app: INestApplication) {
  const tables = app.get(Tables);
  const [acme, globex] = await Promise.all(
    ['Acme', 'Globex'].map((name) => app.get(OrganizationService).create({ name })),
  );
  const organization = acme!.id;
  const resources = app.get(ResourceService);
  for (const id of ['platform', 'design']) await resources.upsert(organization, { type: 'workspace', id });
  await resources.upsert(globex!.id, { type: 'workspace', id: 'vault' });
  const under = (id: string) => ({ parent: { type: 'workspace', id } });
  tables.projects.set(`${organization}/api`, under('platform'));
  tables.projects.set(`${globex!.id}/secret`, under('vault'));
  tables.tasks.set(`${organization}/t1`, { parent: { type: 'project', id: 'api' } });
  const member = await anActiveMember(app, organization);
  const service = app.get(AccessService);
  const may = async (type: string, id: string) =>
    (await service.check({ organization, member }, { permission: 'task:do', resource: { type, id } }))
      .allowed;
  const assign = (role: string, type: string, id: string) =>
    app.get(AssignmentService).assign({ organization, member, role, resource: { type, id } } as never);
  return { tables, organization, globex: globex!.id, member, under, service, may, assign };
}

describe('A8: resources that the host resolves', () => {
  it('are checked through its answer and what is registered above', async () => {
    const app = await start();
    const { organization, tables, under, may, assign } = await acme(app);
    expect(await may('task', 't1')).toBe(false);
    await assign('workspace-admin', 'workspace', 'platform');
    expect([await may('project', 'api'), await may('task', 't1')]).toEqual([true, true]);
    // Moved in the host's tables: the next check sees it.
    tables.projects.set(`${organization}/api`, under('design'));
    expect([await may('project', 'api'), await may('task', 't1')]).toEqual([false, false]);
    tables.projects.set(`${organization}/api`, under('platform'));
    tables.tasks.delete(`${organization}/t1`);
    expect(await may('task', 't1')).toBe(false);
  });

  it('A5: are not found where another organization has them, nor below what is not there', async () => {
    const app = await start();
    const { organization, tables, under, may, assign, service, member } = await acme(app);
    await assign('workspace-admin', 'workspace', 'platform');
    expect(await may('project', 'secret')).toBe(false);
    for (const id of ['gone', 'vault']) {
      tables.projects.set(`${organization}/api`, under(id));
      const answer = await service.check(
        { organization, member },
        { permission: 'task:do', resource: { type: 'project', id: 'api' } },
      );
      expect(answer).toMatchObject({ allowed: false, code: 'resource-unknown' });
    }
  });

  it('deny where the answer has another shape', async () => {
    const app = await start();
    const { organization, tables, may, assign } = await acme(app);
    const admin = await assign('workspace-admin', 'workspace', 'platform');
    expect(admin.outcome).toBe('assigned');
    const shapes: unknown[] = [
      null,
      7,
      'platform',
      true,
      [],
      {},
      { parent: null },
      { parent: 'platform' },
      { parent: { type: 'workspace' } },
      { parent: { type: 'workspace', id: 7 } },
      { parent: { type: 'workspace', id: '' } },
      { parent: { type: 'workspace', id: 'x'.repeat(10_000) } },
      { parent: { type: 'project', id: 'api' } },
      { parent: { type: 'organization', id: organization } },
      { parent: [{ type: 'workspace', id: 'platform' }] },
    ];
    for (const shape of shapes) {
      tables.projects.set(`${organization}/api`, shape);
      expect([shape, await may('project', 'api')]).toEqual([shape, false]);
    }
  });

  it('D6: are a 503 where the host fails, whatever it throws', async () => {
    const app = await start();
    const { organization, tables, may } = await acme(app);
    for (const thrown of [
      new Error('the table is away'),
      new NotFoundException(),
      new ForbiddenException(),
    ]) {
      tables.projects.set(`${organization}/api`, thrown);
      await expect(may('project', 'api')).rejects.toMatchObject({ status: 503, code: 'store-unavailable' });
    }
  });

  it('are asked at each check, unless the host says how long an answer holds', async () => {
    const app = await start();
    const { tables, may } = await acme(app);
    for (let turn = 0; turn < 3; turn++) await may('project', 'api');
    expect(tables.asked).toBe(3);

    @Injectable()
    @ResolvesResource('project', { cacheMs: 60_000 })
    class Remembered extends Projects {}
    const other = await start([Tables, Remembered, Tasks]);
    const { tables: kept, may: mayThen, organization, assign } = await acme(other);
    await assign('workspace-admin', 'workspace', 'platform');
    kept.asked = 0;
    for (let turn = 0; turn < 3; turn++) expect(await mayThen('project', 'api')).toBe(true);
    expect(kept.asked).toBe(1);
    // A no is not kept: what is made now is there at once.
    expect(await mayThen('project', 'new')).toBe(false);
    kept.projects.set(`${organization}/new`, { parent: { type: 'workspace', id: 'platform' } });
    expect(await mayThen('project', 'new')).toBe(true);
  });

  it('are kept as they were answered: what the host does to its own object afterwards counts nowhere', async () => {
    @Injectable()
    @ResolvesResource('project', { cacheMs: 60_000 })
    class Remembered extends Projects {}
    const app = await start([Tables, Remembered, Tasks]);
    const { tables, may, organization, assign, under } = await acme(app);
    await assign('workspace-admin', 'workspace', 'platform');
    const own = under('design');
    tables.projects.set(`${organization}/api`, own);
    expect(await may('project', 'api')).toBe(false);
    own.parent.id = 'platform';
    expect(await may('project', 'api')).toBe(false);
  });

  it.each([null, undefined])('may stand right below the organization: a parent of %s', async (parent) => {
    @ResolvesResource('workspace')
    class Workspaces {
      resolve = () => ({ parent });
    }
    const app = await start([Tables, Workspaces, Projects, Tasks]);
    const organization = await app.get(OrganizationService).create({ name: 'Acme' });
    const member = await anActiveMember(app, organization.id);
    const subject = { organization: organization.id, member };
    const resource = { type: 'workspace', id: 'w' };
    await app.get(AssignmentService).assign({ ...subject, role: 'workspace-admin', resource } as never);
    const asked = { permission: 'task:do', resource };
    expect(await app.get(AccessService).check(subject, asked)).toMatchObject({ allowed: true });
  });

  it('D6: are a 503 where the host does not answer in 2 s, and hold no write longer', async () => {
    const app = await start();
    const { organization, tables, may, assign } = await acme(app);
    const never = Object.assign(new Promise(() => {}), {});
    tables.tasks.set(`${organization}/slow`, never);
    const began = performance.now();
    const slow = { status: 503, code: 'store-unavailable' };
    const write = app.get(OrganizationService);
    await Promise.all([
      expect(may('task', 'slow')).rejects.toMatchObject(slow),
      expect(assign('task-doer', 'task', 'slow')).rejects.toMatchObject(slow),
      expect(write.create({ name: 'Beside' })).resolves.toBeDefined(),
    ]);
    expect(performance.now() - began).toBeLessThan(3_500);
  });

  it('are assigned only where the host has them; what is held on them goes with `remove`', async () => {
    const app = await start();
    const { may, assign, organization, member } = await acme(app);
    await expect(assign('project-editor', 'project', 'secret')).rejects.toMatchObject({
      code: 'resource-missing',
      message: "the host's resolver knows no project `secret` in this organization; check the id",
    });
    await assign('project-editor', 'project', 'api');
    expect(await may('task', 't1')).toBe(true);
    await app.get(ResourceService).remove(organization, { type: 'project', id: 'api' });
    expect(await may('task', 't1')).toBe(false);
    expect(await app.get(AssignmentService).list({ organization, member })).toEqual([]);
  });

  it('A9: bind who gives a role by what they hold above it', async () => {
    const app = await start();
    const { organization, member, assign } = await acme(app);
    await assign('workspace-admin', 'workspace', 'design');
    const { context } = app.get(UseCases);
    const by = (actor: string) => ({ kind: 'member', id: actor }) as const;
    const input = {
      organization,
      member,
      role: 'project-editor',
      resource: { type: 'project', id: 'api' },
      actor: by(member),
    };
    await expect(assignRole(context, input)).rejects.toMatchObject({ code: 'permission-not-held' });
    await assign('workspace-admin', 'workspace', 'platform');
    expect(await assignRole(context, input)).toMatchObject({ outcome: 'assigned' });
  });

  it('M13: are targets of role mappings where the host has them', async () => {
    const app = await treeApp({ access, providers: [Tables, Projects, Tasks], allowResourceMappings: true });
    const { organization } = await acme(app);
    const agent = request(app.getHttpServer());
    const post = (path: string, body: object) =>
      agent
        .post(`/idp-roles/v1/organizations/${organization}/${path}`)
        .set('authorization', 'Bearer a-service-key-of-these-tests')
        .send(body);
    const { body: directory } = await post('directories', { name: 'Okta' });
    const mapping = (id: string) =>
      post('role-mappings', {
        source: { directory: directory.id },
        claim: 'groups',
        value: 'x',
        role: 'project-editor',
        resource: { type: 'project', id },
      });
    expect((await mapping('api')).status).toBe(201);
    const unknown = await mapping('secret');
    expect(unknown).toMatchObject({ status: 422, body: { code: 'resource-missing' } });
    expect(JSON.stringify(unknown.body)).toContain("the host's resolver knows no project");
  });

  it('are not registered, and not listed: `resourceFilter` is for them', async () => {
    const app = await start();
    const { organization, member, assign, service } = await acme(app);
    await assign('workspace-admin', 'workspace', 'platform');
    const parent = { type: 'workspace', id: 'platform' };
    await expect(
      app.get(ResourceService).upsert(organization, { type: 'project', id: 'x', parent }),
    ).rejects.toMatchObject({
      code: 'invalid',
      problems: [{ code: 'resource-type-resolved' }],
    });
    const subject = { organization, member };
    const asked = { type: 'project', permission: 'project:edit' };
    await expect(service.listResources(subject, asked)).rejects.toMatchObject({
      status: 400,
      code: 'type-resolved',
    });
    expect(await service.resourceFilter(subject, asked)).toEqual({ everything: false, granted: [parent] });
    const api = { type: 'project', id: 'api' };
    expect(await service.listMembers(organization, api, { permission: 'project:edit' })).toMatchObject({
      data: [{ member, via: [{ role: 'workspace-admin', inherited: true }] }],
    });
  });
});

describe('A8: the start is stopped by resolvers that', () => {
  const problemsOf = async (providers: readonly Provider[], more: object = {}) => {
    const stopped = await treeApp({ access, providers: [Tables, ...providers], ...more }).catch(
      (error: unknown) => error,
    );
    expect(stopped).toBeInstanceOf(ResolverAuditError);
    const { problems, message } = stopped as ResolverAuditError;
    for (const problem of problems) expect(message).toContain(problem.where);
    return problems.map(({ code, where }) => [code, where]);
  };

  it('resolve a type that the model lacks', async () => {
    @ResolvesResource('planet')
    class Planets {
      resolve = () => undefined;
    }
    expect(await problemsOf([Planets])).toEqual([['type-unknown', 'Planets']]);
  });

  it('are double', async () => {
    @ResolvesResource('project')
    class Others extends Projects {}
    expect(await problemsOf([Projects, Others, Tasks])).toEqual([['resolver-double', 'Projects']]);
  });

  it('are missing below another', async () => {
    expect(await problemsOf([Projects])).toEqual([['resolver-missing', 'Projects']]);
  });

  it('are made for each request, or depend on what is', async () => {
    @Injectable({ scope: Scope.REQUEST })
    class Request {}
    @Injectable()
    @ResolvesResource('task')
    class Dependent {
      constructor(readonly request: Request) {}
      resolve = () => undefined;
    }
    @Injectable({ scope: Scope.TRANSIENT })
    class Fleeting {}
    expect(await problemsOf([Request, Fleeting, Dependent])).toEqual([['resolver-not-static', 'Dependent']]);
  });

  it('lack the method, or are controllers', async () => {
    @ResolvesResource('task')
    class Without {}
    @Controller('tasks')
    @ResolvesResource('task')
    class TasksController {
      @Get() resolve() {}
    }
    const found = await problemsOf([Without], { controllers: [TasksController] });
    expect(found).toEqual([
      ['resolver-is-controller', 'TasksController'],
      ['resolve-missing', 'Without'],
    ]);
  });

  it('are none of these: factories, values, aliases, and what a test puts in their place', async () => {
    const app = await start([
      Tables,
      {
        provide: 'projects',
        useFactory: (tables: Tables, service: AccessService) => new Projects(tables, service as never),
        inject: [Tables, AccessService],
      },
      { provide: 'alias', useExisting: 'projects' },
      { provide: Tasks, useValue: { resolve: () => ({ parent: { type: 'project', id: 'api' } }) } },
    ]);
    const { may, assign } = await acme(app);
    await assign('workspace-admin', 'workspace', 'platform');
    expect([await may('project', 'api'), await may('task', 'any')]).toEqual([true, true]);
  });
});
