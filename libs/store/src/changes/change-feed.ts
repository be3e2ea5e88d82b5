import type { Change, ChangeFeed } from '../ports/access.js';

/** Announces commits to whoever listens on this instance. */
export class LocalChangeFeed implements ChangeFeed {
  readonly #listeners = new Set<(change: Change) => void>();

  constructor(readonly poll: () => Promise<void>) {}

  subscribe(listener: (change: Change) => void): () => void {
    const own = (change: Change) => listener(change);
    this.#listeners.add(own);
    return () => void this.#listeners.delete(own);
  }

  /** What a listener throws neither reaches the writer, whose commit stands, nor the other listeners. */
  announce(changes: readonly Change[]): void {
    for (const change of changes)
      for (const listener of this.#listeners)
        try {
          listener(change);
        } catch (error) {
          process.emitWarning(error instanceof Error ? error : String(error));
        }
  }
}
