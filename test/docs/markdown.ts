import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../architecture/house.js';

/** One thing of a page that a test acts on: a fenced block, or what an HTML comment asks for (`<!-- browser: … -->`). */
export interface Step {
  readonly kind: string;
  readonly text: string;
  /** In the page, from 1. */
  readonly line: number;
}

const STEP = /^```(\S+)\n([\s\S]*?)^```$|^<!-- (\w+): (.*?) -->$/gm;

/** Blocks and comments of a page, in their order. `path` from the repository's root. */
export function stepsOf(path: string): readonly Step[] {
  const page = readFileSync(join(root, path), 'utf8');
  return [...page.matchAll(STEP)].map((found) => ({
    kind: found[1] ?? found[3] ?? '',
    text: found[2] ?? found[4] ?? '',
    line: page.slice(0, found.index).split('\n').length,
  }));
}
