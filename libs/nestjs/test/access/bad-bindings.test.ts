import { Body, Controller, Get, Post, Query, type INestApplication } from '@nestjs/common';
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { io } from 'socket.io-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RequirePermission, start } from './acme.js';
import { codeOf, type Door } from './doors/door.js';
import { gatewayDoor, gatewayHost } from './doors/gateway-door.js';
import { apolloHost, graphqlDoor, mercuriusHost } from './doors/graphql-door.js';
import { express, fastify, httpDoor, httpHost } from './doors/http-door.js';
import { rpcDoor, rpcHost } from './doors/rpc-door.js';

const LONG = 'a'.repeat(10_240);

/** What no message or argument may bind, and what binds a resource that is not there. */
const INPUTS: readonly (readonly [string, Record<string, unknown>, string])[] = [
  ['a known id', { id: 'api' }, 'yes'],
  ['nothing', {}, 'binding-invalid'],
  ['null', { id: null }, 'binding-invalid'],
  ['an empty text', { id: '' }, 'binding-invalid'],
  ['10 kB', { id: LONG }, 'binding-invalid'],
  ['257 characters', { id: 'a'.repeat(257) }, 'binding-invalid'],
  ['a NUL', { id: 'api\0' }, 'binding-invalid'],
  ['a lone surrogate', { id: '\ud800' }, 'binding-invalid'],
  ['percent-encoded twice', { id: 'a%70i' }, 'access-denied'],
  ['of another type', { id: 'platform' }, 'access-denied'],
  ['of another organization', { id: 'secret' }, 'access-denied'],
  ['a name of every object', { id: 'constructor' }, 'access-denied'],
  ['surrounded by blanks', { id: ' api ' }, 'access-denied'],
];
/** JSON's other kinds. GraphQL never lets these through to a resolver, but for the number, which its ID makes a text. */
const KINDS: typeof INPUTS = [
  ['a list', { id: ['api'] }, 'binding-invalid'],
  ['an object', { id: { id: 'api', toString: 'api' } }, 'binding-invalid'],
  ['a number', { id: 7 }, 'binding-invalid'],
  ['a boolean', { id: true }, 'binding-invalid'],
];

const DOORS = [
  ['GraphQL by Apollo', apolloHost(), express, graphqlDoor, INPUTS],
  ['GraphQL by Mercurius', mercuriusHost(), fastify, graphqlDoor, INPUTS],
  ['a gateway', gatewayHost, express, gatewayDoor, [...INPUTS, ...KINDS]],
  ['a microservice', rpcHost, express, rpcDoor, [...INPUTS, ...KINDS]],
] as const;

describe.each(DOORS)('A5: in %s', (title, host, adapter, open, inputs) => {
  let door: Door;
  beforeAll(async () => {
    door = await open((await start(host, {}, undefined, adapter())).app);
  });
  afterAll(() => door.close());

  test.each(inputs)('an id that is %s', async (_, input, expected) =>
    expect(await door.ask('viewProject', 'member', input)).toBe(expected),
  );

  if (title.startsWith('GraphQL'))
    test.each(KINDS)('an id that is %s never arrives', async (kind, input) => {
      const answer = await door.ask('viewProject', 'member', input);
      expect(answer).not.toBe('yes');
      if (kind === 'a number') expect(answer).toBe('access-denied');
    });
});

