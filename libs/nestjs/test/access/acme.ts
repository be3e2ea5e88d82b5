import {
  defineAccess,
  prepareSnapshot,
  type AccessSnapshot,
  type PreparedSnapshot,
  type ResourceReference,
  type SnapshotGrant,
} from '@idp-roles/access';
import {
  Logger,
  type DynamicModule,
  type ExecutionContext,
  type INestApplication,
  type ModuleMetadata,
} from '@nestjs/common';
import type { AbstractHttpAdapter } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { AccessModule, type AccessModuleOptions } from '../../src/access/access-module.js';
import { AccessSource } from '../../src/access/access-source.js';
import { createAccess } from '../../src/access/create-access.js';
import { DECISION_KEY } from '../../src/access/decision-id.js';
import { PrincipalProvider, type Principal } from '../../src/access/principal-provider.js';

export const access = defineAccess({
  resources: { workspace: { parent: 'organization' }, project: { parent: 'workspace' } },
  roles: {
    'org-admin': {
      permissions: ['organization:manage', 'workspace:view', 'project:edit', 'project:view', 'invoice:view'],
    },
    'org-member': { permissions: ['workspace:view', 'project:view'] },
    'org-billing': { permissions: ['invoice:view'] },
    'workspace-admin': { on: 'workspace', permissions: ['workspace:view', 'project:edit', 'project:view'] },
    'project-editor': { on: 'project', permissions: ['project:edit', 'project:view'] },
  },
});
export const { RequireRole, RequirePermission, RequireAny, Public, CurrentAccess } = createAccess(access);

/** Members by id, held in a Map that a test may change; the request's `x-member` says who asks. */
export class Acme implements PrincipalProvider, AccessSource {
  readonly members = new Map<string, PreparedSnapshot>();
  readonly paths = new Map<string, readonly ResourceReference[]>();
  /** What fails, as a store or a host's provider would. */
  failing: { principal?: unknown; snapshot?: unknown; path?: unknown } = {};
  asked = 0;

  constructor() {
    const [platform, api] = [
      { type: 'workspace', id: 'platform' },
      { type: 'project', id: 'api' },
    ];
    this.paths.set('acme/workspace/platform', [platform]);
    this.paths.set('acme/project/api', [api, platform]);
    this.paths.set('globex/project/secret', [
      { type: 'project', id: 'secret' },
      { type: 'workspace', id: 'vault' },
    ]);
    this.join('admin', ['org-admin']);
    this.join('member', ['org-member']);
    this.join('billing', ['org-billing']);
    this.join('nobody', []);
    this.join('editor', [{ role: 'project-editor', resource: api }]);
    this.join('wsadmin', [{ role: 'workspace-admin', resource: platform }]);
  }

  join(
    member: string,
    roles: readonly (string | (Partial<SnapshotGrant> & { role: string }))[],
    more: Partial<AccessSnapshot> = {},
  ): void {
    const grants = roles.map((role, index): SnapshotGrant => {
      const terms = typeof role === 'string' ? { role } : role;
      return { id: `${member}-${index}`, source: 'api', basis: 'api', ...terms };
    });
    const snapshot: AccessSnapshot = {
      organization: 'acme',
      member,
      status: 'active',
      sessionsValidFrom: 1000,
      version: 7,
      grants,
      ...more,
    };
    this.members.set(member, prepareSnapshot(access, snapshot));
  }

  async principal(context: ExecutionContext): Promise<Principal | undefined> {
    this.asked += 1;
    if ('principal' in this.failing) throw this.failing.principal;
    const headers = headersOf(context);
    const member = headers['x-member'];
    const began = headers['x-session-began'];
    if (member === undefined) return undefined;
    return {
      organization: 'acme',
      member,
      ...(began !== undefined && { session: { id: 'hashed', beganAt: Number(began) } }),
    };
  }

  async snapshot(organization: string, member: string): Promise<PreparedSnapshot | undefined> {
    if ('snapshot' in this.failing) throw this.failing.snapshot;
    return organization === 'acme' ? this.members.get(member) : undefined;
  }

  async path(
    organization: string,
    { type, id }: ResourceReference,
  ): Promise<readonly ResourceReference[] | undefined> {
    if ('path' in this.failing) throw this.failing.path;
    return this.paths.get(`${organization}/${type}/${id}`);
  }
}

type Headers = Record<string, string | undefined>;
interface Called {
  readonly headers: Headers;
}

/** A host's way to whoever asks: headers of the request or the handshake; over RPC the message says it. */
function headersOf(context: ExecutionContext): Headers {
  switch (context.getType<string>()) {
    case 'graphql':
      return context.getArgByIndex<{ req: Called }>(2).req.headers;
    case 'ws':
      return context.switchToWs().getClient<{ request: Called }>().request.headers;
    case 'rpc':
      return context.switchToRpc().getData<Partial<Called> | undefined>()?.headers ?? {};
    default:
      return context.switchToHttp().getRequest<Called>().headers;
  }
}

const accessModule = (acme: Acme, options: Partial<AccessModuleOptions> = {}): DynamicModule =>
  AccessModule.register({
    access,
    providers: [
      { provide: PrincipalProvider, useValue: acme },
      { provide: AccessSource, useValue: acme },
      { provide: DECISION_KEY, useValue: 'k'.repeat(32) },
    ],
    ...options,
  });

/** What any host here would have said on the console: Nest's logger is one for the process. */
export const said: string[] = [];

const note = (message: unknown) => void said.push(String(message));
const silent = { log: () => {}, debug: () => {}, verbose: () => {}, warn: note, error: note, fatal: note };

/** A host of one module, started. */
export async function start(
  host: ModuleMetadata,
  options: Partial<AccessModuleOptions> = {},
  prepare: (app: INestApplication) => void = () => {},
  adapter?: AbstractHttpAdapter,
): Promise<{ app: INestApplication; acme: Acme }> {
  const acme = new Acme();
  const module = await Test.createTestingModule({
    ...host,
    imports: [...(host.imports ?? []), accessModule(acme, options)],
  }).compile();
  const app = adapter
    ? module.createNestApplication(adapter, { logger: silent })
    : module.createNestApplication({ logger: silent });
  Logger.overrideLogger(silent);
  prepare(app);
  await app.init();
  return { app, acme };
}
