import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setupIdpRoles } from '@idp-roles/nestjs';
import type { INestApplication } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { AppModule } from '../src/app.module';
import { Settings } from '../src/settings';

describe('the whole app, on the embedded store', () => {
  const serviceKey = 'a-service-key-of-this-very-test';
  let folder: string;
  let app: INestApplication;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nest11-cjs-host-'));
    const settings = { publicUrl: 'http://localhost:3000', folder, secret: 's'.repeat(32), serviceKey };
    const module = await Test.createTestingModule({ imports: [AppModule] })
      .overrideProvider(Settings)
      .useValue(settings)
      .compile();
    app = setupIdpRoles(module.createNestApplication({ logger: false }));
    await app.listen(0, '127.0.0.1');
  });
  afterAll(async () => {
    await app.close();
    await rm(folder, { recursive: true });
  });

  const createOrganization = async (key: string) =>
    fetch(`${await app.getUrl()}/idp-roles/v1/organizations`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', connection: 'close' },
      body: JSON.stringify({ name: 'Acme', domains: ['acme.test'] }),
    });

  test('a guarded route refuses who has no session', async () => {
    const answer = await fetch(`${await app.getUrl()}/projects/api`, { headers: { connection: 'close' } });
    expect(answer.status).toBe(401);
  });

  test('the admin API takes the service key and no other', async () => {
    expect((await createOrganization('not the service key at all')).status).toBe(401);
    const created = await createOrganization(serviceKey);
    expect(created.status).toBe(201);
    expect(await created.json()).toMatchObject({ id: expect.any(String), name: 'Acme' });
  });

  test('the database is a file in the folder that was given', async () => {
    expect(await readdir(folder)).not.toEqual([]);
  });
});
