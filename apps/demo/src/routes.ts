import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AccessRoutes } from '@idp-roles/nestjs';
import { NestFactory } from '@nestjs/core';
import { AppModule } from './app.module.js';
import { readEnvironment } from './environment.js';
import { routeTable, undeclared } from './route-table.js';

/** Prints what each route requires; fails where one says nothing. Needs no server, and its data is thrown away. */
async function print(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'idp-roles-routes-'));
  try {
    const environment = readEnvironment({ DATA_DIR: folder });
    const app = await NestFactory.create(AppModule.with(environment), { logger: false, abortOnError: false });
    const routes = app.get(AccessRoutes).list();
    await app.close();
    console.log(routeTable(routes));
    if (undeclared(routes).length > 0) process.exitCode = 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

await print();
