import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { INestApplication } from '@nestjs/common';
import {
  ConnectionService,
  OrganizationService,
  ResourceService,
  RoleMappingService,
} from '@idp-roles/nestjs';
import { startSimulator, type Simulator } from '@idp-roles/simulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Browser } from '../libs/nestjs/test/sign-in/browser.js';
import { useStrategy, createApp } from './existing-passport-strategy.js';

describe('A11: a host with its own passport strategy and session', () => {
  const folder = mkdtempSync(join(tmpdir(), 'idp-roles-sample-'));
  let app: INestApplication;
  let idp: Simulator;
  let url: string;

  beforeAll(async () => {
    idp = await startSimulator({ host: 'localhost', log: false });
    url = `http://localhost:${await freePort()}`;
    const client = { issuer: idp.oidc.issuer, clientId: 'host', clientSecret: 'a secret of the host' };
    idp.oidc.registerClient({ ...client, redirectUris: [`${url}/login/callback`] });
    app = await createApp({ url, folder });
    await app.listen(Number(new URL(url).port), 'localhost');
    await prepare(client);
  });
  afterAll(async () => {
    await app?.close();
    await idp?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function prepare(client: { issuer: string; clientId: string; clientSecret: string }) {
    const { id: organization } = await app
      .get(OrganizationService)
      .create({ name: 'Acme', domains: ['acme.test'] });
    const { id } = await app
      .get(ConnectionService)
      .create(organization, { name: 'Acme', protocol: 'oidc', oidc: client });
    await app.get(RoleMappingService).create(organization, {
      source: { connection: id },
      claim: 'groups',
      value: 'Engineering',
      role: 'org-member',
    });
    await app.get(ResourceService).upsert(organization, { type: 'project', id: 'backend' });
    await useStrategy(app, url, { ...client, connection: id });
  }

  async function signIn(login: string): Promise<Browser> {
    const browser = new Browser();
    const begun = await browser.get(`${url}/login`);
    const answer = await idp.answerOidc(begun.headers.get('location')!, login);
    await browser.get(answer);
    return browser;
  }

  it('gives the roles of the mappings to whom the host signs in', async () => {
    const alice = await signIn('alice');
    expect((await alice.get(`${url}/projects/backend`)).status).toBe(200);
    expect([...alice.cookies.keys()]).toEqual(['connect.sid']);
  });

  it('refuses whoever lacks the group, and whoever is not signed in', async () => {
    expect((await (await signIn('carol')).get(`${url}/projects/backend`)).status).toBe(403);
    expect((await new Browser().get(`${url}/projects/backend`)).status).toBe(401);
  });

  it('takes a role away at the next sign-in, from open sessions too', async () => {
    const alice = await signIn('alice');
    idp.people.edit('alice', { groups: [] });
    await signIn('alice');
    expect((await alice.get(`${url}/projects/backend`)).status).toBe(403);
  });
});

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
