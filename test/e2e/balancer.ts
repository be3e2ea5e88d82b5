import { createServer, request as httpRequest, type Server } from 'node:http';
import type { RunningDemo } from './running-demo.js';

/** One address for all: each request goes to the next instance. */
export function balance(port: number, demos: readonly Pick<RunningDemo, 'url'>[]): Promise<Server> {
  let turn = 0;
  const server = createServer((incoming, outgoing) => {
    const target = new URL(demos[turn++ % demos.length]!.url);
    const forwarded = httpRequest(
      {
        host: target.hostname,
        port: target.port,
        method: incoming.method,
        path: incoming.url,
        headers: incoming.headers,
      },
      (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      },
    );
    forwarded.on('error', () => outgoing.writeHead(502).end());
    incoming.pipe(forwarded);
  });
  return new Promise((resolve) => server.listen(port, 'localhost', () => resolve(server)));
}
