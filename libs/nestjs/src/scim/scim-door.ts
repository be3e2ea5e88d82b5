import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Directory } from '@idp-roles/store';
import { Logger } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { keyShown } from '../admin/service-keys.js';
import { leaveUnread } from '../bounded-bodies.js';
import type { ScimPath } from '../mounted-routes.js';
import { hasBody } from '../sent-json.js';
import { setDirectory } from './current-directory.js';
import type { ScimBody } from './scim-body.js';
import { headersOf, scimFailure } from './scim-failure.js';
import { ScimRefusal } from './scim-refusal.js';
import { TokenBuckets, type BucketSize } from './token-buckets.js';

type Next = (error?: unknown) => void;
/** `ip` is Express's: a proxy's word counts where the host trusts it. */
type Request = IncomingMessage & { body?: unknown; readonly ip?: string };

export interface ScimDoorParts {
  pathOf(url: string): ScimPath | undefined;
  /** The same work whatever is wrong. */
  authenticate(shown: { readonly directory: string; readonly token: string }): Promise<Directory | undefined>;
  readonly bodies: ScimBody;
  /** Of each directory's requests. */
  readonly rate: BucketSize;
}

/** Tokens that one address may try in vain. */
const FAILURES: BucketSize = { perSecond: 10, burst: 100 };
const TEN_MINUTES = 600_000;

/**
 * Stands ahead of the host's parsers and guards: who it is and how often they come is known before a byte of a body is
 * read. It lets nobody past `ScimGuard`; it says whom that may let in.
 */
export class ScimDoor {
  readonly #logger = new Logger('IdpRoles');
  readonly #requests: TokenBuckets;
  readonly #failures = new TokenBuckets(FAILURES);
  /** Hashes of tokens that were right lately: whoever guesses from the same address does not shut them out. */
  readonly #trusted = new LRUCache<string, true>({ max: 1_000, ttl: TEN_MINUTES });

  constructor(private readonly parts: ScimDoorParts) {
    this.#requests = new TokenBuckets(parts.rate);
  }

  readonly handle = (request: Request, response: ServerResponse, next: Next): void => {
    const path = this.parts.pathOf(request.url ?? '');
    if (!path) return next();
    this.#enter(path, request, response).then(
      () => {
        if (!response.headersSent) next();
      },
      (error: unknown) => this.#refuse(error, request, response),
    );
  };

  /** What a request turned out to hold beyond itself: operations of a bulk request. */
  charge(directory: string, requests: number): void {
    this.#requests.charge(directory, requests);
  }

  async #enter({ directory: asked }: ScimPath, request: Request, response: ServerResponse): Promise<void> {
    const token = keyShown(request.headers.authorization);
    const directory = token === undefined ? undefined : await this.#known(asked, token, request);
    if (!directory) throw ScimRefusal.unknown();
    const wait = this.#requests.take(directory.id);
    if (wait > 0) throw ScimRefusal.tooMany(wait);
    setDirectory(request, directory);
    if (hasBody(request) && !request.readableEnded) {
      request.body = await this.parts.bodies.read(request, response);
    }
  }

  async #known(directory: string, token: string, request: Request): Promise<Directory | undefined> {
    const shown = createHash('sha256').update(`${directory}\n${token}`).digest('base64');
    const address = request.ip ?? request.socket.remoteAddress ?? '';
    const trusted = this.#trusted.has(shown);
    const wait = trusted ? 0 : this.#failures.take(address);
    if (wait > 0) throw ScimRefusal.tooMany(wait);
    const found = await this.parts.authenticate({ directory, token });
    if (!found) {
      this.#trusted.delete(shown);
      return undefined;
    }
    if (!trusted) this.#failures.refund(address);
    this.#trusted.set(shown, true);
    return found;
  }

  #refuse(error: unknown, request: Request, response: ServerResponse): void {
    if (response.headersSent) return;
    if (hasBody(request) && !request.readableEnded) leaveUnread(request, response);
    const failure = scimFailure(error, this.#logger);
    response.writeHead(failure.status, headersOf(failure)).end(JSON.stringify(failure.body));
  }
}
