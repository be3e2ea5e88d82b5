import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Module, type DynamicModule, type INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { afterEach, describe, expect, it } from 'vitest';
import {
  IdpRolesModule,
  IdpRolesOptionsError,
  setupIdpRoles,
  type IdpRolesOptions,
} from '../../src/index.js';
import { validateOptions } from '../../src/validate-options.js';
import { access, SECRET } from '../sign-in/host-app.js';

const folders: string[] = [];
const apps: INestApplication[] = [];

function options(changes: Partial<IdpRolesOptions> = {}): IdpRolesOptions {
  const folder = mkdtempSync(join(tmpdir(), 'idp-roles-start-'));
  folders.push(folder);
  return { publicUrl: 'http://localhost:3000', store: { folder }, secret: SECRET, ...changes };
}

async function create(module: DynamicModule): Promise<INestApplication> {
  @Module({ imports: [module] })
  class HostModule {}
  const app = await NestFactory.create(HostModule, { logger: false, abortOnError: false });
  apps.push(app);
  return app;
}

afterEach(async () => {
  for (const app of apps.splice(0)) await app.close().catch(() => undefined);
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

describe('the start', () => {
  it('lists every problem of the options at once, each with its path', async () => {
    const bad = {
      publicUrl: 'ftp://x',
      store: {},
      secret: 'short',
      serviceKey: 'shorter',
      sessions: 1,
      session: { idleMs: 5 },
    };
    const problem = await create(
      IdpRolesModule.forRoot({ access, ...(bad as unknown as IdpRolesOptions) }),
    ).catch((error: unknown) => error);
    expect(problem).toBeInstanceOf(IdpRolesOptionsError);
    expect((problem as IdpRolesOptionsError).problems.map(({ path }) => path)).toEqual([
      'publicUrl',
      'secret',
      'serviceKey',
      'store',
      'sessions',
      'session.idleMs',
    ]);
  });

  it('stops at a misspelt option wherever it stands, because a misspelt guard would leave routes open', async () => {
    const nested = {
      session: { idleMS: 60_000 },
      store: { folder: '.', migration: 'off' },
      outbound: { timeoutMS: 5 },
    };
    const check = () => validateOptions(options(nested as unknown as Partial<IdpRolesOptions>), false);
    for (const path of ['session.idleMS', 'store.migration', 'outbound.timeoutMS'])
      expect(check).toThrow(path);
    const misspelt = { access, useFactory: () => options(), guards: 'global' };
    expect(() => IdpRolesModule.forRootAsync(misspelt)).toThrow('guards');
    const unknown = { access, useFactory: () => options(), guard: 'globl' as 'global' };
    expect(() => IdpRolesModule.forRootAsync(unknown)).toThrow('`global` or `decorated`');
  });

  it('refuses the secret of the documentation in production', () => {
    const printed = options({
      publicUrl: 'https://app.example.com',
      secret: 'a development secret of 32+ characters',
    });
    expect(() => validateOptions(printed, true)).toThrow('the one that the documentation prints');
    expect(() => validateOptions(printed, false)).not.toThrow();
  });

  it('refuses http that is not loopback, loopback http in production, and a key that is the secret', () => {
    const at = (publicUrl: string, production: boolean) => () =>
      validateOptions(options({ publicUrl }), production);
    expect(at('http://app.example.com', false)).toThrow('publicUrl');
    expect(at('http://localhost:3000', true)).toThrow('publicUrl');
    expect(at('https://app.example.com', true)).not.toThrow();
    expect(() => validateOptions(options({ serviceKey: SECRET }), false)).toThrow('must differ');
    const outbound = { allowLoopbackHttp: true };
    expect(() => validateOptions(options({ publicUrl: 'https://a.example', outbound }), true)).toThrow(
      'outbound.allowLoopbackHttp',
    );
    expect(() =>
      validateOptions(options({ session: { idleMs: 7_200_000, absoluteMs: 3_600_000 } }), false),
    ).toThrow('idleMs');
  });

  it('L6: stops where `setupIdpRoles` was not called', async () => {
    const app = await create(IdpRolesModule.forRoot({ access, ...options() }));
    await expect(app.init()).rejects.toMatchObject({ code: 'setup-missing' });
  });

  it('L6: stops where publicUrl repeats the path that the app mounts', async () => {
    const app = await create(
      IdpRolesModule.forRoot({ access, ...options({ publicUrl: 'http://localhost:3000/api' }) }),
    );
    app.setGlobalPrefix('api');
    setupIdpRoles(app);
    await expect(app.init()).rejects.toMatchObject({ code: 'public-url-mismatch' });
  });

  it.each(['useFactory', 'useClass'] as const)('takes its options by %s', async (way) => {
    class Options {
      createIdpRolesOptions() {
        return options();
      }
    }
    const given = way === 'useFactory' ? { useFactory: () => options() } : { useClass: Options };
    const app = setupIdpRoles(await create(IdpRolesModule.forRootAsync({ access, ...given })));
    await expect(app.init()).resolves.toBeDefined();
  });

  it('D7: closes what it opened, so that the folder can be opened again at once', async () => {
    const same = options();
    for (let round = 0; round < 3; round++) {
      const app = setupIdpRoles(await create(IdpRolesModule.forRoot({ access, ...same })));
      await app.init();
      await app.close();
    }
  });
});
