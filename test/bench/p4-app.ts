import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import {
  AssignmentService,
  createAccess,
  defineAccess,
  IdpRolesModule,
  MemberService,
  openStore,
  OrganizationService,
  PrincipalProvider,
  ResourceService,
  type Principal,
} from '@idp-roles/nestjs';
import { Controller, Get, Module, UseGuards, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { newEnforcer, newModelFromString, type Enforcer } from 'casbin';
import { jwtVerify, SignJWT } from 'jose';

/** What the benchmark needs of the app that it starts in a worker: its address, and who may and who may not. */
export interface Started {
  readonly port: number;
  readonly allowed: Readonly<Record<string, string>>;
  readonly denied: Readonly<Record<string, string>>;
}

const access = defineAccess({
  resources: { workspace: { parent: 'organization' }, project: { parent: 'workspace' } },
  roles: {
    'org-member': { permissions: ['project:view'] },
    'workspace-admin': { on: 'workspace', permissions: ['project:edit', 'project:view'] },
  },
});
const { RequirePermission } = createAccess(access);
const key = new TextEncoder().encode('a key that is used by the benchmarks alone');

let organization = '';
const granted = new Map<string, ReadonlySet<string>>();
let enforcer: Enforcer;

interface Sent {
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly params: Readonly<Record<string, string | undefined>>;
}
const sentIn = (context: ExecutionContext) => context.switchToHttp().getRequest<Sent>();

/** Who is asking is a header in all of them: what is measured is the guard. */
class ByHeader extends PrincipalProvider {
  principal(context: ExecutionContext): Promise<Principal | undefined> {
    const member = sentIn(context).headers['x-member'];
    return Promise.resolve(member === undefined ? undefined : { organization, member });
  }
}

class MapGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const { headers, params } = sentIn(context);
    return granted.get(headers['x-member'] ?? '')?.has(params['projectId'] ?? '') ?? false;
  }
}

class CasbinGuard implements CanActivate {
  canActivate(context: ExecutionContext): Promise<boolean> {
    const { headers, params } = sentIn(context);
    return enforcer.enforce(headers['x-member'] ?? '', params['projectId'] ?? '', 'edit');
  }
}

class JwtGuard implements CanActivate {
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const { headers, params } = sentIn(context);
    const { payload } = await jwtVerify(headers['authorization']?.slice(7) ?? '', key);
    return payload['project'] === params['projectId'];
  }
}

class Projects {
  bare() {
    return { ok: true };
  }
  ours() {
    return { ok: true };
  }
  map() {
    return { ok: true };
  }
  casbin() {
    return { ok: true };
  }
  jwt() {
    return { ok: true };
  }
}

function route(name: keyof Projects, ...decorators: readonly MethodDecorator[]): void {
  const descriptor = Object.getOwnPropertyDescriptor(Projects.prototype, name) as PropertyDescriptor;
  for (const decorate of [Get(`${name}/:projectId`), ...decorators]) {
    decorate(Projects.prototype, name, descriptor);
  }
}
route('bare');
route('ours', RequirePermission('project:edit', { param: 'projectId' }));
route('map', UseGuards(new MapGuard()));
route('casbin', UseGuards(new CasbinGuard()));
route('jwt', UseGuards(new JwtGuard()));
Controller()(Projects);

const model = `[request_definition]
r = sub, obj, act
[policy_definition]
p = sub, obj, act
[policy_effect]
e = some(where (p.eft == allow))
[matchers]
m = r.sub == p.sub && r.obj == p.obj && r.act == p.act`;

async function start(platform: 'express' | 'fastify'): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'idp-roles-bench-'));
  const store = await openStore({ folder }, { secretKeys: ['a secret that is used by the benchmarks only'] });
  class App {}
  Module({
    imports: [
      IdpRolesModule.forRoot({
        access,
        controllers: [],
        principalProvider: ByHeader,
        publicUrl: 'http://localhost',
        store,
        secret: 'a secret that is used by the benchmarks only',
      }),
    ],
    controllers: [Projects],
  })(App);
  const app =
    platform === 'express'
      ? await NestFactory.create(App, { logger: ['error'] })
      : await NestFactory.create<NestFastifyApplication>(App, new FastifyAdapter(), { logger: ['error'] });
  await app.listen(0, '127.0.0.1');
  ({ id: organization } = await app.get(OrganizationService).create({ name: 'Acme' }));
  const resources = app.get(ResourceService);
  await resources.upsert(organization, { type: 'workspace', id: 'platform' });
  await resources.upsert(organization, {
    type: 'project',
    id: 'backend',
    parent: { type: 'workspace', id: 'platform' },
  });
  const members = app.get(MemberService);
  const arrived = async (email: string) => {
    const { id } = await members.invite({ organization, email });
    await store.transaction(async (tx) => {
      const invited = await tx.members.lock(organization, id);
      if (invited !== undefined) await tx.members.update({ ...invited, status: 'active' });
      await tx.changes.touch(organization, [id]);
    });
    return { id };
  };
  const [alice, bob] = [await arrived('alice@acme.test'), await arrived('bob@acme.test')];
  const resource = { type: 'workspace', id: 'platform' } as const;
  await app
    .get<AssignmentService<typeof access>>(AssignmentService)
    .assign({ organization, member: alice.id, role: 'workspace-admin', resource });
  granted.set(alice.id, new Set(['backend']));
  enforcer = await newEnforcer(newModelFromString(model));
  await enforcer.addPolicy(alice.id, 'backend', 'edit');
  const token = (project: string) =>
    new SignJWT({ project }).setProtectedHeader({ alg: 'HS256' }).setExpirationTime('1h').sign(key);
  const started: Started = {
    port: Number(new URL(await app.getUrl()).port),
    allowed: { 'x-member': alice.id, authorization: `Bearer ${await token('backend')}` },
    denied: { 'x-member': bob.id, authorization: `Bearer ${await token('frontend')}` },
  };
  parentPort?.postMessage(started);
  parentPort?.once('message', () => {
    void app.close().then(() => rmSync(folder, { recursive: true, force: true }));
  });
}

await start(workerData as 'express' | 'fastify');
