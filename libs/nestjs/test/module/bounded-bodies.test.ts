import { createServer, request as httpRequest, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { BoundedBodies, type BodyBounds } from '../../src/bounded-bodies.js';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** A server that answers with the length of what it read, or with why it gave up. */
async function serve(bounds: BodyBounds): Promise<number> {
  const bodies = new BoundedBodies(bounds);
  const server = createServer((request, response) => {
    void bodies
      .read(request, response)
      .then((body) => response.end(typeof body === 'string' ? body : String(body.length)));
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

function post(
  port: number,
  headers: Record<string, string>,
  write: (send: (chunk: string) => void, end: () => void) => void,
) {
  return new Promise<{ text: string; connection: string | undefined }>((resolve, reject) => {
    const request = httpRequest({ port, method: 'POST', headers }, (response: IncomingMessage) => {
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString()));
      response.on('end', () => resolve({ text, connection: response.headers.connection }));
    });
    request.on('error', reject);
    write(
      (chunk) => request.write(chunk),
      () => request.end(),
    );
  });
}

describe('bodies of requests that nobody has vouched for', () => {
  it('are read whole within the limit', async () => {
    const port = await serve({ limit: 10 });
    const answer = await post(port, {}, (send, end) => {
      send('12345');
      send('67890');
      end();
    });
    expect(answer.text).toBe('10');
  });

  it('are refused by their own Content-Length before a byte is read', async () => {
    const port = await serve({ limit: 10 });
    const answer = await post(port, { 'content-length': '200000000' }, (send) => send('x'));
    expect(answer).toEqual({ text: 'too-large', connection: 'close' });
  });

  it('are given up once they are larger than they said', async () => {
    const port = await serve({ limit: 10 });
    const answer = await post(port, {}, (send) => send('x'.repeat(11)));
    expect(answer).toEqual({ text: 'too-large', connection: 'close' });
  });

  it('are given up where they do not arrive in time', async () => {
    const port = await serve({ limit: 10, deadlineMs: 50 });
    const answer = await post(port, {}, (send) => send('x'));
    expect(answer).toEqual({ text: 'too-slow', connection: 'close' });
  });

  it('are bounded in sum: who holds most makes room, and never who holds little', async () => {
    const port = await serve({ limit: 10, total: 15, deadlineMs: 2_000 });
    const large = post(port, {}, (send) => send('x'.repeat(9)));
    await new Promise((resolve) => setTimeout(resolve, 50));
    const small = await post(port, {}, (send, end) => {
      send('x'.repeat(7));
      end();
    });
    expect(small.text).toBe('7');
    expect((await large).text).toBe('too-many');
  });

  it('throw nothing where the host has answered meanwhile', async () => {
    const bodies = new BoundedBodies({ limit: 10, deadlineMs: 60 });
    const outcomes: unknown[] = [];
    const server = createServer((request, response) => {
      setTimeout(() => response.writeHead(503).end('the host'), 20);
      bodies.read(request, response).then(
        (body) => outcomes.push(body),
        (error: unknown) => outcomes.push(error),
      );
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    expect((await post(port, {}, (send) => send('x'))).text).toBe('the host');
    await new Promise((resolve) => setTimeout(resolve, 120));
    expect(outcomes).toEqual([expect.stringMatching(/too-slow|aborted/)]);
  });
});
