import type { IncomingMessage } from 'node:http';
import { ApolloDriver } from '@nestjs/apollo';
import { GraphQLModule, Query, Resolver, Subscription } from '@nestjs/graphql';
import { WsAdapter } from '@nestjs/platform-ws';
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import type { Simulator } from '@idp-roles/simulator';
import { createClient } from 'graphql-ws';
import { io } from 'socket.io-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { createAccess, keepHandshake, type AccessContext, type IdpRolesShape } from '../../src/index.js';
import { Browser } from '../sign-in/browser.js';
import {
  access,
  connectAcme,
  startHost,
  startIdp,
  type HostApp,
  type HostSettings,
} from '../sign-in/host-app.js';

const { CurrentAccess, RequireRole } = createAccess(access);

@Resolver()
class Queries {
  @Query(() => String) @RequireRole('org-member') me(@CurrentAccess() who: AccessContext): string {
    return who.roles.map(({ role }) => role).join();
  }
  @Subscription(() => String, { resolve: (said: string) => said })
  @RequireRole('org-member')
  async *ticks(): AsyncGenerator<string> {
    yield 'tick';
  }
}

@WebSocketGateway()
class Messages {
  @SubscribeMessage('me') @RequireRole('org-member') me(@CurrentAccess() who: AccessContext): unknown {
    return { event: 'me', data: who.roles.map(({ role }) => role).join() };
  }
}

@WebSocketGateway()
class WsMessages extends Messages {
  handleConnection(client: object, request: IncomingMessage): void {
    keepHandshake(client, request);
  }
}

let idp: Simulator;
beforeAll(async () => void (idp = await startIdp()));
afterAll(() => idp.close());

async function signedIn(
  settings: HostSettings,
): Promise<{ host: HostApp; browser: Browser; cookie: string }> {
  const host = await startHost(settings);
  const { oidc } = await connectAcme(host, idp);
  const browser = new Browser();
  await browser.signIn(host.url, oidc, idp, 'alice');
  const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  return { host, browser, cookie };
}

async function post(url: string, headers: Record<string, string>): Promise<unknown> {
  const answer = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query: '{ me }' }),
  });
  return answer.json();
}

describe('A6: our session, under GraphQL', () => {
  let host: HostApp;
  let cookie: string;
  beforeAll(async () => {
    const imports = [
      GraphQLModule.forRoot({
        driver: ApolloDriver as never,
        autoSchemaFile: true,
        subscriptions: { 'graphql-ws': true },
      } as object),
    ];
    ({ host, cookie } = await signedIn({
      shape: { imports } as Partial<IdpRolesShape>,
      providers: [Queries],
    }));
  });
  afterAll(() => host.close());

  test('comes with the request', async () => {
    expect(await post(host.url, { cookie })).toEqual({ data: { me: 'org-member' } });
    expect(await post(host.url, {})).toMatchObject({ errors: [{ extensions: { code: 'not-signed-in' } }] });
  });

  test('comes with the handshake of a subscription, from this site alone', async () => {
    const first = async (headers: Record<string, string>) => {
      class Client extends WebSocket {
        constructor(address: string, protocols?: string | string[]) {
          super(address, protocols, { headers });
        }
      }
      const url = `${host.url.replace('http', 'ws')}/graphql`;
      const client = createClient({ url, webSocketImpl: Client });
      for await (const answer of client.iterate({ query: 'subscription { ticks }' })) {
        await client.dispose();
        return answer;
      }
      return undefined;
    };
    const refused = { errors: [{ extensions: { code: 'not-signed-in' } }] };
    expect(await first({ cookie })).toMatchObject({ data: { ticks: 'tick' } });
    expect(await first({ cookie, origin: host.url })).toMatchObject({ data: { ticks: 'tick' } });
    expect(await first({ cookie, origin: 'https://evil.test' })).toMatchObject(refused);
    expect(await first({})).toMatchObject(refused);
  });
});

describe('A6: our session, on gateways', () => {
  test('comes with the handshake, from this site alone, and ends at once', async () => {
    const { host, browser, cookie } = await signedIn({ providers: [Messages] });
    const connect = (extraHeaders: Record<string, string>) =>
      io(host.url, { transports: ['websocket'], forceNew: true, extraHeaders });
    const ask = (socket: ReturnType<typeof connect>) =>
      new Promise((resolve) => {
        socket.removeAllListeners().once('exception', resolve).once('me', resolve);
        socket.emit('me', {});
      });
    const open = connect({ cookie });
    expect(await ask(open)).toBe('org-member');
    const sameSite = connect({ cookie, origin: host.url });
    expect(await ask(sameSite)).toBe('org-member');
    const foreign = connect({ cookie, origin: 'https://evil.test' });
    expect(await ask(foreign)).toMatchObject({ code: 'not-signed-in' });
    const nobody = connect({});
    expect(await ask(nobody)).toMatchObject({ code: 'not-signed-in' });

    const ended = await browser.fetch(`${host.url}/sso/logout`, {
      method: 'POST',
      headers: { origin: host.url },
    });
    expect(ended.status).toBeLessThan(400);
    expect(await ask(open)).toMatchObject({ code: 'not-signed-in' });
    for (const socket of [open, sameSite, foreign, nobody]) socket.disconnect();
    await host.close();
  });

  test.each([
    ['with `keepHandshake`', WsMessages, { event: 'me', data: 'org-member' }],
    ['without it nobody is signed in', Messages, undefined],
  ])('on ws, %s', async (_, gateway, expected) => {
    const { host, cookie } = await signedIn({
      providers: [gateway],
      configure: (app) => void app.useWebSocketAdapter(new WsAdapter(app)),
    });
    const client = new WebSocket(host.url.replace('http', 'ws'), { headers: { cookie } });
    await new Promise((resolve) => client.once('open', resolve));
    const answer = new Promise((resolve) => {
      client.once('message', (text) => resolve(JSON.parse(String(text))));
      // Nest 11 tells clients of ws no exception.
      setTimeout(() => resolve(undefined), 300);
    });
    client.send(JSON.stringify({ event: 'me', data: {} }));
    const answered = await answer;
    if (expected) expect(answered).toEqual(expected);
    else
      expect([undefined, 'not-signed-in']).toContain(
        (answered as { data: { code: string } } | undefined)?.data.code,
      );
    client.close();
    await host.close();
  });
});
