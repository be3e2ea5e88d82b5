import { setupIdpRoles } from '@idp-roles/nestjs';
import { NestFactory } from '@nestjs/core';
import { AppModule } from './app.module';

async function main(): Promise<void> {
  const app = setupIdpRoles(await NestFactory.create(AppModule, { logger: ['warn', 'error'] }));
  app.enableShutdownHooks();
  await app.listen(process.env.PORT ?? 3000, '127.0.0.1');
  console.log(`listening on ${await app.getUrl()}`);
}

void main();
