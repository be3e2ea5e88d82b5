/** One way of doing the work; `run` is called with a running number and returns something, so that nothing is optimised away. */
export interface Contender {
  readonly name: string;
  readonly run: (turn: number) => unknown;
}

export interface Measured {
  /** Median nanoseconds of one run, by contender. */
  readonly nanoseconds: ReadonlyMap<string, number>;
  /** Median over the rounds of one contender's time divided by another's in the same round. */
  readonly ratio: (one: string, other: string) => number;
}

const rounds = 9;
const millisecondsARound = 40;

/** Interleaved: each round runs every contender once, beginning with another one each time. */
export function measure(contenders: readonly Contender[]): Measured {
  const turns = contenders.map(calibrate);
  const times: number[][] = contenders.map(() => []);
  for (let round = 0; round < rounds; round++) {
    for (let offset = 0; offset < contenders.length; offset++) {
      const which = (round + offset) % contenders.length;
      times[which]?.push(timeOf(contenders[which] as Contender, turns[which] as number));
    }
  }
  const byName = new Map(contenders.map(({ name }, which) => [name, times[which] as number[]]));
  return {
    nanoseconds: new Map([...byName].map(([name, taken]) => [name, median(taken)])),
    ratio: (one, other) => {
      const others = byName.get(other) as number[];
      return median((byName.get(one) as number[]).map((time, round) => time / (others[round] as number)));
    },
  };
}

/** Where results go, so that no compiler leaves out what makes them. */
const sink: { last?: unknown } = {};

function timeOf({ run }: Contender, turns: number): number {
  const from = process.hrtime.bigint();
  for (let turn = 0; turn < turns; turn++) sink.last = run(turn);
  return Number(process.hrtime.bigint() - from) / turns;
}

/** Warms up, then finds how many turns fill a round. */
function calibrate(contender: Contender): number {
  let turns = 1;
  for (;;) {
    const taken = timeOf(contender, turns) * turns;
    if (taken > millisecondsARound * 1e6)
      return Math.max(1, Math.round((turns * millisecondsARound * 1e6) / taken));
    turns *= 2;
  }
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
