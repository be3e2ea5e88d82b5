import { createHash } from 'node:crypto';

/** Chance that a seed repeats. */
export class Chance {
  #drawn = 0;

  constructor(private readonly seed: string) {}

  below(limit: number): number {
    const hash = createHash('sha256').update(`${this.seed}/${this.#drawn++}`);
    return hash.digest().readUIntBE(0, 6) % limit;
  }

  one<T>(of: readonly T[]): T {
    const chosen = of[this.below(of.length)];
    if (chosen === undefined) throw new Error('there is nothing to choose from');
    return chosen;
  }

  some<T>(of: readonly T[]): readonly T[] {
    return of.filter(() => this.below(2) === 0);
  }
}
