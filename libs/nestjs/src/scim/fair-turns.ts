interface Waiting {
  readonly begin: () => void;
  readonly refuse: () => void;
}

export interface TurnLimits {
  /** So many run at a time. */
  readonly running: number;
  /** So many wait, of all lines together. */
  readonly waiting: number;
}

/**
 * Lets so much run at a time, by turns of those who ask: a long line of one makes another's no longer. Where too many wait, the one
 * who came last in the longest line is refused.
 */
export class FairTurns {
  readonly #lines = new Map<string, Waiting[]>();
  #running = 0;
  #waiting = 0;

  constructor(private readonly limits: TurnLimits) {}

  /** Rejects with `refused()` where the line is too long; what has begun is never refused. */
  async run<T>(line: string, work: () => Promise<T>, refused: () => Error): Promise<T> {
    if (this.#running >= this.limits.running) await this.#turn(line, refused);
    else this.#running++;
    try {
      return await work();
    } finally {
      this.#next();
    }
  }

  #turn(line: string, refused: () => Error): Promise<void> {
    return new Promise((resolve, reject) => {
      const waiting = { begin: resolve, refuse: () => reject(refused()) };
      const ahead = this.#lines.get(line);
      if (ahead) ahead.push(waiting);
      else this.#lines.set(line, [waiting]);
      if (++this.#waiting > this.limits.waiting) this.#refuseOne();
    });
  }

  /** Whoever begins takes over the place of who has ended. */
  #next(): void {
    const [first] = this.#lines;
    if (first === undefined) {
      this.#running--;
      return;
    }
    const [line, [waiting, ...behind]] = first;
    this.#lines.delete(line);
    if (behind.length > 0) this.#lines.set(line, behind);
    this.#waiting--;
    waiting?.begin();
  }

  #refuseOne(): void {
    let longest: [string, Waiting[]] | undefined;
    for (const each of this.#lines) if (each[1].length > (longest?.[1].length ?? 0)) longest = each;
    if (longest === undefined) return;
    const [line, waiting] = longest;
    const last = waiting.pop();
    if (waiting.length === 0) this.#lines.delete(line);
    this.#waiting--;
    last?.refuse();
  }
}
