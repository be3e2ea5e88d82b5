import type { FailedSignIn } from '@idp-roles/use-cases';

/** How often one connection's failures reach the database. */
const WINDOW_MS = 1_000;
/** Of sign-ins under way, so many in a window have a trace each. */
const ALONE_PER_WINDOW = 5;
/** Beyond so many connections that fail at once, only those are written. */
const CONNECTIONS = 200;
const REFERENCES = 20;

interface Window {
  /** How many of sign-ins under way were written one by one. */
  alone: number;
  count: number;
  codes: Map<string, number>;
  /** The last ones. */
  references: string[];
  last?: FailedSignIn;
  timer?: NodeJS.Timeout;
}

/**
 * L7: traces of failures that a stranger can cause, at a bounded cost. The first of a connection is written at once;
 * what follows within a second becomes one trace with a count, the codes and the last references. A failure of a
 * sign-in under way has a trace of its own, unless there are many in that second.
 */
export class FailedSignIns {
  readonly #windows = new Map<string, Window>();

  constructor(
    private readonly write: (failed: FailedSignIn) => Promise<void>,
    private readonly windowMs = WINDOW_MS,
  ) {}

  /** Resolves when it is written, or counted. Rejects where the store refused it. */
  async note(failed: FailedSignIn): Promise<void> {
    const open = this.#windows.get(failed.connection);
    if (!open) {
      if (this.#windows.size >= CONNECTIONS) return;
      this.#windows.set(failed.connection, this.#begin(failed.connection, failed.begun === true ? 1 : 0));
      return this.write(failed);
    }
    if (failed.begun === true && open.alone < ALONE_PER_WINDOW) {
      open.alone++;
      return this.write(failed);
    }
    open.count++;
    open.last = failed;
    open.codes.set(failed.code, (open.codes.get(failed.code) ?? 0) + 1);
    open.references.push(failed.reference);
    if (open.references.length > REFERENCES) open.references.shift();
  }

  /** Writes what was counted. */
  async close(): Promise<void> {
    const windows = [...this.#windows];
    this.#windows.clear();
    for (const [, window] of windows) {
      clearTimeout(window.timer);
      // What cannot be written any more is lost, and must not keep the app from closing.
      await this.#write(window).catch(() => undefined);
    }
  }

  #begin(connection: string, alone: number): Window {
    const window: Window = { alone, count: 0, codes: new Map(), references: [] };
    const end = () => void this.#end(connection, window);
    window.timer = setTimeout(end, this.windowMs).unref();
    return window;
  }

  /** A window that counted something is followed by another, so that a flood is written once in each. */
  async #end(connection: string, window: Window): Promise<void> {
    if (this.#windows.get(connection) !== window) return;
    if (window.count > 0) this.#windows.set(connection, this.#begin(connection, 0));
    else this.#windows.delete(connection);
    await this.#write(window).catch(() => undefined);
  }

  async #write({ last, count, codes, references }: Window): Promise<void> {
    if (!last) return;
    await this.write({
      connection: last.connection,
      begun: false,
      code: last.code,
      reference: last.reference,
      detail: { ...last.detail, count, codes: Object.fromEntries(codes), references },
    });
  }
}