describe('A5: over HTTP', () => {
  @Controller()
  class Sources {
    @Get('query') @RequirePermission('project:view', { query: 'id' }) query(@Query() query: object) {
      return query;
    }
    @Post('body') @RequirePermission('project:view', { body: 'id' }) body(@Body() body: object) {
      return body;
    }
  }

  describe.each([
    ['Express', express],
    ['Fastify', fastify],
  ] as const)('on %s', (_, adapter) => {
    let app: INestApplication;
    let door: Door;
    let url: string;
    beforeAll(async () => {
      ({ app } = await start({ controllers: [...httpHost.controllers, Sources] }, {}, undefined, adapter()));
      door = await httpDoor(app);
      url = await app.getUrl();
    });
    afterAll(() => door.close());
    const headers = { 'x-member': 'member' };
    const answered = async (path: string, init: RequestInit = {}) => {
      const answer = await fetch(`${url}/${path}`, { ...init, headers: { ...headers, ...init.headers } });
      return answer.ok ? 'yes' : codeOf(await answer.json());
    };

    test.each([
      ['api', 'yes'],
      ['%61pi', 'yes'],
      ['a%2570i', 'access-denied'],
      ['api%00', 'binding-invalid'],
      ['platform', 'access-denied'],
    ])('a path that ends in `%s`', async (id, expected) => {
      expect(await answered(`viewProject/${id}`)).toBe(expected);
    });
    // Fastify itself answers 414 where a parameter is longer than 100 characters.
    test('a path that ends in 257 characters', async () => {
      const { status } = await fetch(`${url}/viewProject/${'a'.repeat(257)}`, { headers });
      expect(status).toBe(adapter === fastify ? 414 : 403);
    });
    test.each(['%zz', '%ff', `%${LONG}`])(
      'a path that nobody can decode, or is too long: never a 500',
      async (id) => {
        const { status } = await fetch(`${url}/viewProject/${id}`, { headers });
        expect([400, 403, 404, 414]).toContain(status);
      },
    );

    test.each([
      ['id=api', 'yes'],
      ['', 'binding-invalid'],
      ['id=', 'binding-invalid'],
      ['id', 'binding-invalid'],
      ['id=api&id=api', 'binding-invalid'],
      ['id[]=api', 'binding-invalid'],
      ['id[0]=api', 'binding-invalid'],
      ['id[id]=api', 'binding-invalid'],
      ['ID=api', 'binding-invalid'],
      ['id=%61pi', 'yes'],
      ['id=a%2570i', 'access-denied'],
      ['id=platform', 'access-denied'],
      ['__proto__[id]=api', 'binding-invalid'],
    ])('a query `%s`', async (query, expected) => expect(await answered(`query?${query}`)).toBe(expected));

    test('a query of 10 kB', async () => expect(await answered(`query?id=${LONG}`)).toBe('binding-invalid'));

    test.each([...INPUTS, ...KINDS])('a body whose id is %s', async (__, input, expected) => {
      const init = { method: 'POST', headers: { 'content-type': 'application/json' } };
      expect(await answered('body', { ...init, body: JSON.stringify(input) })).toBe(expected);
    });
    test.each(['[{"id":"api"}]', '"api"', '[]', '{"id":"platform","id":["api"]}'])(
      'a body `%s`',
      async (body) => {
        const answer = await fetch(`${url}/body`, {
          method: 'POST',
          headers: { ...headers, 'content-type': 'application/json' },
          body,
        });
        expect([400, 403]).toContain(answer.status);
      },
    );
    test('a form that gives it twice', async () => {
      const answer = await fetch(`${url}/body`, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded' },
        body: 'id=api&id=api',
      });
      expect([403, 415]).toContain(answer.status);
    });
  });
});

test('A5: a message that is no object binds nothing', async () => {
  @WebSocketGateway()
  class Bare {
    @SubscribeMessage('open') @RequirePermission('project:view', { payload: 'length' }) open() {
      return 'yes';
    }
  }
  const { app } = await start({ providers: [Bare] });
  await app.listen(0, '127.0.0.1');
  const socket = io(await app.getUrl(), {
    transports: ['websocket'],
    extraHeaders: { 'x-member': 'member' },
  });
  const answerTo = (...payload: unknown[]) =>
    new Promise((resolve) => {
      socket.removeAllListeners('exception').once('exception', (refusal) => resolve(codeOf(refusal)));
      socket.emit('open', ...payload, (answer: unknown) => resolve(answer));
    });
  for (const payload of [
    [],
    ['api'],
    [['api']],
    [7],
    [null],
    [true],
    [{ length: 7 }],
    ['api', 'api'],
    [Buffer.from('api')],
  ])
    expect(await answerTo(...payload)).toBe('binding-invalid');
  expect(await answerTo({ length: 'api' })).toBe('yes');
  socket.disconnect();
  await app.close();
});
