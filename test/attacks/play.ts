import type { Attempt, Target } from './target.js';
import type { Verdict } from './verdict.js';

/** A case, up to the point where the browser brings the answer. */
export interface Prepared extends Attempt {
  readonly class: string;
  readonly name: string;
}

/** So many of a kind are judged together: each time looks at every row there is, before and after. */
const TOGETHER = 8;

interface Ways<C> {
  readonly prepare: (attack: C) => Promise<Prepared>;
  /** Answers are brought all at once; without it one by one, so that each one's stall is its own. */
  readonly atOnce?: boolean;
}

export async function play<C>(
  target: Target,
  attacks: readonly C[],
  { prepare, atOnce }: Ways<C>,
): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  let waiting: Prepared[] = [];
  const judge = async () => {
    const judged = await target.judge(waiting, atOnce);
    verdicts.push(
      ...waiting.map(({ name, ...each }, index) => ({ class: each.class, name, ...judged[index]! })),
    );
    waiting = [];
  };
  for (const attack of attacks) {
    const prepared = await prepare(attack);
    const kind = kindOf(prepared);
    if (waiting[0] && kindOf(waiting[0]) !== kind) await judge();
    waiting.push(prepared);
    if (kind === 'alone' || waiting.length === TOGETHER) await judge();
  }
  if (waiting.length > 0) await judge();
  return verdicts;
}

function kindOf({ expected }: Prepared): string {
  if ('subject' in expected) return 'admitted';
  return expected.spends === undefined ? 'refused' : 'alone';
}
