import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Controller, Get, Module, Param, type ModuleMetadata, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { startSimulator, type Simulator, type SimulatorOptions } from '@idp-roles/simulator';
import {
  AccessContext,
  ConnectionService,
  createAccess,
  defineAccess,
  IdpRolesModule,
  OrganizationService,
  RoleMappingService,
  setupIdpRoles,
  type IdpRolesOptions,
  type IdpRolesShape,
} from '../../src/index.js';

export const access = defineAccess({
  resources: { workspace: { parent: 'organization' }, project: { parent: 'workspace' } },
  roles: {
    'org-admin': {
      permissions: ['organization:manage', 'project:edit', 'project:view', 'invoice:view'],
      keepLastHolder: true,
    },
    'org-member': { permissions: ['project:view'] },
    'org-billing': { permissions: ['invoice:view'] },
    'org-guest': { permissions: ['organization:visit'] },
    'project-editor': { on: 'project', permissions: ['project:edit', 'project:view'] },
  },
});
const { RequirePermission, RequireRole, CurrentAccess, Public } = createAccess(access);

@Controller()
class HostController {
  @Get('open')
  @Public()
  open() {
    return { open: true };
  }

  @Get('me')
  @RequireRole('org-member')
  me(@CurrentAccess() who: AccessContext<typeof access>) {
    return { roles: who.roles.map(({ role }) => role) };
  }

  @Get('invoices')
  @RequirePermission('invoice:view')
  invoices() {
    return [];
  }

  @Get('projects/:projectId')
  @RequirePermission('project:view', { param: 'projectId' })
  project(@Param('projectId') id: string) {
    return { id };
  }
}

export interface HostApp {
  readonly app: NestExpressApplication;
  readonly url: string;
  readonly folder: string;
  close(): Promise<void>;
}

export interface HostSettings {
  readonly shape?: Partial<IdpRolesShape>;
  readonly options?: Partial<IdpRolesOptions>;
  readonly controllers?: readonly Type[];
  readonly providers?: ModuleMetadata['providers'];
  readonly configure?: (app: NestExpressApplication) => void;
  readonly folder?: string;
  /** What stands before `/sso` from outside. */
  readonly publicPath?: string;
}

export const SECRET = 'a secret for tests, of more than thirty-two characters';
export const SERVICE_KEY = 'service-key-for-tests-0123456789';

/** A host on a port of its own: the address must be known before the module is made. */
export async function startHost(settings: HostSettings = {}): Promise<HostApp> {
  const folder = settings.folder ?? mkdtempSync(join(tmpdir(), 'idp-roles-host-'));
  const port = await freePort();
  const url = `http://localhost:${port}`;

  @Module({
    imports: [
      IdpRolesModule.forRootAsync({
        access,
        ...settings.shape,
        useFactory: () => ({
          publicUrl: url,
          store: { folder },
          secret: SECRET,
          serviceKey: SERVICE_KEY,
          outbound: { allowLoopbackHttp: true },
          ...settings.options,
        }),
      }),
    ],
    controllers: [...(settings.controllers ?? [HostController])],
    providers: [...(settings.providers ?? [])],
  })
  class HostModule {}

  const app = await NestFactory.create<NestExpressApplication>(HostModule, {
    logger: false,
    abortOnError: false,
  });
  setupIdpRoles(app);
  settings.configure?.(app);
  await app.listen(port, 'localhost');
  return {
    app,
    url,
    folder,
    close: async () => {
      await app.close();
      if (settings.folder === undefined) rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const { createServer } = await import('node:net');
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, 'localhost', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

export function startIdp(options: SimulatorOptions = {}): Promise<Simulator> {
  return startSimulator({ host: 'localhost', log: false, ...options });
}

export interface Tenant {
  readonly organization: string;
  readonly saml: string;
  readonly oidc: string;
}

type CreateConnection = Parameters<ConnectionService['create']>[1];

function registration(party: ReturnType<ConnectionService['relyingParty']>) {
  const { redirectUri, postLogoutRedirectUri, backchannelLogoutUri } = party;
  return {
    redirectUris: [redirectUri],
    postLogoutRedirectUris: [postLogoutRedirectUri],
    backchannelLogoutUri,
  };
}

/** Acme with both protocols at one IdP, and Engineering → org-member, Finance → org-billing. */
export async function connectAcme(
  { app }: HostApp,
  idp: Simulator,
  more: CreateConnection['saml'] = {},
): Promise<Tenant> {
  const connections = app.get(ConnectionService);
  const mappings = app.get(RoleMappingService);
  const { id: organization } = await app
    .get(OrganizationService)
    .create({ name: 'Acme', domains: ['acme.test'] });
  const saml = await connections.create(organization, {
    name: 'Acme SAML',
    protocol: 'saml',
    saml: {
      idpIssuer: idp.saml.idpIssuer,
      entryPoint: idp.saml.entryPoint,
      certificates: [idp.saml.certificate],
      ...more,
    },
  });
  const oidc = await connections.create(organization, {
    name: 'Acme OIDC',
    protocol: 'oidc',
    oidc: { issuer: idp.oidc.issuer, clientId: 'host', clientSecret: 'host-secret' },
  });
  idp.saml.registerServiceProvider(connections.serviceProvider(saml.id));
  idp.oidc.registerClient({
    clientId: 'host',
    clientSecret: 'host-secret',
    ...registration(connections.relyingParty(oidc.id)),
  });
  for (const connection of [saml.id, oidc.id]) {
    for (const [value, role] of [
      ['Engineering', 'org-member'],
      ['Finance', 'org-billing'],
    ] as const) {
      await mappings.create(organization, { source: { connection }, claim: 'groups', value, role });
    }
  }
  return { organization, saml: saml.id, oidc: oidc.id };
}
