import {
  Controller,
  Get,
  Injectable,
  UseInterceptors,
  type CallHandler,
  type ExecutionContext,
  type INestApplication,
  type NestInterceptor,
} from '@nestjs/common';
import { EventPattern, MessagePattern } from '@nestjs/microservices';
import { WsAdapter } from '@nestjs/platform-ws';
import { MessageBody, SubscribeMessage, WebSocketGateway, WsException } from '@nestjs/websockets';
import type { IncomingMessage } from 'node:http';
import { switchMap, timer } from 'rxjs';
import { io, type Socket } from 'socket.io-client';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { AccessContext } from '../../src/access/access-context.js';
import { AccessService } from '../../src/access/access-service.js';
import { auditOf } from './audit-of.js';
import { type Acme, CurrentAccess, Public, RequirePermission, RequireRole, start } from './acme.js';

@WebSocketGateway()
class Rooms {
  @SubscribeMessage('open') @RequirePermission('project:view', { payload: 'projectId' }) open(
    @MessageBody('projectId') id: string,
  ) {
    return `opened ${id}`;
  }
  @SubscribeMessage('me') @RequireRole('org-member') async me(@CurrentAccess() who: AccessContext) {
    return `${who.member} ${who.roles.map(({ role }) => role).join()}`;
  }
  @SubscribeMessage('whoami') @Public() whoami(@CurrentAccess() who?: AccessContext) {
    return who?.member ?? 'nobody';
  }
  @SubscribeMessage('all') silent() {
    return 'open to all';
  }
}

type Refusal = Record<string, unknown>;
const connect = (url: string, member?: string): Socket =>
  io(url, {
    transports: ['websocket'],
    forceNew: true,
    extraHeaders: member === undefined ? {} : { 'x-member': member },
  });
const say = (socket: Socket, event: string, payload?: unknown): Promise<string | Refusal> =>
  new Promise((resolve) => {
    socket.removeAllListeners('exception').once('exception', (refusal: Refusal) => resolve(refusal));
    socket.emit(event, payload, (answer: string) => resolve(answer));
  });

describe('A6: gateways on socket.io', () => {
  let app: INestApplication;
  let acme: Acme;
  let url: string;
  const open: Socket[] = [];
  const as = (member?: string) => {
    const socket = connect(url, member);
    open.push(socket);
    return socket;
  };
  beforeAll(async () => {
    ({ app, acme } = await start({ providers: [Rooms] }));
    await app.listen(0, '127.0.0.1');
    url = await app.getUrl();
  });
  afterEach(() => {
    acme.failing = {};
    for (const socket of open.splice(0)) socket.disconnect();
  });
  afterAll(() => app.close());

  test('let in, or told why not in a `WsException` with the code', async () => {
    expect(await say(as('member'), 'open', { projectId: 'api' })).toBe('opened api');
    const refusal = (await say(as('billing'), 'open', { projectId: 'api' })) as Refusal;
    expect(refusal).toEqual({
      title: 'Forbidden',
      status: 403,
      code: 'access-denied',
      detail: 'you lack the role or permission that this needs',
      decisionId: expect.any(String),
    });
    expect(await app.get(AccessService).explainDecision(String(refusal.decisionId))).toMatchObject({
      member: 'billing',
    });
    expect(await say(as(), 'open', { projectId: 'api' })).toMatchObject({
      status: 401,
      code: 'not-signed-in',
    });
    expect(await say(as('member'), 'all')).toBe('open to all');
  });

  test('A7: each message is judged by the present state, on a connection that is open', async () => {
    acme.join('brief', ['org-member']);
    const socket = as('brief');
    expect(await say(socket, 'open', { projectId: 'api' })).toBe('opened api');
    acme.join('brief', []);
    expect(await say(socket, 'open', { projectId: 'api' })).toMatchObject({ code: 'access-denied' });
    acme.join('brief', ['org-member'], { status: 'suspended' });
    expect(await say(socket, 'open', { projectId: 'api' })).toMatchObject({ code: 'member-not-active' });
  });

  test('an unreachable store, and a host that answers for itself', async () => {
    acme.failing = { path: new Error('connection refused') };
    expect(await say(as('member'), 'open', { projectId: 'api' })).toMatchObject({
      code: 'store-unavailable',
    });
    acme.failing = { principal: new WsException('token expired') };
    expect(await say(as('member'), 'open', { projectId: 'api' })).toMatchObject({ message: 'token expired' });
  });

  test('A8: `@CurrentAccess`, whatever the message', async () => {
    const socket = as('member');
    for (const payload of [undefined, null, 'text', 7, { projectId: 'api' }, [1]]) {
      expect(await say(socket, 'me', payload)).toBe('member org-member');
      expect(await say(socket, 'whoami', payload)).toBe('member');
    }
    expect(await say(as(), 'whoami', {})).toBe('nobody');
    expect(await say(as(), 'me', {})).toMatchObject({ code: 'not-signed-in' });
  });
});

