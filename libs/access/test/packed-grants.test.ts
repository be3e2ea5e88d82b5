import { prepareSnapshot } from '@idp-roles/access';
import { expect, test } from 'vitest';
import { access, grant } from './acme.js';

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789-_';
const block = (number: number) =>
  Array.from(
    { length: 6 },
    (_, at) => ALPHABET[Math.floor(number / ALPHABET.length ** at) % ALPHABET.length],
  ).join('');
/** FNV-1a, which anybody can compute. */
const fnv = (text: string, from: number) =>
  [...text].reduce((hash, each) => Math.imul(hash ^ each.charCodeAt(0), 0x01000193), from);

/** 2^blocks ids of one hash: of each block there are two that lead to one state. */
function colliding(blocks: number): readonly string[] {
  let ids = [''];
  let state = 0x811c9dc5;
  for (let turn = 0; turn < blocks; turn += 1) {
    const seen = new Map<number, string>();
    for (let number = 0; ; number += 1) {
      const one = block(number * 7919);
      const next = fnv(one, state);
      const other = seen.get(next);
      seen.set(next, one);
      if (other === undefined || other === one) continue;
      ids = ids.flatMap((id) => [id + one, id + other]);
      state = next;
      break;
    }
  }
  return ids;
}

function prepared(ids: readonly string[]): number {
  const grants = ids.map((id) => grant('project-editor', { resource: { type: 'project', id } }));
  const snapshot = {
    organization: 'acme',
    member: 'm',
    status: 'active',
    sessionsValidFrom: 0,
    version: 1,
  } as const;
  const began = performance.now();
  const { onResource } = prepareSnapshot(access, { ...snapshot, grants });
  expect(ids.every((id) => onResource({ type: 'project', id })?.grants.length === 1)).toBe(true);
  return performance.now() - began;
}

test('ids that were chosen to collide cost what any others do', () => {
  const chosen = colliding(13);
  expect(new Set(chosen).size).toBe(2 ** 13);
  const others = chosen.map((_, number) => block(number).repeat(13));
  prepared(others);
  expect(prepared(chosen)).toBeLessThan(10 * prepared(others) + 100);
});
