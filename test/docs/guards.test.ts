import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Logger, type INestApplication, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ApolloDriver } from '@nestjs/apollo';
import { GraphQLModule } from '@nestjs/graphql';
import { Test } from '@nestjs/testing';
import {
  MemberService,
  OrganizationService,
  ResourceService,
  setupIdpRoles,
  type AccessModel,
} from '@idp-roles/nestjs';
import { AccessTestingModule, TestAccess } from '@idp-roles/nestjs/testing';
import request from 'supertest';
import { afterAll, describe, expect, it } from 'vitest';
import { stepsOf } from './markdown.js';
import { mismatches } from './shown.js';

const page = 'docs/guards.md';
const steps = stepsOf(page);
/** The page's blocks as files, where they import what a host's would. */
const built = fileURLToPath(new URL('./dist/', import.meta.url));
mkdirSync(built, { recursive: true });
const folder = mkdtempSync(join(built, 'guards-'));
const data = mkdtempSync(join(tmpdir(), 'idp-roles-guards-'));
const named = [
  ...steps,
  ...stepsOf('docs/operating.md'),
  ...stepsOf('docs/sign-in.md'),
  ...stepsOf('docs/directories.md'),
].flatMap(({ kind, text }) => {
  const name = kind === 'ts' ? /^\/\/ ([\w.-]+\.ts)\n/.exec(text)?.[1] : undefined;
  return name === undefined ? [] : [{ name, text }];
});
/** Not under a name that vitest would collect by itself. */
const fileOf = (name: string) => name.replace('.test.ts', '-test.ts');
for (const { name, text } of named) writeFileSync(join(folder, fileOf(name)), text);

const resources = [
  { type: 'workspace', id: 'platform' },
  { type: 'project', id: 'backend', parent: { type: 'workspace', id: 'platform' } },
];

interface Blocks {
  readonly access: AccessModel;
  readonly controllers: Record<'HealthController' | 'ProjectsController' | 'ReportsController', Type>;
}

async function block<T>(name: string): Promise<T> {
  return (await import(join(folder, fileOf(name)))) as T;
}
const { access } = await block<Blocks>('access.ts');
const controllers = await block<Blocks['controllers']>('controllers.ts');

/** What the page shows of a refusal. */
function answer(status: number): unknown {
  const at = steps.findIndex(({ kind, text }) => kind === 'answers' && text === String(status));
  return JSON.parse(steps[at + 1]!.text);
}

afterAll(() => [folder, data].forEach((path) => rmSync(path, { recursive: true, force: true })));

