import { median } from './measure.ts';
import type { AskingContender, AskingMeasured } from './p7-measure.ts';

const rounds = 7;
/** What a contender does in pairs (add, remove) it does in whole ones. */
const pair = 2;

/** Until its code is compiled: runs, and the milliseconds after which a slow one is taken for warm. */
const warming = 1_000;
const longestWarming = 5_000;

interface Pace {
  readonly millisecondsARound: number;
  /** Of a contender that takes much longer than a round. */
  readonly mostTurns: number;
}

/** As `measureAsking`, for contenders of which one takes a thousand times what another does: none is warmed up for long. */
export async function measureUneven(
  contenders: readonly AskingContender[],
  { millisecondsARound, mostTurns }: Pace,
): Promise<AskingMeasured> {
  const turns: number[] = [];
  const done: number[] = [];
  for (const { run } of contenders) {
    let warmed = 0;
    let last = 0;
    const until = performance.now() + longestWarming;
    do {
      last = await timeOf(run, warmed, pair);
      warmed += pair;
    } while (performance.now() < until && warmed < warming);
    done.push(warmed);
    const fitting = Math.round((millisecondsARound * 1e6) / last / pair) * pair;
    turns.push(Math.min(mostTurns, Math.max(pair, fitting)));
  }
  const times = new Map(contenders.map(({ name }) => [name, [] as number[]]));
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

async function timeOf(run: AskingContender['run'], from: number, turns: number): Promise<number> {
  const began = process.hrtime.bigint();
  for (let turn = from; turn < from + turns; turn++) await run(turn);
  return Number(process.hrtime.bigint() - began) / turns;
}
