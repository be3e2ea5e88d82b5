import type { Change, ChangeFeedStatus } from '../ports/access.js';
import { StoreError } from '../ports/store.js';
import { Announced } from './announced.js';
import { Announcer } from './announcer.js';
import type { HomeFeed } from './home-feed.js';
import { ListeningConnection } from './listening-connection.js';
import { readNotice } from './notice.js';
import { hearNow, hearSince, type Heard } from './postgres-commits.js';
import { Waiting } from './waiting.js';

const BEAT_EVERY_MS = 400;
/** What a beat may take: one that is late leaves time for a new connection within `BEHIND_MS`. */
const ANSWER_MS = 600;
/** After which nothing is said to be current. */
const BEHIND_MS = 1_200;
/** Between two attempts to connect; each is lengthened or shortened by chance, so that not all come at once. */
const SHORTEST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 400;
const PRUNED_EVERY_MS = 60_000;

export interface PostgresChanges {
  readonly url: string;
  /** Of the tables; also the channel. A name that needs no quoting. */
  readonly schema: string;
}

/** Where commits are written down. */
export interface KeptCommits {
  /** How long one can still be read. */
  readonly keptMs: number;
  /** Forgets those that are older. */
  prune(): Promise<void>;
}

/**
 * Processes that share one PostgreSQL. A connection of its own hears of each commit at once (D4), and reads what it has
 * not heard of at each beat. Current is only what a beat has confirmed that began a moment ago: a connection that hears
 * nothing, a server that does not answer and a process that was stopped all end in `isCurrent` being false (A7).
 */
export class PostgresFeed implements HomeFeed {
  readonly #announcer = new Announcer();
  readonly #announced = new Announced();
  readonly #waiting = new Waiting();
  #running: Promise<void> | undefined;
  #closed = false;
  #wake: () => void = () => undefined;
  /** When the last beat that succeeded began, by both clocks: one stands still while a machine sleeps, the other may be set. */
  #confirmed = { steady: Number.NEGATIVE_INFINITY, wall: Date.now() };
  #cause: unknown;
  #prunedAt = performance.now();

  constructor(
    readonly from: PostgresChanges,
    readonly commits: KeptCommits,
  ) {}

  /** Resolves once the first connection stands or has failed: without one the store works, and nothing is answered from memory. */
  async open(): Promise<void> {
    await this.commits.prune();
    const first = this.#waiting.next();
    this.#running = this.#run();
    await first.catch(() => undefined);
  }

  subscribe(listener: (change: Change) => void, missed?: () => void): () => void {
    return this.#announcer.subscribe(listener, missed);
  }

  committed(changes: readonly Change[]): void {
    this.#announcer.announce(this.#announced.firstHeard(changes));
  }

  isCurrent(): boolean {
    return (
      !this.#closed &&
      performance.now() - this.#confirmed.steady <= BEHIND_MS &&
      Date.now() - this.#confirmed.wall <= BEHIND_MS
    );
  }

  status(): ChangeFeedStatus {
    if (this.isCurrent()) return { current: true };
    return { current: false, behindSince: this.#confirmed.wall, cause: this.#cause };
  }

  async poll(): Promise<void> {
    if (this.#closed) throw new StoreError('store-closed', 'the store is closed');
    const heard = this.#waiting.next();
    this.#wake();
    await heard;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#wake();
    await this.#running;
  }

  async #run(): Promise<void> {
    let wait = SHORTEST_PAUSE_MS;
    while (!this.#closed) {
      try {
        await this.#listen(() => (wait = SHORTEST_PAUSE_MS));
      } catch (cause) {
        this.#cause = cause;
        this.#waiting.fail(new StoreError('store-unavailable', 'changes cannot be heard', { cause }));
        await this.#rest(wait * (0.5 + Math.random()));
        wait = Math.min(wait * 2, LONGEST_PAUSE_MS);
      }
    }
    this.#waiting.fail(new StoreError('store-closed', 'the store is closed'));
  }

  /** Resolves when the feed is closed; rejects when the connection is lost. */
  async #listen(stands: () => void): Promise<void> {
    const { url, schema: channel } = this.from;
    const connection = await ListeningConnection.open({
      url,
      channel,
      limitMs: ANSWER_MS,
      onNotification: (payload) => this.#notified(payload),
      onLost: () => this.#wake(),
    });
    try {
      for (let last: Heard | undefined; !this.#closed;) {
        last = await this.#beat(connection, last);
        stands();
        if (!this.#waiting.some && !connection.lost) await this.#rest(BEAT_EVERY_MS);
      }
    } finally {
      await connection.close();
    }
  }

  async #beat(connection: ListeningConnection, last: Heard | undefined): Promise<Heard> {
    this.#waiting.begin();
    const began = { steady: performance.now(), wall: Date.now() };
    const heard = last
      ? await hearSince(connection, this.from.schema, last.snapshot)
      : await hearNow(connection);
    if (last && heard.at - last.at > this.commits.keptMs / 2)
      throw new Error('changes were not read for too long: some may be pruned');
    if (last) this.#announcer.announce(this.#announced.firstHeard(heard.changes));
    // What happened between two connections is not read but forgotten: after a crash or on another server,
    // transaction ids may not mean what they meant.
    else this.#announcer.announceMissed();
    this.#announced.age();
    this.#confirmed = began;
    this.#waiting.succeed();
    this.#pruneAtTimes();
    return heard;
  }

  #notified(payload: string | undefined): void {
    const change = readNotice(payload);
    if (change) this.#announcer.announce(this.#announced.firstHeard([change]));
    // Somebody says something that we do not read: better look.
    else this.#wake();
  }

  /** Until it is over, or something calls for attention. */
  async #rest(ms: number): Promise<void> {
    if (this.#closed) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#wake = () => undefined;
  }

  #pruneAtTimes(): void {
    if (performance.now() - this.#prunedAt < PRUNED_EVERY_MS) return;
    this.#prunedAt = performance.now();
    // What stays is read by nobody; the next time will do.
    this.commits.prune().catch(() => undefined);
  }
}
