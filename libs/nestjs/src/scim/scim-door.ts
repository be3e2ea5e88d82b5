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
import { FairTurns } from './fair-turns.js';
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

/** Tokens that one address may try in vain at one directory before it hears 429 in the place of 401. */
const FAILURES: BucketSize = { perSecond: 10, burst: 100 };
/** Tokens not seen lately: looked up so many at a time, whoever asks, so that the database is left to the others. */
const LOOK_UPS = { running: 4, waiting: 256 };
const TEN_MINUTES = 600_000;

/**
 * Stands ahead of the host's parsers and guards: who it is and how often they come is known before a byte of a body is
 * read. It lets nobody past `ScimGuard`; it says whom that may let in.
 */
export class ScimDoor {
  readonly #logger = new Logger('IdpRoles');
  readonly #requests: TokenBuckets;
  readonly #failures = new TokenBuckets(FAILURES);
  readonly #lookUps = new FairTurns(LOOK_UPS);
  /** Hashes of tokens that were right lately: they do not stand in line with those that nobody knows. */
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

  async #enter(
    { directory: asked, below }: ScimPath,
    request: Request,
    response: ServerResponse,
  ): Promise<void> {
    const token = keyShown(request.headers.authorization);
    const directory = token === undefined ? undefined : await this.#known(asked, token, request);
    if (!directory) throw ScimRefusal.unknown();
    const wait = this.#requests.take(directory.id);
    if (wait > 0) throw ScimRefusal.tooMany(wait);
    // The router would answer it in its own words.
    if (!isDecodable(below)) throw new ScimRefusal(400, 'the path is not percent-encoded UTF-8');
    setDirectory(request, directory);
    if (hasBody(request) && !request.readableEnded) {
      request.body = await this.parts.bodies.read(request, response);
    }
  }

  /** Whoever guesses shuts nobody out: each token is looked up, and only what was wrong counts. */
  async #known(directory: string, token: string, request: Request): Promise<Directory | undefined> {
    const shown = createHash('sha256').update(`${directory}\n${token}`).digest('base64');
    const who = `${request.ip ?? request.socket.remoteAddress ?? ''} ${directory}`;
    const lookUp = () => this.parts.authenticate({ directory, token });
    const found = this.#trusted.has(shown)
      ? await lookUp()
      : await this.#lookUps.run(who, lookUp, () => ScimRefusal.tooMany(1_000));
    if (found) {
      this.#trusted.set(shown, true);
      return found;
    }
    this.#trusted.delete(shown);
    const wait = this.#failures.take(who);
    if (wait > 0) throw ScimRefusal.tooMany(wait);
    return undefined;
  }

  #refuse(error: unknown, request: Request, response: ServerResponse): void {
    if (response.headersSent) return;
    if (hasBody(request) && !request.readableEnded) leaveUnread(request, response);
    const failure = scimFailure(error, this.#logger);
    response.writeHead(failure.status, headersOf(failure)).end(JSON.stringify(failure.body));
  }
}

function isDecodable(path: string): boolean {
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
}
