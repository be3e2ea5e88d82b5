import { isDeepStrictEqual } from 'node:util';
import type { CompiledQuery, QueryResult } from 'kysely';
import type { Executor } from './executor.js';
import type { Home } from './home.js';

const compiled = new WeakMap<Home, Map<string, CompiledQuery>>();

/** More shapes than the code has: whoever puts a value into a shape does not fill the memory. */
const KEPT = 500;

/**
 * Runs a statement that is compiled once a home and shape: to build and compile one takes longer than to send it (P11). `shape` names
 * the statement and everything that its text depends on; `parameters` are its values in the order of the text, which is checked where
 * it is compiled. Throws where they are not what `build` has.
 */
export function runShaped<Row>(
  on: Pick<Executor, 'db' | 'home'>,
  shape: string,
  parameters: readonly unknown[],
  build: () => CompiledQuery<Row>,
): Promise<QueryResult<Row>> {
  const { db, home } = on;
  let shapes = compiled.get(home);
  if (!shapes) compiled.set(home, (shapes = new Map()));
  let known = shapes.get(shape);
  if (!known) {
    known = build();
    if (!isDeepStrictEqual(known.parameters, parameters)) {
      throw new TypeError(`the parameters of \`${shape}\` are not those of its statement`);
    }
    if (shapes.size >= KEPT) shapes.clear();
    shapes.set(shape, known);
  }
  return db.executeQuery<Row>({ ...known, parameters } as CompiledQuery<Row>);
}
