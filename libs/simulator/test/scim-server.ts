import { createServer, type Server } from 'node:http';

export interface Received {
  readonly method: string;
  /** Decoded, below the base URL. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: unknown;
}

/** As little of a SCIM server as a client needs: it keeps what it is sent, gives ids, and answers as it is told. */
export class ScimServer {
  readonly received: Received[] = [];
  /** Instead of what would be said; `undefined` leaves it. */
  answer: (request: Received) => number | undefined = () => undefined;
  readonly #resources = new Map<string, Record<string, unknown>>();
  #made = 0;

  private constructor(
    private readonly server: Server,
    readonly baseUrl: string,
  ) {}

  static async start(): Promise<ScimServer> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const scim = new ScimServer(server, `http://127.0.0.1:${port}/scim`);
    server.on('request', (incoming, outgoing) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        const received: Received = {
          method: incoming.method ?? '',
          path: decodeURIComponent((incoming.url ?? '').replace(/^\/scim/, '')),
          headers: incoming.headers,
          body: text === '' ? undefined : JSON.parse(text),
        };
        scim.received.push(received);
        const [status, body] = scim.#respond(received);
        outgoing.writeHead(status, { 'content-type': 'application/scim+json' });
        outgoing.end(body === undefined ? undefined : JSON.stringify(body));
      });
    });
    return scim;
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.server.close(() => resolve());
      this.server.closeAllConnections();
    });
  }

  /** What was asked since the last call, as `METHOD path`. */
  take(): string[] {
    return this.received.splice(0).map(({ method, path }) => `${method} ${path}`);
  }

  /** As if another client had made it. */
  put(path: string, resource: Record<string, unknown>): void {
    this.#resources.set(path, resource);
  }

  drop(path: string): void {
    this.#resources.delete(path);
  }

  #respond(request: Received): [number, unknown?] {
    const told = this.answer(request);
    if (told !== undefined) return [told, { detail: 'as told' }];
    const { method, path, body } = request;
    const [place = ''] = path.split('?');
    if (method === 'POST') {
      const id = `id-${++this.#made}`;
      const made = { ...(body as object), id };
      this.#resources.set(`${place}/${id}`, made);
      return [201, made];
    }
    if (/^\/(Users|Groups)$/.test(place)) {
      const all = [...this.#resources].filter(([key]) => key.startsWith(place)).map(([, one]) => one);
      const value = /eq "([^"]*)"/.exec(path)?.[1];
      const found = all.filter((one) => value === undefined || Object.values(one).includes(value));
      return [200, { totalResults: found.length, Resources: found }];
    }
    if (!this.#resources.has(place)) return [404, { detail: 'nobody' }];
    if (method === 'DELETE') this.#resources.delete(place);
    return method === 'GET' ? [200, this.#resources.get(place)] : [204];
  }
}
