import { createServer, type AddressInfo } from 'node:net';
import type { RequestListener } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { createOutbound, type OutboundOptions } from '../src/index.js';
import { listen, pem } from './https-server.js';

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

function outbound(options: OutboundOptions = {}) {
  const made = createOutbound(options);
  open.push(() => made.close());
  return made;
}
async function serve(protocol: 'http' | 'https', answer: RequestListener) {
  const server = await listen(protocol, answer);
  open.push(() => server.close());
  return server;
}
const onLoopback = { allowLoopbackHttp: true } as const;
const nobody = async () => {
  throw Object.assign(new Error('no such name'), { code: 'ENOTFOUND' });
};
/** Resolves every name to this machine, as a hostile or rebound name would. */
const toLoopback = async () => [{ address: '127.0.0.1', family: 4 }];

describe('L2: what is called', () => {
  it.each([
    ['http://idp.example/', 'scheme-refused'],
    ['ftp://idp.example/', 'scheme-refused'],
    ['file:///etc/passwd', 'scheme-refused'],
    ['https://user@idp.example/', 'userinfo-refused'],
    ['https://u:p@idp.example/', 'userinfo-refused'],
    ['https://idp.example:22/', 'port-refused'],
    ['https://idp.example:80/', 'port-refused'],
    ['https://127.0.0.1/', 'address-refused'],
    ['https://0x7f.1/', 'address-refused'],
    ['https://2130706433/', 'address-refused'],
    ['https://169.254.169.254/latest', 'address-refused'],
    ['https://[::1]/', 'address-refused'],
    ['https://[::ffff:127.0.0.1]/', 'address-refused'],
    ['https://[64:ff9b::7f00:1]/', 'address-refused'],
    ['http://localhost/', 'scheme-refused'],
    ['not a url', 'url-invalid'],
  ])('%s is refused: %s', async (url, code) => {
    await expect(outbound().fetch(url)).rejects.toMatchObject({ name: 'OutboundError', code });
  });

  it('a name that resolves to a private address is refused before anything connects, after one resolution', async () => {
    const server = await serve('https', (_, response) => response.end('{}'));
    let asked = 0;
    const { fetch } = outbound({
      ca: pem,
      resolve: async () => ((asked += 1), toLoopback()),
    });
    await expect(fetch(`https://idp.test:${server.port}/`)).rejects.toMatchObject({
      code: 'address-refused',
    });
    expect(server.requests).toEqual([]);
    expect(asked).toBe(1);
  });

  it('what was resolved is what is connected to: a name that moves in between (rebinding) gains nothing', async () => {
    const server = await serve('https', (_, response) => response.end('{}'));
    const answers = ['203.0.113.1', '127.0.0.1'];
    const { fetch } = outbound({
      ca: pem,
      timeoutMs: 200,
      allowCidrs: ['203.0.113.0/24'],
      resolve: async () => [{ address: answers.shift() ?? '127.0.0.1', family: 4 }],
    });
    await expect(fetch(`https://idp.test:${server.port}/`)).rejects.toThrow();
    await expect(fetch(`https://idp.test:${server.port}/`)).rejects.toMatchObject({
      code: 'address-refused',
    });
    expect(server.requests).toEqual([]);
  });

  it('a name with a public and a private address never leads to the private one', async () => {
    const server = await serve('https', (_, response) => response.end('{}'));
    const { fetch } = outbound({
      ca: pem,
      timeoutMs: 300,
      resolve: async () => [
        { address: '127.0.0.1', family: 4 },
        { address: '2606:4700::1', family: 6 },
      ],
    });
    await expect(fetch(`https://idp.test:${server.port}/`)).rejects.toThrow();
    expect(server.requests).toEqual([]);
  });

  it('an allowed range, host and authority are called', async () => {
    const server = await serve('https', (_, response) => response.end('{"ok":true}'));
    const url = `https://idp.test:${server.port}/x`;
    const byRange = outbound({ ca: pem, resolve: toLoopback, allowCidrs: ['127.0.0.0/8'] });
    expect(await (await byRange.fetch(url)).json()).toEqual({ ok: true });
    const byHost = outbound({ ca: pem, resolve: toLoopback, allowHosts: [`idp.test:${server.port}`] });
    expect((await byHost.fetch(url)).status).toBe(200);
  });

  it('a certificate nobody vouches for is refused, also in development', async () => {
    const server = await serve('https', (_, response) => response.end('{}'));
    const { fetch } = outbound(onLoopback);
    await expect(fetch(`https://127.0.0.1:${server.port}/`)).rejects.toMatchObject({ code: 'tls-failed' });
  });

  it('loopback http is called in development only', async () => {
    const server = await serve('http', (_, response) => response.end('hi'));
    const url = `http://127.0.0.1:${server.port}/`;
    expect(await (await outbound(onLoopback).fetch(url)).text()).toBe('hi');
    await expect(outbound().fetch(url)).rejects.toMatchObject({ code: 'scheme-refused' });
  });
});

