import { strict as assert } from 'node:assert';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { decide, type PreparedSnapshot } from '@idp-roles/access';
import { measure } from './measure.ts';
import { cold } from './p3-cold.ts';
import { listing } from './p3-lists.ts';
import { casbin, casl, cedar, foldedCasl, mapWalk, type May } from './p3-peers.ts';
import { access, grantsOf, pathsOf, PERMISSION, questionsOf, snapshotOf } from './p3-tenant.ts';
import { duration, times, type Row } from './row.ts';

const sizes = [1, 100, 10_000] as const;
const asked = 4_096;

/** P3: a check at depth 3, of snapshots and paths in memory; then of the store, and lists. */
export async function checking(): Promise<Row[]> {
  return [...(await hot()), remembered(), ...(await cold()), ...(await listing())];
}

async function hot(): Promise<Row[]> {
  const contenders = await Promise.all(
    sizes.map(async (size) => {
      const held = grantsOf(size);
      const questions = questionsOf(held, asked);
      const ways: readonly (readonly [string, May])[] = [
        ['ours', ours(snapshotOf(held), questions)],
        ['map', mapWalk(held, questions)],
        ...(size === 100
          ? ([
              ['casl', casl(held)],
              ['folded', foldedCasl(held)],
              ['casbin', await casbin(held)],
              ['cedar', cedar(held)],
            ] as const)
          : []),
      ];
      assertSame(ways, questions);
      return ways.map(([name, may]) => ({
        name: `${name} ${size}`,
        run: (turn: number) => may(questions[turn & (asked - 1)] as string),
      }));
    }),
  );
  const { nanoseconds, ratio } = measure(contenders.flat());
  const time = (name: string) => nanoseconds.get(name) ?? Number.NaN;
  const growth = ratio('ours 10000', 'ours 1');
  return [
    ...sizes.map((size): Row => {
      const toMap = ratio(`ours ${size}`, `map ${size}`);
      return {
        op: `P3 access check, depth 3, hot, ${size} grants (ratio: ours over the bare walk)`,
        ours: duration(time(`ours ${size}`)),
        peer: `bare Map walk ${duration(time(`map ${size}`))}`,
        ratio: times(toMap),
        ...(size === 10_000 && { growth: times(growth) }),
        goal: size === 10_000 ? '≤ 1.5×; 10 000 grants / 1 ≤ 3' : '≤ 1.5×',
        reached: toMap <= 1.5 && (size !== 10_000 || growth <= 3),
      };
    }),
    ...(
      [
        ['casl', 'CASL, a rule a grant', 8],
        ['folded', 'CASL, rules folded by hand', undefined],
        ['casbin', 'casbin', 100],
        ['cedar', 'Cedar (wasm)', undefined],
      ] as const
    ).map(([name, peer, goal]): Row => {
      const faster = ratio(`${name} 100`, 'ours 100');
      return {
        op: 'P3 access check, depth 3, hot, 100 grants',
        ours: duration(time('ours 100')),
        peer: `${peer} ${duration(time(`${name} 100`))}`,
        ratio: times(faster),
        goal: goal === undefined ? '–' : `≥ ${goal}×`,
        reached: faster >= (goal ?? 1),
      };
    }),
  ];
}

function ours(snapshot: PreparedSnapshot, questions: readonly string[]): May {
  const paths = pathsOf(questions);
  return (project) => {
    const resource = { type: 'project', id: project };
    return decide(access, snapshot, { permission: PERMISSION, resource }, paths.get(project), 1_000).allowed;
  };
}

/** The oracle: every contender gives every question the same answer, and there are both. */
function assertSame(ways: readonly (readonly [string, May])[], questions: readonly string[]): void {
  const [[, first]] = ways as [readonly [string, May]];
  const answers = questions.slice(0, 500).map(first);
  assert.ok(answers.includes(true) && answers.includes(false), 'both answers must be asked for');
  for (const [name, may] of ways) assert.deepEqual(questions.slice(0, 500).map(may), answers, name);
}

/** What a snapshot of 10 000 grants holds on to. */
function remembered(): Row {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const used = () => {
    collect();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return heapUsed + arrayBuffers;
  };
  const grants = 10_000;
  const copies = 20;
  const kept: PreparedSnapshot[] = [snapshotOf(grantsOf(grants))];
  const before = used();
  for (let copy = 0; copy < copies; copy++) kept.push(snapshotOf(grantsOf(grants)));
  const bytes = (used() - before) / copies / grants;
  assert.equal(kept.length, copies + 1);
  return {
    op: 'P3 memory of a snapshot, 10 000 grants, resource ids of 20 characters',
    ours: `${bytes.toFixed(0)} B a grant`,
    peer: '–',
    ratio: '–',
    goal: '≤ 60 B a grant',
    reached: bytes <= 60,
  };
}
