import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineAccess, IdpRolesModule, setupIdpRoles, type AccessModel } from '@idp-roles/nestjs';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { afterAll, beforeAll, describe } from 'vitest';
import { aSchema, databaseUrl } from '../../libs/store/test/postgres-database.js';
import { AdminApi } from '../e2e/visitor.js';
import { ScimClient, type Json } from './scim-client.js';

const serviceKey = 'service-key-for-scim-tests-0123456789';

const acme = defineAccess({
  resources: {},
  roles: {
    'org-admin': { permissions: ['organization:manage', 'invoice:view'], keepLastHolder: true },
    'org-member': { permissions: ['organization:view'] },
    'org-billing': { permissions: ['invoice:view'] },
    'org-guest': { permissions: ['organization:visit'] },
  },
});

/** An app over HTTP with an organization or more in it, and nothing of it known from inside. */
export interface ScimHost {
  readonly url: string;
  readonly admin: AdminApi;
  /** A directory, of a new organization unless one is named. */
  directory(options?: DirectoryOptions): Promise<ScimDirectory>;
  close(): Promise<void>;
}

interface DirectoryOptions {
  readonly organization?: string;
  /** Proven; nobody else's. */
  readonly domain?: string;
  readonly state?: 'staging' | 'active';
  readonly mappings?: readonly Json[];
}

export interface ScimDirectory {
  readonly organization: string;
  readonly domain: string;
  readonly id: string;
  readonly baseUrl: string;
  readonly token: string;
  readonly scim: ScimClient;
  /** Another token of the same directory. */
  issueToken(): Promise<{ id: string; token: string }>;
  /** The member with this address, as admins see it. */
  member(email: string): Promise<Json | undefined>;
  /** What this directory gave that member: `role` or `role (basis)`, sorted. */
  roles(email: string): Promise<string[]>;
}

async function startScim(home: Home, model: AccessModel = acme): Promise<ScimHost> {
  const { store, drop } = await home.prepare();
  const port = await freePort();
  const url = `http://localhost:${port}`;

  @Module({
    imports: [
      IdpRolesModule.forRootAsync({
        access: model,
        useFactory: () => ({
          publicUrl: url,
          store,
          secret: 'a secret for tests, of more than thirty-two characters',
          serviceKey,
          outbound: { allowLoopbackHttp: true },
          scim: { requestsPerSecond: 1_000_000 },
        }),
      }),
    ],
  })
  class HostModule {}

  const app = await NestFactory.create<NestExpressApplication>(HostModule, {
    logger: false,
    abortOnError: false,
  });
  setupIdpRoles(app);
  await app.listen(port, 'localhost');
  const admin = new AdminApi({ url, serviceKey });
  return {
    url,
    admin,
    directory: (options) => makeDirectory(admin, options),
    close: async () => {
      await app.close();
      await drop();
    },
  };
}

let made = 0;

async function makeDirectory(admin: AdminApi, options: DirectoryOptions = {}): Promise<ScimDirectory> {
  const domain = options.domain ?? `acme-${++made}.test`;
  const organization =
    options.organization ??
    (await admin.call<{ id: string }>('POST', '/organizations', { name: 'Acme', domains: [domain] })).id;
  const at = `/organizations/${organization}`;
  const { id, baseUrl } = await admin.call<{ id: string; baseUrl: string }>('POST', `${at}/directories`, {
    name: 'Acme directory',
    ...(options.state && { state: options.state }),
  });
  for (const mapping of options.mappings ?? []) {
    await admin.call('POST', `${at}/role-mappings`, { source: { directory: id }, ...mapping });
  }
  const issueToken = () =>
    admin.call<{ id: string; token: string }>('POST', `${at}/directories/${id}/tokens`, {});
  const { token } = await issueToken();
  const member = async (email: string): Promise<Json | undefined> => {
    const { data } = await admin.call<{ data: Json[] }>(
      'GET',
      `${at}/members?email=${encodeURIComponent(email)}`,
    );
    return data[0];
  };
  const roles = async (email: string): Promise<string[]> => {
    const held = ((await member(email))?.['roles'] ?? []) as Json[];
    return held
      .filter(({ source }) => source === `directory:${id}`)
      .map(({ role, basis }) => (basis === 'force' ? role : `${role} (${basis})`) as string)
      .toSorted();
  };
  const scim = new ScimClient(baseUrl, token);
  return { organization, domain, id, baseUrl, token, scim, issueToken, member, roles };
}

interface Home {
  readonly name: string;
  prepare(): Promise<{
    readonly store: { readonly folder: string } | { readonly url: string; readonly schema: string };
    drop(): Promise<void>;
  }>;
}

const embedded: Home = {
  name: 'embedded',
  prepare: () => {
    const folder = mkdtempSync(join(tmpdir(), `idp-roles-scim-${randomUUID()}`));
    const drop = () => Promise.resolve(rmSync(folder, { recursive: true, force: true }));
    return Promise.resolve({ store: { folder }, drop });
  },
};

const postgres: Home = {
  name: 'PostgreSQL',
  prepare: async () => {
    const { location, drop } = await aSchema();
    return { store: location, drop };
  },
};

/** The embedded store always, PostgreSQL where there is one. */
const homes: readonly Home[] = databaseUrl === undefined ? [embedded] : [embedded, postgres];

/** The same tests on each store. `host` is there from `beforeAll` on. */
export function onEachStore(title: string, tests: (host: () => ScimHost) => void, model?: AccessModel): void {
  describe.each(homes)(`${title}, $name`, (home) => {
    let host: ScimHost | undefined;
    beforeAll(async () => {
      host = await startScim(home, model);
    });
    afterAll(async () => {
      await host?.close();
    });
    tests(() => {
      if (host === undefined) throw new Error('the host has not started');
      return host;
    });
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, 'localhost', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