describe('L2: what is accepted', () => {
  it('request and answer pass whole', async () => {
    const server = await serve('http', (request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        response.writeHead(418, { 'content-type': 'application/json', 'x-saw': request.headers['x-a'] });
        response.end(JSON.stringify({ body, method: request.method }));
      });
    });
    const answer = await outbound(onLoopback).fetch(`http://localhost:${server.port}/`, {
      method: 'POST',
      headers: { 'x-a': 'b' },
      body: new URLSearchParams({ code: '1' }),
    });
    expect(answer).toBeInstanceOf(Response);
    expect(answer.status).toBe(418);
    expect(answer.headers.get('x-saw')).toBe('b');
    expect(await answer.json()).toEqual({ body: 'code=1', method: 'POST' });
  });

  it('an answer without a body', async () => {
    const server = await serve('http', (_, response) => response.writeHead(204).end());
    const answer = await outbound(onLoopback).fetch(`http://127.0.0.1:${server.port}/`);
    expect([answer.status, await answer.text()]).toEqual([204, '']);
  });

  it.each([301, 302, 303, 307, 308])('a redirect (%i) is an error and is not followed', async (status) => {
    const server = await serve('http', (_, response) =>
      response.writeHead(status, { location: '/next' }).end(),
    );
    const fetched = outbound(onLoopback).fetch(`http://127.0.0.1:${server.port}/`, { redirect: 'follow' });
    await expect(fetched).rejects.toMatchObject({ code: 'redirect-refused' });
    expect(server.requests).toEqual(['GET /']);
  });

  it('exactly the limit passes, one byte more does not', async () => {
    const server = await serve('http', (request, response) =>
      response.end(Buffer.alloc(1_048_576 + (request.url === '/more' ? 1 : 0))),
    );
    const { fetch } = outbound(onLoopback);
    const whole = await fetch(`http://127.0.0.1:${server.port}/`);
    expect((await whole.arrayBuffer()).byteLength).toBe(1_048_576);
    await expect(fetch(`http://127.0.0.1:${server.port}/more`)).rejects.toMatchObject({
      code: 'body-too-large',
    });
  });

  it('an endless body is let go of at the limit', async () => {
    let sent = 0;
    const server = await serve('http', (_, response) => {
      const pump = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536))) sent += 65_536;
        response.once('drain', pump);
      };
      pump();
    });
    const fetched = outbound(onLoopback).fetch(`http://127.0.0.1:${server.port}/`);
    await expect(fetched).rejects.toMatchObject({ code: 'body-too-large' });
    expect(sent).toBeLessThan(32 * 1_048_576);
  });

  it('a small body that decompresses to a large one is refused', async () => {
    const bomb = gzipSync(Buffer.alloc(5_000_000));
    const server = await serve('http', (_, response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb),
    );
    const fetched = outbound(onLoopback).fetch(`http://127.0.0.1:${server.port}/`);
    await expect(fetched).rejects.toMatchObject({ code: 'body-too-large' });
  });

  it('limits are tightened, never widened', async () => {
    const server = await serve('http', (_, response) => response.end(Buffer.alloc(1_048_577)));
    const { fetch } = outbound({ ...onLoopback, maxBodyBytes: 99_999_999 });
    await expect(fetch(`http://127.0.0.1:${server.port}/`)).rejects.toMatchObject({ code: 'body-too-large' });
  });
});

describe('L2: how long it lasts', () => {
  it('silence, and a body that trickles, end at the deadline', async () => {
    const server = await serve('http', (request, response) => {
      if (request.url === '/silent') return;
      const timer = setInterval(() => response.write(' '), 20);
      response.on('close', () => clearInterval(timer));
    });
    const { fetch } = outbound({ ...onLoopback, timeoutMs: 150 });
    for (const path of ['/silent', '/trickle']) {
      const began = Date.now();
      await expect(fetch(`http://127.0.0.1:${server.port}${path}`)).rejects.toMatchObject({
        code: 'timeout',
      });
      expect(Date.now() - began).toBeLessThan(1_000);
    }
  });

  it('a resolver that never answers ends at the deadline', async () => {
    const { fetch } = outbound({ timeoutMs: 100, resolve: () => new Promise(() => {}) });
    await expect(fetch('https://idp.example/')).rejects.toMatchObject({ code: 'timeout' });
  });

  it('the caller may give up, and close() ends what is under way', async () => {
    const server = await serve('http', () => {});
    const url = `http://127.0.0.1:${server.port}/`;
    const { fetch, close } = outbound(onLoopback);
    await expect(fetch(url, { signal: AbortSignal.timeout(50) })).rejects.toMatchObject({ code: 'aborted' });
    const pending = expect(fetch(url)).rejects.toMatchObject({ code: 'closed' });
    await close();
    await pending;
  });

  it('a name nobody has, a port nobody listens on, and a server that speaks something else', async () => {
    await expect(outbound({ resolve: nobody }).fetch('https://idp.example/')).rejects.toMatchObject({
      code: 'name-not-found',
    });
    const gone = await listen('http', () => {});
    await gone.close();
    const { fetch } = outbound(onLoopback);
    await expect(fetch(`http://127.0.0.1:${gone.port}/`)).rejects.toMatchObject({ code: 'unreachable' });
    const smtp = createServer((socket) => socket.write('220 mail ready\r\n', () => socket.destroy()));
    await new Promise<void>((done) => smtp.listen(0, '127.0.0.1', done));
    open.push(() => new Promise((done) => smtp.close(() => done())));
    const { port } = smtp.address() as AddressInfo;
    await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toMatchObject({ code: 'unreachable' });
  });

  it('an error tells the host and nothing else of the URL', async () => {
    const gone = await listen('http', () => {});
    await gone.close();
    const error: unknown = await outbound(onLoopback)
      .fetch(`http://127.0.0.1:${gone.port}/path?secret=1`)
      .catch((thrown: unknown) => thrown);
    expect(String(error)).toContain(`127.0.0.1:${gone.port}`);
    expect(String(error)).not.toContain('secret');
  });
});
