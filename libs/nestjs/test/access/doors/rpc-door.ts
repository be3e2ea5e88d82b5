import { createServer, type AddressInfo } from 'node:net';
import { Controller, type INestApplication } from '@nestjs/common';
import { ClientProxyFactory, MessagePattern, Transport } from '@nestjs/microservices';
import { firstValueFrom } from 'rxjs';
import { RequireRole } from '../acme.js';
import { codeOf, headersFor, type Door } from './door.js';
import { memberRoutesBoundTo, routesBoundTo, serveOn, type Route } from './routes.js';

const pattern = ({ name }: Route) => [MessagePattern(name)];

@Controller()
class Handlers {}
@Controller()
@RequireRole('org-member')
class MemberHandlers {}
serveOn(
  Handlers,
  routesBoundTo('payload').filter(({ name }) => name !== 'silent'),
  pattern,
);
serveOn(MemberHandlers, memberRoutesBoundTo('payload'), pattern);

export const rpcHost = { controllers: [Handlers, MemberHandlers] };

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

export async function rpcDoor(app: INestApplication): Promise<Door> {
  const transport = {
    transport: Transport.TCP,
    options: { host: '127.0.0.1', port: await freePort() },
  } as const;
  app.connectMicroservice(transport);
  await app.startAllMicroservices();
  const client = ClientProxyFactory.create(transport);
  return {
    async ask(route, member, input) {
      try {
        return await firstValueFrom(client.send<string>(route, { headers: headersFor(member), ...input }));
      } catch (refusal) {
        return codeOf(refusal);
      }
    },
    async close() {
      await client.close();
      await app.close();
    },
  };
}
