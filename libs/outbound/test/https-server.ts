import { readFileSync } from 'node:fs';
import { createServer as createHttp, type RequestListener, type Server } from 'node:http';
import { createServer as createHttps } from 'node:https';
import type { AddressInfo } from 'node:net';

/** Key and certificate of `idp.test`, `localhost` and 127.0.0.1, made for these tests only. */
export const pem = readFileSync(new URL('./fixtures/idp.test.pem', import.meta.url), 'utf8');

export interface Listening {
  readonly port: number;
  readonly requests: string[];
  close(): Promise<void>;
}

export async function listen(protocol: 'http' | 'https', answer: RequestListener): Promise<Listening> {
  const requests: string[] = [];
  const listener: RequestListener = (request, response) => {
    requests.push(`${request.method} ${request.url}`);
    answer(request, response);
  };
  const server: Server =
    protocol === 'http' ? createHttp(listener) : createHttps({ key: pem, cert: pem }, listener);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    port: (server.address() as AddressInfo).port,
    requests,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}
