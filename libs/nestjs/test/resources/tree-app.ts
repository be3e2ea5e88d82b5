import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Logger, type INestApplication, type ModuleMetadata } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import type { AccessModel } from '@idp-roles/access';
import { newId, type Store } from '@idp-roles/store';
import { Client } from 'pg';
import { onTestFinished } from 'vitest';
import { STORE } from '../../src/opened.js';
import { IdpRolesModule, setupIdpRoles, type IdpRolesOptions } from '../../src/index.js';

Logger.overrideLogger(false);

const SECRET = 'a secret of the tests of resources, long enough';
const databaseUrl = process.env['TEST_DATABASE_URL'];

/** A home that any number of apps may open; gone when the test is over. */
export type HomeOf = () => { readonly store: IdpRolesOptions['store']; readonly drop: () => Promise<void> };

const embedded: HomeOf = () => {
  const folder = mkdtempSync(join(tmpdir(), 'idp-roles-resources-'));
  return { store: { folder }, drop: async () => rmSync(folder, { recursive: true, force: true }) };
};

const postgres: HomeOf = () => {
  const schema = `test_${randomUUID().replaceAll('-', '')}`;
  const url = databaseUrl ?? '';
  const drop = async () => {
    const client = new Client(url);
    await client.connect();
    await client.query(`drop schema if exists "${schema}" cascade`);
    await client.end();
  };
  return { store: { url, schema }, drop };
};

export const homes: readonly (readonly [string, HomeOf])[] = [
  ['SQLite', embedded],
  ...(databaseUrl ? ([['PostgreSQL', postgres]] as const) : []),
];

export interface TreeAppOptions extends ModuleMetadata {
  readonly access: AccessModel;
  readonly store?: IdpRolesOptions['store'];
  readonly clock?: () => number;
  readonly allowResourceMappings?: boolean;
}

/** Started; closed when the test is over. Rejects where the start is stopped. */
export async function treeApp({
  access,
  store,
  clock,
  allowResourceMappings,
  ...host
}: TreeAppOptions): Promise<INestApplication> {
  const home = store === undefined ? embedded() : undefined;
  if (home) onTestFinished(home.drop);
  const options = {
    publicUrl: 'http://localhost:3000',
    store: store ?? home?.store ?? { folder: '' },
    secret: SECRET,
    serviceKey: 'a-service-key-of-these-tests',
    ...(clock && { clock }),
    ...(allowResourceMappings && { allowResourceMappings }),
  };
  const module = await Test.createTestingModule({
    ...host,
    imports: [IdpRolesModule.forRoot({ ...options, access }), ...(host.imports ?? [])],
  }).compile();
  const app = setupIdpRoles(module.createNestApplication({ logger: false }));
  onTestFinished(() => app.close().catch(() => undefined));
  return app.init();
}

/** Who has signed in once, as the store has them. */
export async function anActiveMember(app: INestApplication, organization: string): Promise<string> {
  const id = newId('mem', organization);
  await app.get<Store>(STORE).transaction((tx) =>
    tx.members.insert({
      organization,
      id,
      status: 'active',
      emailLinks: false,
      sessionsValidFrom: 0,
      createdVia: 'api',
      createdAt: 0,
      updatedAt: 0,
    }),
  );
  return id;
}
