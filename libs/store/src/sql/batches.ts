/** SQLite binds 32 766 values a statement, PostgreSQL 65 535; rows here have a dozen columns at most. */
const ROWS = 2_000;

/** Runs `write` over slices that fit one statement; not at all where there is nothing. */
export async function inBatches<T>(
  items: readonly T[],
  write: (slice: readonly T[]) => Promise<unknown>,
): Promise<void> {
  for (let from = 0; from < items.length; from += ROWS) await write(items.slice(from, from + ROWS));
}
