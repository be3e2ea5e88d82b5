import type { Dialect } from './dialect.js';

/** One request to a directory and what it said. The token is in neither. */
export interface ScimExchange {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  /** 0 where no answer came. */
  readonly status: number;
  readonly answer: string;
}

/** What one edit, or one push of everybody, led to. */
export interface ScimPush {
  readonly organization: string;
  /** Absent: everybody. */
  readonly login?: string;
  readonly dialect: Dialect['name'];
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Whether the directory took all of it. */
  readonly delivered: boolean;
  readonly exchanges: readonly ScimExchange[];
}

const longest = 30;

/** The last pushes, the newest first. */
export class PushLog {
  readonly #pushes: ScimPush[] = [];

  add(push: ScimPush): void {
    this.#pushes.unshift(push);
    this.#pushes.splice(longest);
  }

  list(): readonly ScimPush[] {
    return [...this.#pushes];
  }

  lastOf(login: string): ScimPush | undefined {
    return this.#pushes.find((push) => push.login === login);
  }
}
