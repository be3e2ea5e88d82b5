import { median } from './measure.ts';

/** One way of doing the work against a server. */
export interface AskingContender {
  readonly name: string;
  readonly run: (turn: number) => Promise<unknown>;
}

export interface AskingMeasured {
  /** Median nanoseconds of one run. */
  readonly nanoseconds: (name: string) => number;
  /** Median over the rounds of one contender's time divided by another's in the same round. */
  readonly ratio: (one: string, other: string) => number;
}

const rounds = 9;
const millisecondsARound = 100;

/** Interleaved: each round runs every contender once, beginning with another one each time. */
export async function measureAsking(contenders: readonly AskingContender[]): Promise<AskingMeasured> {
  const turns: number[] = [];
  for (const contender of contenders) turns.push(await calibrate(contender));
  const times = new Map(contenders.map(({ name }) => [name, [] as number[]]));
  const done = contenders.map((_, which) => turns[which] as number);
  for (let round = 0; round < rounds; round++) {
    for (let offset = 0; offset < contenders.length; offset++) {
      const which = (round + offset) % contenders.length;
      const { name, run } = contenders[which] as AskingContender;
      const count = turns[which] as number;
      times.get(name)?.push(await timeOf(run, done[which] as number, count));
      done[which] = (done[which] as number) + count;
    }
  }
  const of = (name: string) => times.get(name) ?? [];
  return {
    nanoseconds: (name) => median(of(name)),
    ratio: (one, other) => median(of(one).map((time, round) => time / (of(other)[round] ?? Number.NaN))),
  };
}

/** Turns go on counting: none is done twice. */
async function timeOf(run: AskingContender['run'], from: number, turns: number): Promise<number> {
  const began = process.hrtime.bigint();
  for (let turn = from; turn < from + turns; turn++) await run(turn);
  return Number(process.hrtime.bigint() - began) / turns;
}

/** Warms up, then says how many turns fill a round; always an even number, as it runs. */
async function calibrate({ run }: AskingContender): Promise<number> {
  const warming = 200;
  await timeOf(run, 0, warming);
  const each = await timeOf(run, warming, warming);
  const turns = Math.max(1, Math.round((millisecondsARound * 1e6) / each / 2)) * 2;
  return turns;
}
