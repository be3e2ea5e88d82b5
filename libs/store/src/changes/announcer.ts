import type { Change } from '../ports/access.js';

interface Listener {
  readonly change: (change: Change) => void;
  readonly missed: () => void;
}

/** Tells whoever listens on this instance. What a listener throws reaches neither the writer, whose commit stands, nor the other listeners. */
export class Announcer {
  readonly #listeners = new Set<Listener>();

  subscribe(change: (change: Change) => void, missed: () => void = () => undefined): () => void {
    const listener = { change, missed };
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  announce(changes: readonly Change[]): void {
    for (const change of changes) this.#each((listener) => listener.change(change));
  }

  announceMissed(): void {
    this.#each((listener) => listener.missed());
  }

  #each(tell: (listener: Listener) => void): void {
    for (const listener of this.#listeners)
      try {
        tell(listener);
      } catch (error) {
        process.emitWarning(error instanceof Error ? error : String(error));
      }
  }
}
