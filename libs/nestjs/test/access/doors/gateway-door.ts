import type { INestApplication } from '@nestjs/common';
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { io, type Socket } from 'socket.io-client';
import { RequireRole } from '../acme.js';
import { codeOf, headersFor, type Door } from './door.js';
import { memberRoutesBoundTo, routesBoundTo, serveOn, type Route } from './routes.js';

const message = ({ name }: Route) => [SubscribeMessage(name)];

@WebSocketGateway()
class Messages {}
@WebSocketGateway()
@RequireRole('org-member')
class MemberMessages {}
serveOn(
  Messages,
  routesBoundTo('payload').filter(({ name }) => name !== 'silent'),
  message,
);
serveOn(MemberMessages, memberRoutesBoundTo('payload'), message);

export const gatewayHost = { providers: [Messages, MemberMessages] };

/** One connection for each member: the handshake says who it is. */
export async function gatewayDoor(app: INestApplication): Promise<Door> {
  await app.listen(0, '127.0.0.1');
  const url = await app.getUrl();
  const sockets = new Map<string, Socket>();
  const socketOf = (member: string | undefined) => {
    const known = sockets.get(member ?? '');
    if (known) return known;
    const socket = io(url, { transports: ['websocket'], extraHeaders: headersFor(member), forceNew: true });
    sockets.set(member ?? '', socket);
    return socket;
  };
  return {
    ask: (route, member, input) => {
      const socket = socketOf(member);
      return new Promise((resolve) => {
        socket.removeAllListeners('exception');
        socket.once('exception', (refusal) => resolve(codeOf(refusal)));
        socket.emit(route, input, (answer: string) => resolve(answer));
      });
    },
    async close() {
      for (const socket of sockets.values()) socket.disconnect();
      await app.close();
    },
  };
}