describe('the access guide', () => {
  it('has no block that is not named', () => {
    expect(steps.filter(({ kind, text }) => kind === 'ts' && !/^\/\/ [\w.-]+\.ts\n/.test(text))).toEqual([]);
    expect(named.map(({ name }) => name)).toContain('refused.ts');
  });

  it('A3: compiles, as the samples do, and refuses what it says is refused', async () => {
    const config = {
      extends: '../../../../tsconfig.base.json',
      compilerOptions: {
        composite: false,
        noEmit: true,
        declaration: false,
        declarationMap: false,
        customConditions: ['@idp-roles/source'],
        lib: ['es2023', 'es2024.string'],
      },
      include: ['*.ts', '../../../../samples/existing-*.ts'],
    };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
    const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
    const { stdout } = await promisify(execFile)(process.execPath, [tsc, '-p', folder]).catch(
      (failure: { stdout: string }) => failure,
    );
    // What stands elsewhere is compiled elsewhere.
    const ours = /^(?:test\/docs\/dist|samples)\//;
    expect(stdout.split('\n').filter((line) => ours.test(line))).toEqual([]);
  }, 120_000);

  it('A5: its app starts, names what it denies, and answers as shown', async () => {
    process.env['DATA_DIR'] = data;
    const { AppModule } = await block<{ AppModule: Type }>('app.module.ts');
    const app = setupIdpRoles(await NestFactory.create(AppModule, { logger: false, abortOnError: false }));
    await app.init();
    try {
      await request(app.getHttpServer()).get('/health').expect(200);
      const refused = await request(app.getHttpServer()).get('/projects/backend');
      expect(refused.status).toBe(401);
      expect(mismatches(answer(401), refused.body)).toEqual([]);
      await sharesAndUnshares(app);
    } finally {
      await app.close();
    }
  });

  it('A2–A5: each decorator lets in whom the page says', async () => {
    const app = await testApp();
    const [projects, reports] = ['/projects', '/reports'];
    const editor = { role: 'project-editor', resource: { type: 'project', id: 'backend' } };
    const ask = async (verb: 'get' | 'post' | 'put', path: string, roles: unknown[], more = {}) => {
      app.get(TestAccess).as({ roles: roles as string[] });
      const asked = request(app.getHttpServer())[verb](path);
      return (await asked.set(more).send(verb === 'post' ? { projectId: 'backend' } : undefined)).status;
    };
    try {
      expect(await ask('get', `${projects}/backend`, ['org-member'])).toBe(200);
      expect(await ask('get', `${projects}/unheard-of`, ['org-member'])).toBe(403);
      expect(await ask('put', `${projects}/backend`, [editor])).toBe(200);
      expect(await ask('put', `${projects}/backend`, ['org-member'])).toBe(403);
      expect(await ask('put', `${projects}/backend`, ['org-admin'])).toBe(200);
      expect(await ask('get', `${projects}?projectId=backend`, ['org-member'])).toBe(200);
      expect(await ask('get', `${projects}?projectId=backend&projectId=other`, ['org-member'])).toBe(403);
      expect(await ask('post', `${projects}/moves`, [editor])).toBe(201);
      expect(await ask('post', `${projects}/imports`, [editor], { 'x-project': 'backend' })).toBe(201);
      expect(await ask('post', `${projects}/imports`, [editor])).toBe(403);
      expect(await ask('post', `${projects}?workspaceId=platform`, ['org-admin'])).toBe(201);
      expect(await ask('post', `${projects}?workspaceId=platform`, [editor])).toBe(403);
      expect(await ask('get', `${reports}/invoices`, ['org-billing'])).toBe(403);
      expect(await ask('get', `${reports}/invoices`, ['org-member', 'org-billing'])).toBe(200);
      expect(await ask('get', `${reports}/projects/backend`, ['org-member', editor])).toBe(200);
      expect(await ask('get', `${reports}/projects/backend`, ['org-member'])).toBe(403);
      expect(await ask('get', `${reports}/open`, ['org-billing'])).toBe(403);
      expect(await ask('get', '/health', [])).toBe(200);
    } finally {
      await app.close();
    }
  });

  it('A5: a 403 and a 503 have the bodies that are shown', async () => {
    const app = await testApp();
    try {
      const denied = await request(app.getHttpServer()).put('/projects/backend');
      expect(denied.status).toBe(403);
      expect(mismatches(answer(403), denied.body)).toEqual([]);
      app.get(TestAccess).snapshot = () => Promise.reject(new Error('the store is away'));
      const away = await request(app.getHttpServer()).put('/projects/backend');
      expect(away.status).toBe(503);
      expect(mismatches(answer(503), away.body)).toEqual([]);
    } finally {
      await app.close();
    }
  });

  it('A6: resolvers, gateways and message handlers let in whom the page says', async () => {
    const calls =
      await block<Record<'ProjectsResolver' | 'ProjectsGateway' | 'ProjectMessages', Type>>('calls.ts');
    const { NewsGateway } = await block<{ NewsGateway: Type }>('gateway-on-ws.ts');
    const editor = { role: 'project-editor', resource: { type: 'project', id: 'backend' } };
    const module = await Test.createTestingModule({
      imports: [
        AccessTestingModule.forRoot(access, { as: { roles: [editor] }, resources }),
        GraphQLModule.forRoot({
          driver: ApolloDriver as never,
          autoSchemaFile: true,
          fieldResolverEnhancers: ['guards'],
        }),
      ],
      providers: [calls.ProjectsResolver, calls.ProjectsGateway, NewsGateway],
      controllers: [calls.ProjectMessages],
    }).compile();
    const app = await module.createNestApplication().init();
    try {
      const ask = async (id: string): Promise<unknown> => {
        const query = `{ project(id: "${id}") { budget } }`;
        return (await request(app.getHttpServer()).post('/graphql').send({ query })).body as unknown;
      };
      expect(await ask('backend')).toEqual({ data: { project: { budget: 'backend'.length } } });
      expect(await ask('other')).toMatchObject({ errors: [{ extensions: { code: 'access-denied' } }] });
    } finally {
      await app.close();
    }
  });

  it.each(['trap-alias.ts', 'trap-import-type.ts'])('A8: %s breaks injection', async (name) => {
    const { Broken } = await block<{ Broken: Type }>(name);
    const compiled = Test.createTestingModule({
      imports: [AccessTestingModule.forRoot(access)],
      providers: [Broken],
    }).compile();
    await expect(compiled).rejects.toThrow(/can't resolve dependencies/i);
  });
});

describe('its tests', async () => {
  await block('projects.test.ts');
  await block('routes.test.ts');
});

describe('its OpenAPI document', async () => {
  const { serveOpenApi } = await block<{ serveOpenApi(app: INestApplication): void }>('openapi.ts');
  it('shows what routes require', async () => {
    const served = Test.createTestingModule({
      imports: [AccessTestingModule.forRoot(access)],
      controllers: Object.values(controllers),
    });
    const open = (await served.compile()).createNestApplication();
    serveOpenApi(open);
    await open.init();
    const { body } = await request(open.getHttpServer()).get('/openapi-json').expect(200);
    await open.close();
    expect(body.paths['/reports/invoices'].get['x-idp-roles']).toEqual({
      access: 'required',
      requires: ['role `org-member`', 'permission `invoice:view`'],
    });
  });
});

async function testApp(): Promise<INestApplication> {
  const module = await Test.createTestingModule({
    imports: [
      AccessTestingModule.forRoot(access, {
        as: { roles: [] },
        guard: 'global',
        publicControllers: [controllers.HealthController],
        resources,
      }),
    ],
    controllers: Object.values(controllers),
  }).compile();
  Logger.overrideLogger(false);
  return module.createNestApplication().init();
}

interface Sharing {
  createProject(organization: string, id: string, workspace: string): Promise<void>;
  share(organization: string, project: string, by: string, member: string): Promise<void>;
  unshare(organization: string, project: string, member: string): Promise<void>;
}

async function sharesAndUnshares(app: INestApplication): Promise<void> {
  const { SharingService } = await block<{ SharingService: Type<Sharing> }>('sharing.service.ts');
  const sharing = app.get(SharingService);
  const { id: organization } = await app.get(OrganizationService).create({ name: 'Acme' });
  const [by, to] = await Promise.all(
    ['a@acme.test', 'b@acme.test'].map((email) => app.get(MemberService).invite({ organization, email })),
  );
  await app.get(ResourceService).upsert(organization, { type: 'workspace', id: 'platform' });
  await sharing.createProject(organization, 'backend', 'platform');
  await expect(sharing.share(organization, 'backend', by!.id, to!.id)).rejects.toMatchObject({ status: 403 });
  await sharing.unshare(organization, 'backend', to!.id);
}
