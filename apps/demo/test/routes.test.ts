import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AccessRoutes } from '@idp-roles/nestjs';
import { Controller, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppModule } from '../src/app.module.js';
import { readEnvironment } from '../src/environment.js';
import { routeTable, undeclared } from '../src/route-table.js';

@Controller('forgotten')
class ForgottenController {
  @Get()
  show() {
    return 'secret';
  }
}

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'idp-roles-routes-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function routesOf(...controllers: (new () => unknown)[]) {
  const demo = AppModule.with(readEnvironment({ DATA_DIR: folder }));
  @Module({ imports: [demo], controllers })
  class Root {}
  const app = await NestFactory.create(Root, { logger: false, abortOnError: false });
  try {
    return app.get(AccessRoutes, { strict: false }).list();
  } finally {
    await app.close();
  }
}

describe('the routes of the demo', () => {
  it('A5: each say what they require', async () => {
    const routes = await routesOf();
    expect(undeclared(routes).map(({ handler }) => handler)).toEqual([]);
    const table = routeTable(routes);
    expect(table).toMatch(/^GET \/health +public +HealthController\.health *$/m);
    expect(table).toMatch(
      /^GET \/projects\/:projectId +permission project:view on a project, by param projectId /m,
    );
    expect(table).toMatch(/^GET \/idp-roles\/v1\/organizations +ServiceKeyGuard /m);
  });

  it('A5: one that says nothing is named', async () => {
    const routes = await routesOf(ForgottenController);
    expect(undeclared(routes).map(({ handler }) => handler)).toEqual(['ForgottenController.show']);
    expect(routeTable(routes)).toContain('UNDECLARED');
  });
});
