import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { INestApplication } from '@nestjs/common';
import {
  ConnectionService,
  OrganizationService,
  ResourceService,
  RoleMappingService,
} from '@idp-roles/nestjs';
import { SignJWT } from 'jose';
import request from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApp, gatewayKey } from './existing-jwt.js';

describe('A11: a host with tokens of its own', () => {
  const folder = mkdtempSync(join(tmpdir(), 'idp-roles-sample-'));
  let app: INestApplication;
  let connection: string;

  beforeAll(async () => {
    app = await createApp(folder);
    await app.init();
    const { id } = await app.get(OrganizationService).create({ name: 'Acme', domains: ['acme.test'] });
    const made = await app.get(ConnectionService).create(id, {
      name: 'Acme through the gateway',
      protocol: 'oidc',
      oidc: { issuer: 'https://id.acme.test', clientId: 'gateway', clientSecret: 'kept by the gateway' },
    });
    connection = made.id;
    const source = { connection };
    await app
      .get(RoleMappingService)
      .create(id, { source, claim: 'groups', value: 'Engineering', role: 'org-member' });
    await app.get(ResourceService).upsert(id, { type: 'project', id: 'backend' });
  });
  afterAll(async () => {
    await app?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function login(groups: string[], jti: string, key = gatewayKey) {
    const token = await new SignJWT({ groups, email: 'alice@acme.test' })
      .setProtectedHeader({ alg: 'HS256' })
      .setSubject('alice-at-the-idp')
      .setJti(jti)
      .setIssuedAt()
      .setExpirationTime('2m')
      .sign(key);
    return request(app.getHttpServer()).post('/login').send({ token, connection });
  }
  const project = (authorization: string) =>
    request(app.getHttpServer()).get('/projects/backend').set('authorization', authorization);

  it('lets in by its own token, with roles as they are now', async () => {
    const first = await login(['Engineering'], 'one');
    const bearer = `Bearer ${(first.body as { token: string }).token}`;
    expect((await project(bearer)).status).toBe(200);
    await login([], 'two');
    expect((await project(bearer)).status, 'the old token, after the group is gone').toBe(403);
  });

  it('refuses what is none of its tokens', async () => {
    expect((await project('Bearer nonsense')).status).toBe(401);
    expect((await request(app.getHttpServer()).get('/projects/backend')).status).toBe(401);
  });

  it('L2: takes a token of the gateway once, and only one that the gateway signed', async () => {
    const forged = await login(['Engineering'], 'three', new TextEncoder().encode('x'.repeat(32)));
    expect(forged.status).toBe(401);
    expect((await login(['Engineering'], 'four')).status).toBe(201);
    const again = await login(['Engineering'], 'four');
    expect(again.status).toBe(403);
    expect(again.body).toMatchObject({ code: 'replayed' });
  });
});
