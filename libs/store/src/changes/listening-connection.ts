import { Socket } from 'node:net';
import { setImmediate, setTimeout as pause } from 'node:timers/promises';
import type { Client } from 'pg';

export interface Listening {
  readonly url: string;
  /** A name that needs no quoting. */
  readonly channel: string;
  readonly onNotification: (payload: string | undefined) => void;
  /** Called once, however it was lost; also by `destroy`. */
  readonly onLost: (cause: unknown) => void;
  /** What connecting, and each answer after it, may take. */
  readonly limitMs: number;
}

/** One connection of its own that listens. A server that is silent for too long has lost it. */
export class ListeningConnection {
  #lost: { readonly cause: unknown } | undefined;

  private constructor(
    readonly client: Client,
    readonly socket: Socket,
    readonly options: Listening,
  ) {
    client.on('error', (cause) => this.#lose(cause));
    client.on('end', () => this.#lose(new Error('the connection ended')));
    client.on('notification', ({ payload }) => options.onNotification(payload));
  }

  static async open(options: Listening): Promise<ListeningConnection> {
    // Here and not above: whoever uses the embedded home loads nothing.
    const { default: pg } = await import('pg');
    const socket = new Socket();
    const client = new pg.Client({
      connectionString: options.url,
      stream: () => socket,
      connectionTimeoutMillis: options.limitMs,
      keepAlive: true,
      application_name: 'idp-roles changes',
    });
    const connection = new ListeningConnection(client, socket, options);
    try {
      await client.connect();
      await connection.ask(`listen "${options.channel}"`);
      return connection;
    } catch (cause) {
      connection.destroy(cause);
      throw cause;
    }
  }

  /** Destroys the connection where the answer does not come. */
  async ask<Row extends object>(text: string, values: readonly unknown[] = []): Promise<readonly Row[]> {
    if (this.#lost) throw this.#lost.cause;
    const stop = new AbortController();
    try {
      return await Promise.race([this.#answer<Row>(text, values), this.#silence(stop.signal)]);
    } catch (cause) {
      this.destroy(cause);
      throw cause;
    } finally {
      stop.abort();
    }
  }

  get lost(): boolean {
    return this.#lost !== undefined;
  }

  destroy(cause: unknown): void {
    this.socket.destroy();
    this.#lose(cause);
  }

  /** Says goodbye, and waits for it no longer than for an answer. */
  async close(): Promise<void> {
    if (!this.#lost) await Promise.race([this.client.end(), pause(this.options.limitMs)]);
    this.destroy(new Error('the connection was closed'));
  }

  async #answer<Row extends object>(text: string, values: readonly unknown[]): Promise<readonly Row[]> {
    const { rows } = await this.client.query<Row>(text, [...values]);
    return rows;
  }

  async #silence(signal: AbortSignal): Promise<never> {
    await pause(this.options.limitMs, undefined, { signal });
    // An event loop that stood still is not the server's silence: what came meanwhile is read first.
    await setImmediate(undefined, { signal });
    throw new Error(`no answer within ${this.options.limitMs} ms`);
  }

  #lose(cause: unknown): void {
    if (this.#lost) return;
    this.#lost = { cause };
    this.options.onLost(cause);
  }
}
