import type { IncomingMessage, ServerResponse } from 'node:http';

export type BodyRefusal = 'too-large' | 'too-slow' | 'too-many' | 'aborted';

export interface BodyBounds {
  /** Bytes of one body. */
  readonly limit: number;
  /** Milliseconds from the first look to the last byte. */
  readonly deadlineMs?: number;
  /** Bytes of all bodies that are being read at one time. */
  readonly total?: number;
}

/**
 * Reads bodies of requests that nobody has vouched for yet: what it holds is bounded in size, time and sum, and what
 * is too large by its own Content-Length is refused before a byte is read.
 */
export class BoundedBodies {
  readonly #limit: number;
  readonly #deadlineMs: number;
  readonly #total: number;
  readonly #readings = new Set<Reading>();
  #held = 0;

  constructor({ limit, deadlineMs = 10_000, total = 64 * 1024 * 1024 }: BodyBounds) {
    this.#limit = limit;
    this.#deadlineMs = deadlineMs;
    this.#total = total;
  }

  /** The whole body, or why it was given up, which `leaveUnread` then sees to. */
  async read(request: IncomingMessage, response: ServerResponse): Promise<Buffer | BodyRefusal> {
    const declared = Number(request.headers['content-length'] ?? 0);
    const read = declared > this.#limit ? 'too-large' : await this.#collect(request);
    if (typeof read === 'string') leaveUnread(request, response);
    return read;
  }

  #collect(request: IncomingMessage): Promise<Buffer | BodyRefusal> {
    return new Promise((resolve) => {
      const chunks: Buffer[] = [];
      const reading: Reading = { size: 0, giveUp: () => finish('too-many') };
      const finish = (outcome: Buffer | BodyRefusal) => {
        clearTimeout(late);
        request.off('data', take).off('end', end).off('error', abort).off('close', abort);
        if (this.#readings.delete(reading)) this.#held -= reading.size;
        resolve(outcome);
      };
      const take = (chunk: Buffer) => {
        reading.size += chunk.length;
        this.#held += chunk.length;
        chunks.push(chunk);
        if (reading.size > this.#limit) finish('too-large');
        else if (this.#held > this.#total) this.#largest()?.giveUp();
      };
      const end = () => finish(Buffer.concat(chunks));
      const abort = () => finish('aborted');
      const late = setTimeout(() => finish('too-slow'), this.#deadlineMs);
      this.#readings.add(reading);
      request.on('data', take).once('end', end).once('error', abort).once('close', abort);
    });
  }

  /** Whoever holds most makes room: many slow large bodies never push out a small one. */
  #largest(): Reading | undefined {
    let largest: Reading | undefined;
    for (const reading of this.#readings) if (reading.size > (largest?.size ?? -1)) largest = reading;
    return largest;
  }
}

interface Reading {
  size: number;
  giveUp(): void;
}

/**
 * The rest of a body is not wanted: the connection closes with the answer, and a host's parser does not wait for it,
 * because without these fields a request has no body (RFC 9112, section 6.3).
 */
export function leaveUnread(request: IncomingMessage, response: ServerResponse): void {
  // A host that answered meanwhile, by a time limit of its own, has sent its headers.
  if (!response.headersSent) response.setHeader('connection', 'close');
  request.pause();
  delete request.headers['content-length'];
  delete request.headers['transfer-encoding'];
}
