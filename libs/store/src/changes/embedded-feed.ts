import type { Change, ChangeFeedStatus } from '../ports/access.js';
import { StoreError } from '../ports/store.js';
import { Announcer } from './announcer.js';
import type { HomeFeed } from './home-feed.js';

/** How the embedded home notices what other processes commit. */
export interface FileCommits {
  open(): Promise<void>;
  committed(changes: readonly Change[]): void;
  /** Whether another process has committed since `unheard` answered last. */
  changedElsewhere(): boolean;
  /** What other processes have committed since this answered last. */
  unheard(): Promise<readonly Change[]>;
}

/** The file is asked no more often: one request has several questions. */
const TRUSTED_MS = 1;

/** Processes that share one file. The file always knows: what is older than a millisecond has been heard wherever it is asked. */
export class EmbeddedFeed implements HomeFeed {
  readonly #announcer = new Announcer();
  #hearing: Promise<void> | undefined;
  #unchangedAt = Number.NEGATIVE_INFINITY;
  #closed = false;
  #failure: { readonly since: number; readonly cause: unknown } | undefined;

  constructor(readonly commits: FileCommits) {}

  open(): Promise<void> {
    return this.commits.open();
  }

  subscribe(listener: (change: Change) => void, missed?: () => void): () => void {
    return this.#announcer.subscribe(listener, missed);
  }

  committed(changes: readonly Change[]): void {
    this.commits.committed(changes);
    this.#announcer.announce(changes);
  }

  isCurrent(): boolean | Promise<boolean> {
    if (this.#closed) return false;
    const now = performance.now();
    if (!this.#hearing && now - this.#unchangedAt < TRUSTED_MS) return true;
    try {
      if (!this.#hearing && !this.#changedElsewhere()) {
        this.#unchangedAt = now;
        this.#failure = undefined;
        return true;
      }
    } catch (cause) {
      return this.#failed(cause);
    }
    return this.poll().then(
      () => true,
      (cause) => this.#failed(cause),
    );
  }

  status(): ChangeFeedStatus {
    if (!this.#failure) return { current: true };
    return { current: false, behindSince: this.#failure.since, cause: this.#failure.cause };
  }

  async poll(): Promise<void> {
    if (this.#closed) throw new StoreError('store-closed', 'the store is closed');
    // Who joins a look at the file may have come after it.
    while (this.#hearing) await this.#hearing;
    if (!this.#changedElsewhere()) return;
    this.#hearing = this.#hear().finally(() => (this.#hearing = undefined));
    await this.#hearing;
  }

  close(): Promise<void> {
    this.#closed = true;
    return Promise.resolve();
  }

  async #hear(): Promise<void> {
    this.#announcer.announce(await this.commits.unheard());
    this.#failure = undefined;
  }

  #changedElsewhere(): boolean {
    try {
      return this.commits.changedElsewhere();
    } catch (cause) {
      throw new StoreError('store-unavailable', 'the database file cannot be asked what changed', { cause });
    }
  }

  #failed(cause: unknown): false {
    this.#failure = { since: this.#failure?.since ?? Date.now(), cause };
    return false;
  }
}