describe('A8: `@CurrentAccess` on a connection that several people use', () => {
  @Injectable()
  class Slow implements NestInterceptor {
    intercept(context: ExecutionContext, next: CallHandler) {
      const { waitMs = 0 } = context.switchToWs().getData<{ waitMs?: number }>();
      return timer(waitMs).pipe(switchMap(() => next.handle()));
    }
  }
  @WebSocketGateway()
  @UseInterceptors(Slow)
  class Shared {
    @SubscribeMessage('me') @RequireRole('org-member') me(@CurrentAccess() who?: AccessContext) {
      return who?.member ?? 'nobody';
    }
  }

  test('no message sees who another’s guard found, and nobody is let in meanwhile', async () => {
    const { app, acme } = await start({ providers: [Shared] });
    acme.join('other', ['org-member']);
    let signedIn = true;
    acme.principal = async (context) => {
      const { as } = context.switchToWs().getData<{ as: string }>();
      return signedIn ? { organization: 'acme', member: as } : undefined;
    };
    await app.listen(0, '127.0.0.1');
    const socket = connect(await app.getUrl());
    const first = say(socket, 'me', { as: 'member', waitMs: 80 });
    expect(await say(socket, 'me', { as: 'other' })).toBe('other');
    expect(await first).toBe('member');

    const late = say(socket, 'me', { as: 'member', waitMs: 80 });
    await new Promise((resolve) => setTimeout(resolve, 40));
    signedIn = false;
    expect(await late).toMatchObject({ code: 'not-signed-in' });
    socket.disconnect();
    await app.close();
  });
});

describe('A6: gateways on ws', () => {
  @WebSocketGateway()
  class Plain extends Rooms {
    handleConnection(client: { request?: IncomingMessage }, request: IncomingMessage) {
      client.request = request;
    }
  }
  let app: INestApplication;
  let url: string;
  beforeAll(async () => {
    ({ app } = await start(
      { providers: [Plain] },
      {},
      (host) => void host.useWebSocketAdapter(new WsAdapter(host)),
    ));
    await app.listen(0, '127.0.0.1');
    url = (await app.getUrl()).replace('http', 'ws');
  });
  afterAll(() => app.close());
  const ask = async (member: string, event: string, data: unknown, waitMs = 150): Promise<unknown> => {
    const client = new WebSocket(url, { headers: { 'x-member': member } });
    await new Promise((resolve) => client.once('open', resolve));
    const answer = new Promise((resolve) => {
      client.once('message', (text) => resolve(JSON.parse(String(text))));
      setTimeout(() => resolve('no answer'), waitMs);
    });
    client.send(JSON.stringify({ event, data }));
    const answered = await answer;
    client.close();
    return answered;
  };

  test('the handler runs for who may, and for nobody else', async () => {
    expect(await ask('member', 'whoami', {})).not.toMatchObject({ event: 'exception' });
    const refused = await ask('billing', 'open', { projectId: 'api' });
    // Nest 11 tells clients of ws no exception at all.
    if (refused !== 'no answer')
      expect(refused).toMatchObject({ event: 'exception', data: { code: 'access-denied' } });
  });
});

