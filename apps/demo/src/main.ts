import { join } from 'node:path';
import { ConnectionService, OrganizationService, setupIdpRoles } from '@idp-roles/nestjs';
import { startSimulator, type Simulator } from '@idp-roles/simulator';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { AppModule } from './app.module.js';
import { readEnvironment, type Environment } from './environment.js';
import { foreignFolder, untaken } from './start/addresses.js';
import { FirstStart } from './start/first-start.js';
import { tryIt } from './start/try-it.js';

async function start(): Promise<void> {
  const environment = readEnvironment(process.env);
  const { dataDir, port, baseUrl, production } = environment;
  await untaken(port, environment.host, 'PORT');
  const foreign = foreignFolder(environment);
  if (foreign !== undefined) console.warn(foreign);
  const app = await NestFactory.create<NestExpressApplication>(AppModule.with(environment), {
    logger: ['warn', 'error', 'fatal'],
    abortOnError: false,
  });
  setupIdpRoles(app);
  app.enableShutdownHooks();
  if (production) app.set('trust proxy', 'loopback');
  await app.init();
  const simulator = production ? undefined : await simulate(environment);
  if (simulator) {
    await app.get(FirstStart).run(simulator);
    process.once('SIGTERM', () => void simulator.close());
    process.once('SIGINT', () => void simulator.close());
  }
  await (environment.host === undefined ? app.listen(port) : app.listen(port, environment.host));
  const keyFile = process.env['IDP_ROLES_SERVICE_KEY'] ? undefined : join(dataDir, 'service-key');
  const connections = app.get(ConnectionService);
  const { data } = await app.get(OrganizationService).list();
  const ways = (await Promise.all(data.map(({ id }) => connections.all(id)))).flat();
  const doors = ways.map(({ id, name }) => ({ name, loginUrl: connections.loginUrl(id) }));
  console.log(tryIt(baseUrl, simulator?.url, doors, keyFile));
}

/** Undefined where the port is taken: another instance of this app has started the simulator for all of them. */
async function simulate({
  simulatorUrl,
  simulatorPort,
  dataDir,
}: Environment): Promise<Simulator | undefined> {
  try {
    return await startSimulator({
      port: simulatorPort,
      host: '127.0.0.1',
      baseUrl: simulatorUrl,
      dataDir: join(dataDir, 'simulator'),
      log: false,
    });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    console.warn(
      `  Port ${simulatorPort} is taken: no IdP simulator of our own. Set SIMULATOR_PORT to a free one, unless another instance of this demo runs it there.`,
    );
    return undefined;
  }
}

start().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
  setTimeout(() => process.exit(), 2_000).unref();
});
