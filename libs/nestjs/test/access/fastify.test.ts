import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  Controller,
  Get,
  Injectable,
  Module,
  type DynamicModule,
  type ExecutionContext,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { afterAll, describe, expect, test } from 'vitest';
import {
  AssignmentService,
  ConnectionService,
  createAccess,
  IdpRolesModule,
  MountError,
  OrganizationService,
  PrincipalProvider,
  RoleMappingService,
  type IdpRolesShape,
  type Principal,
} from '../../src/index.js';
import { access, SECRET } from '../sign-in/host-app.js';

const { RequireRole } = createAccess(access);

@Controller()
class Pages {
  @Get('billing') @RequireRole('org-billing') billing() {
    return 'yes';
  }
}

let current: Principal | undefined;
@Injectable()
class HostPrincipals extends PrincipalProvider {
  async principal(context: ExecutionContext): Promise<Principal | undefined> {
    const { headers } = context.switchToHttp().getRequest<{ headers: Record<string, unknown> }>();
    return headers.authorization === 'Bearer good' ? current : undefined;
  }
}

const folder = mkdtempSync(join(tmpdir(), 'idp-roles-fastify-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function create(shape: Partial<IdpRolesShape>) {
  const idpRoles: DynamicModule = IdpRolesModule.forRootAsync({
    access,
    ...shape,
    useFactory: () => ({ publicUrl: 'http://localhost:3000', store: { folder }, secret: SECRET }),
  });
  @Module({ imports: [idpRoles], controllers: [Pages] })
  class HostModule {}
  return NestFactory.create(HostModule, new FastifyAdapter(), { logger: false, abortOnError: false });
}

describe('A6: on Fastify', () => {
  test('the whole module guards, with a principal provider and no routes of ours', async () => {
    const app = await create({ controllers: [], principalProvider: HostPrincipals });
    await app.listen(0, '127.0.0.1');
    const { id: organization } = await app.get(OrganizationService).create({ name: 'Acme' });
    const { id: connection } = await app.get(ConnectionService).create(organization, {
      name: 'Acme OIDC',
      protocol: 'oidc',
      oidc: { issuer: 'https://idp.acme.test', clientId: 'host', clientSecret: 'host-secret' },
    });
    const outcome = await app
      .get(RoleMappingService)
      .signIn({ connection, subject: 'alice', claims: { email: 'alice@acme.test' } });
    if (outcome.outcome !== 'signed-in') throw new Error(`refused: ${JSON.stringify(outcome)}`);
    const member = outcome.member.id;
    current = { organization, member };
    const status = async (authorization: string) =>
      (await fetch(`${await app.getUrl()}/billing`, { headers: { authorization } })).status;
    expect(await status('Bearer bad')).toBe(401);
    expect(await status('Bearer good')).toBe(403);
    await app.get(AssignmentService<typeof access>).assign({ organization, member, role: 'org-billing' });
    expect(await status('Bearer good')).toBe(200);
    expect(await status('Bearer bad')).toBe(401);
    await app.close();
  });

  test('without a principal provider nobody is signed in', async () => {
    const app = await create({ controllers: [] });
    await app.listen(0, '127.0.0.1');
    const cookie = { cookie: 'idp-roles=s%3Aforged.forged; __Host-idp-roles=s%3Aforged.forged' };
    expect((await fetch(`${await app.getUrl()}/billing`)).status).toBe(401);
    expect((await fetch(`${await app.getUrl()}/billing`, { headers: cookie })).status).toBe(401);
    await app.close();
  });

  test.each([
    ['sign-in', ['sign-in']],
    ['the admin API', ['admin']],
    ['SCIM', ['scim']],
    ['all of them, as is the default', undefined],
  ] as const)('mounting %s stops the start and says so', async (_, controllers) => {
    const started = create(controllers ? { controllers } : {}).then((app) => app.init());
    await expect(started).rejects.toThrow(MountError);
    await expect(started).rejects.toThrow(
      'sign-in, sessions, the admin API and SCIM need Express; on Fastify the guards work with a principal provider, so mount `controllers: []` and provide one',
    );
  });
});