describe('A5: on gateways and microservices, what could not be guarded stops the start', () => {
  @WebSocketGateway()
  class Odd {
    @SubscribeMessage('a') @RequirePermission('project:view', { param: 'id' }) byParam() {}
    @SubscribeMessage('b') @RequirePermission('project:view', { args: 'id' }) byArgs() {}
    @SubscribeMessage('c') @RequireRole('org-admin') @Public() both() {}
    @RequireRole('org-admin') handleConnection() {}
    @RequireRole('org-admin') handleDisconnect() {}
    @RequireRole('org-admin') afterInit() {}
  }
  @Controller()
  class Messages {
    @MessagePattern('a') @RequirePermission('project:view', { body: 'id' }) byBody() {}
    @EventPattern('b') @RequirePermission('project:view', { query: 'id' }) byQuery() {}
    @MessagePattern('c') @RequirePermission('project:view', { payload: 'id' }) byPayload() {}
    @MessagePattern('d') silent() {}
    @Get() @Public() page() {}
  }
  class Base {
    @SubscribeMessage('page') @RequireRole('org-admin') page() {}
  }
  @WebSocketGateway()
  class Silent extends Base {
    @SubscribeMessage('page') override page() {}
  }
  @WebSocketGateway()
  @Public()
  @RequireRole('org-admin')
  class Contradicting {
    @SubscribeMessage('page') page() {}
  }
  @Injectable()
  class NoGateway {
    @SubscribeMessage('page') @RequireRole('org-admin') page() {}
  }
  @Injectable()
  class Jobs {
    @RequireRole('org-admin') nightly() {}
  }

  test('bindings that the call does not have, contradictions, and hooks that no guard stands before', async () =>
    expect(await auditOf({ providers: [Odd] })).toEqual([
      'Odd.byParam binding-elsewhere',
      'Odd.byArgs binding-elsewhere',
      'Odd.both public-and-required',
      'Odd.handleConnection guard-never-runs',
      'Odd.handleDisconnect guard-never-runs',
      'Odd.afterInit guard-never-runs',
    ]));
  test('on message and event patterns', async () =>
    expect(await auditOf({ controllers: [Messages] })).toEqual([
      'Messages.byBody binding-elsewhere',
      'Messages.byQuery binding-elsewhere',
    ]));
  test('the message says what to use', async () =>
    await expect(start({ providers: [Odd] })).rejects.toThrow(
      'Odd.byParam: permission `project:view` on a project is bound to `param`, which a gateway does not have; use `payload` or `from`',
    ));
  test('a message handler that declares nothing, under a global guard: Nest 11 would run none', async () => {
    expect(await auditOf({ providers: [Rooms] }, { guard: 'global' })).toEqual([
      'Rooms.silent message-undeclared',
    ]);
    expect(await auditOf({ controllers: [Messages] }, { guard: 'global' })).toContain(
      'Messages.silent message-undeclared',
    );
  });
  test('an override that declares nothing, under a global guard too', async () => {
    expect(await auditOf({ providers: [Silent] })).toEqual(['Silent.page requirement-lost']);
    expect(await auditOf({ providers: [Silent] }, { guard: 'global' })).toEqual([
      'Silent.page requirement-lost',
    ]);
  });
  test('a gateway that contradicts itself, and a class that lacks `@WebSocketGateway`', async () => {
    expect(await auditOf({ providers: [Contradicting] })).toEqual(['Contradicting public-and-required']);
    expect(await auditOf({ providers: [NoGateway] })).toEqual(['NoGateway.page guard-never-runs']);
  });
  test('a provider beside them', async () =>
    expect(await auditOf({ providers: [Rooms, Jobs] })).toEqual(['Jobs.nightly guard-never-runs']));
});
