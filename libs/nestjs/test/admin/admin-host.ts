import 'reflect-metadata';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineAccess, type AccessModel } from '@idp-roles/access';
import { createOutbound } from '@idp-roles/outbound';
import { openStore } from '@idp-roles/store';
import { RulesCache, type UseCaseContext } from '@idp-roles/use-cases';
import { Module, type INestApplication, type ModuleMetadata } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import request from 'supertest';
import { AccessModule } from '../../src/access/access-module.js';
import { AccessSource } from '../../src/access/access-source.js';
import { DECISION_KEY } from '../../src/access/decision-id.js';
import { PrincipalProvider } from '../../src/access/principal-provider.js';
import { adminControllers } from '../../src/admin/admin-controllers.js';
import { ADMIN_OUTBOUND } from '../../src/admin/admin-outbound.js';
import { idpRolesJsonReader } from '../../src/admin/json-body.js';
import { ServiceKeys } from '../../src/admin/service-keys.js';
import { LiveAccess } from '../../src/live/live-access.js';
import { IDP_ROLES_OPTIONS } from '../../src/options.js';
import { DirectoryUrls } from '../../src/scim/directory-urls.js';
import { SignInUrls } from '../../src/sign-in/sign-in-urls.js';
import { UseCases } from '../../src/use-cases.js';

export const KEY = 'a-service-key-of-the-options';
export const PUBLIC_URL = 'https://app.example.com';

const acmeModel: AccessModel = defineAccess({
  resources: { workspace: { parent: 'organization' }, project: { parent: 'workspace' } },
  roles: {
    'org-admin': { permissions: ['organization:manage', 'workspace:view'], keepLastHolder: true },
    'org-owner': { permissions: ['organization:manage'], idpGrantable: false },
    'org-member': { permissions: ['workspace:view', 'project:view'] },
    'org-billing': { permissions: ['invoice:view'] },
    'workspace-admin': { on: 'workspace', permissions: ['workspace:manage', 'workspace:view'] },
    'project-editor': { on: 'project', permissions: ['project:edit', 'project:view'] },
  },
});

export interface HostOptions {
  readonly prefix?: string;
  readonly decorators?: readonly ClassDecorator[];
  /** The host's own things beside ours. */
  readonly host?: ModuleMetadata;
  /** Before `init`, as a host's main.ts would. */
  readonly configure?: (app: INestApplication) => void;
  readonly guard?: 'global' | 'decorated';
  readonly model?: AccessModel;
  /** M13. */
  readonly allowResourceMappings?: boolean;
  /** Whether our own body reader runs ahead of the host's parsers. */
  readonly ownReader?: boolean;
}

/** A host app with the admin API over a real store in a folder of its own. */
export async function startAdmin(options: HostOptions = {}) {
  const { model = acmeModel, allowResourceMappings = false } = options;
  const folder = await mkdtemp(join(tmpdir(), 'idp-roles-admin-'));
  const now = { offset: 0 };
  const clock = () => Date.now() + now.offset;
  const store = await openStore({ folder }, { secretKeys: [randomBytes(24).toString('hex')], clock });
  const context: UseCaseContext = {
    store,
    clock,
    model: {
      roles: [...model.roles.values()].map((role) => ({ ...role, permissions: [...role.permissions] })),
      resources: model.resources,
      permissions: model.permissions,
    },
    rules: new RulesCache(),
    allowResourceMappings,
  };
  const live = new LiveAccess(model, store);
  const outbound = createOutbound({ allowLoopbackHttp: true });
  const nobody = { principal: () => Promise.resolve(undefined) };

  @Module({
    imports: [
      AccessModule.register({
        access: model,
        guard: options.guard ?? 'decorated',
        now: clock,
        providers: [
          { provide: PrincipalProvider, useValue: nobody },
          { provide: AccessSource, useValue: live },
          { provide: DECISION_KEY, useValue: 'x'.repeat(32) },
        ],
      }),
    ],
    controllers: adminControllers(options.prefix ?? '', options.decorators),
    providers: [
      { provide: UseCases, useValue: new UseCases(context) },
      { provide: SignInUrls, useValue: new SignInUrls(PUBLIC_URL, '') },
      DirectoryUrls,
      { provide: ADMIN_OUTBOUND, useValue: outbound },
      { provide: IDP_ROLES_OPTIONS, useValue: { serviceKey: KEY } },
      ServiceKeys,
    ],
  })
  class AdminModule {}

  @Module({ ...options.host, imports: [AdminModule, ...(options.host?.imports ?? [])] })
  class HostModule {}

  const testing = await Test.createTestingModule({ imports: [HostModule] }).compile();
  const app = testing.createNestApplication({ logger: false });
  if (options.ownReader !== false) {
    const keys = testing.get(ServiceKeys);
    app.use(
      idpRolesJsonReader(
        ({ url = '' }) => /\/idp-roles\/v1(\/|\?|$)/.test(url),
        async ({ headers }) => (await keys.actorOf(headers.authorization)) !== undefined,
      ),
    );
  }
  options.configure?.(app);
  await app.init();

  const base = `${options.prefix ? `/${options.prefix}` : ''}/idp-roles/v1`;
  const send = (method: 'get' | 'post' | 'patch' | 'put' | 'delete', path: string) => {
    const agent = request(app.getHttpServer());
    return agent[method](base + path).set('authorization', `Bearer ${KEY}`);
  };
  return {
    app,
    store,
    context,
    now,
    base,
    get: (path: string) => send('get', path),
    post: (path: string, body: object = {}) => send('post', path).send(body),
    patch: (path: string, body: object = {}) => send('patch', path).send(body),
    put: (path: string, body: object = {}) => send('put', path).send(body),
    delete: (path: string) => send('delete', path),
    anonymous: () => request(app.getHttpServer()),
    async close() {
      await app.close();
      live.close();
      await outbound.close();
      await store.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export type AdminHost = Awaited<ReturnType<typeof startAdmin>>;

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
